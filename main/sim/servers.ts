import { defined } from '../../shared/defined.ts';
import { CoapError } from './coap/exchange.ts';
import type { CoapPeer } from './coap/transmission.ts';
import { openBootstrapServer } from './platform/bootstrapServer.ts';
import type { BootstrapServer, BootstrapStyle } from './platform/bootstrapServer.ts';
import { openPlatform } from './platform/platform.ts';
import type { Platform, PlatformOptions } from './platform/platform.ts';
import type { Profile } from './profile.ts';

/** Platform and, where one was asked for, bootstrap server. */
export interface Servers {
  readonly platform: Platform;
  readonly bootstrap?: BootstrapServer;
  /** The profile, with what this machine makes necessary. */
  readonly profile: Profile;
  close(): Promise<void>;
}

/** How a bootstrap server stands beside a platform. */
export interface BootstrapChoice {
  readonly style?: BootstrapStyle;
  /** Default 127.0.0.2, and the platform's port. */
  readonly host?: string;
  readonly port?: number;
}

/** CoAP's port; with the next ones where it is taken. Four digits, see {@link openServers}. */
const ports = Array.from({ length: 200 }, (_, offset) => 5683 + offset);
const platformHost = '127.0.0.1';
const bootstrapHost = '127.0.0.2';

/**
 * Opens the platform, and a bootstrap server beside it. CIS modules keep the port they were configured with and take a
 * port of four digits for granted (cis-on-the-wire.md, server URI): so both listen on the same such port, on two local
 * addresses. Where there is but one, as on macOS, and for stacks that keep to the standard, the port of the URI counts.
 */
export async function openServers(
  profile: Profile,
  platformOptions: PlatformOptions,
  choice: BootstrapChoice | undefined,
): Promise<Servers> {
  if (!choice) return withoutBootstrap(profile, platformOptions);
  const host = choice.host ?? bootstrapHost;
  const ownHost = platformOptions.coapHost ?? (host === platformHost ? bootstrapHost : platformHost);
  if (profile.personality.bootstrappedPort === 'uri') {
    return openPair(
      profile,
      { ...platformOptions, coapHost: ownHost },
      { ...choice, host: choice.host ?? platformHost },
    );
  }
  const given = choice.port || platformOptions.coapPort;
  for (const port of given ? [given] : ports) {
    try {
      const both = { ...platformOptions, coapHost: ownHost, coapPort: port };
      return await openPair(profile, both, { ...choice, host, port });
    } catch (error) {
      if (isMissingAddress(error) && choice.host === undefined)
        return openOnOneAddress(profile, platformOptions, choice);
      if (given || !isTaken(error)) throw error;
    }
  }
  throw new CoapError('NETWORK', `No port from ${ports[0]} on is free on two local addresses`);
}

async function withoutBootstrap(profile: Profile, options: PlatformOptions): Promise<Servers> {
  const platform = await openPlatform(options);
  return { platform, profile, close: () => platform.close() };
}

function openOnOneAddress(profile: Profile, options: PlatformOptions, choice: BootstrapChoice): Promise<Servers> {
  const personality = { ...profile.personality, bootstrappedPort: 'uri' as const };
  return openServers({ ...profile, personality }, options, choice);
}

async function openPair(profile: Profile, options: PlatformOptions, choice: BootstrapChoice): Promise<Servers> {
  const platform = await openPlatform(options);
  try {
    const bootstrap = await bootstrapBeside(platform, platform.coap, choice);
    const close = async (): Promise<void> => {
      await Promise.all([bootstrap.close(), platform.close()]);
    };
    return { platform, bootstrap, profile, close };
  } catch (error) {
    await platform.close();
    throw error;
  }
}

/** A bootstrap server that sends devices to `server`, those the platform knows, if there is one. */
export function bootstrapBeside(
  platform: Platform | undefined,
  server: CoapPeer,
  { style, host = platformHost, port = 0 }: BootstrapChoice,
): Promise<BootstrapServer> {
  return openBootstrapServer({
    host,
    port,
    server,
    ...defined({ style }),
    ...(platform ? { accepts: (name, authCode) => platform.mayBootstrap(name, authCode) } : {}),
  });
}

function systemCodeOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}

const isTaken = (error: unknown): boolean => systemCodeOf(error) === 'EADDRINUSE';
const isMissingAddress = (error: unknown): boolean => systemCodeOf(error) === 'EADDRNOTAVAIL';
