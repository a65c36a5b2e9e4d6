import { CodedError } from '../../shared/errors.ts';
import type { SimulatorState } from '../../shared/state.ts';
import { resourceDefinitionOf } from '../lwm2m/definitions/lookup.ts';
import type { Link } from '../transport/link.ts';
import { openEchoServer } from './echoServer.ts';
import { withHabit } from './habits.ts';
import { openPlatform } from './platform/platform.ts';
import type { Platform, PlatformOptions } from './platform/platform.ts';
import { profileNames } from './profile.ts';
import type { Profile } from './profile.ts';
import { profileOf } from './profiles.ts';
import { closedWith, openVirtualModule } from './virtualModule.ts';
import type { VirtualModuleOptions } from './virtualModule.ts';

/** How the simulator is opened: a module as {@link openVirtualModule} makes it, platform and echo server on free local ports. */
export interface SimulatorOptions extends Omit<VirtualModuleOptions, 'profile' | 'server' | 'bootstrap'> {
  /** Name of a profile with habits, as in `sim:m5310-seed` and `sim:bc28?echo=on&repeat=2`. */
  readonly profile: string;
  readonly platform?: PlatformOptions;
}

/** A virtual module with a simulated platform and a UDP echo server of its own. */
export interface Simulator {
  /** The host's end; closing it ends module, platform and echo server. */
  readonly link: Link;
  /** Where the platform is, and by which numbers it knows the module. */
  readonly simulator: SimulatorState;
  /** The platform itself, for those who want to ask more of it than its HTTP API does. */
  readonly platform: Platform;
  readonly imei: string;
  readonly imsi: string;
  /** Resolves when no socket and no timer is left. */
  close(): Promise<void>;
}

/** What a name such as `bc28?echo=on&repeat=2` stands for. Throws `BAD_ARGUMENT` with the names there are. */
export function usableProfile(text: string): Profile {
  const [name = '', query = ''] = text.split('?', 2);
  const profile = profileOf(name);
  if (!profile) {
    throw new CodedError('BAD_ARGUMENT', `No virtual module "${name}"; there is: ${profileNames.join(', ')}`, name);
  }
  return query.split('&').filter(Boolean).reduce(withHabit, profile);
}

/** Options of a platform that knows the types of resources from the bundled definitions. */
export function platformWithDefinitions(options: PlatformOptions = {}): PlatformOptions {
  return {
    typeOf: ({ objectId, resourceId }) => {
      const definition = resourceId === undefined ? undefined : resourceDefinitionOf(objectId, resourceId);
      return definition?.isKnown === true ? definition.type : undefined;
    },
    ...options,
  };
}

/** Opens platform, echo server and module, all reachable from this machine only. Throws `BAD_ARGUMENT` for an unknown profile. */
export async function openSimulator(options: SimulatorOptions): Promise<Simulator> {
  const profile = usableProfile(options.profile);
  const platform = await openPlatform(
    platformWithDefinitions({ includeStandardObjects: profile.standardObjects.length > 0, ...options.platform }),
  );
  const echo = await openEchoServer();
  const module = openVirtualModule({ ...options, profile, server: platform.coap });
  const close = async (): Promise<void> => {
    await module.close();
    await Promise.all([platform.close(), echo.close()]);
  };
  const { imei, imsi } = module.identity;
  const coap = `${platform.coap.host}:${platform.coap.port}`;
  return {
    link: closedWith(module.link, close),
    simulator: { http: platform.http, coap, echo: echo.address, imei, imsi },
    platform,
    imei,
    imsi,
    close,
  };
}
