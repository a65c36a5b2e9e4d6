import { CodedError } from '../../shared/errors.ts';
import type { SimulatorState } from '../../shared/state.ts';
import { resourceDefinitionOf } from '../lwm2m/definitions/lookup.ts';
import type { Link } from '../transport/link.ts';
import type { CoapPeer } from './coap/transmission.ts';
import { openEchoServer } from './echoServer.ts';
import type { InjectedFault } from './faults.ts';
import { readFaults, withHabit } from './habits.ts';
import type { BootstrapEvent, BootstrapStyle } from './platform/bootstrapServer.ts';
import { bootstrapStyles } from './platform/bootstrapServer.ts';
import type { Platform, PlatformOptions } from './platform/platform.ts';
import { profileNames } from './profile.ts';
import type { Profile } from './profile.ts';
import { profileOf } from './profiles.ts';
import { openServers } from './servers.ts';
import { boardCallsOf, closedWith, openVirtualModule } from './virtualModule.ts';
import type { VirtualModule, VirtualModuleOptions } from './virtualModule.ts';

/** How the simulator is opened: a module as {@link openVirtualModule} makes it, platform and echo server on free local ports. */
export interface SimulatorOptions extends Omit<VirtualModuleOptions, 'profile' | 'server' | 'bootstrap' | 'onNotice'> {
  /** Name of a profile with habits, as in `sim:m5310-seed` and `sim:bc28?echo=on&repeat=2`; see {@link readName}. */
  readonly profile: string;
  readonly platform?: PlatformOptions;
  /** A bootstrap server of this style; default none, or what the name says. */
  readonly bootstrap?: BootstrapStyle;
  readonly onBootstrap?: (event: BootstrapEvent) => void;
}

/** A CoAP message over UDP; addresses are `host:port`. */
export interface SimulatedDatagram {
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
}

/** A virtual module with a simulated platform and a UDP echo server of its own. */
export interface Simulator {
  /** The host's end; closing it ends module, platform and echo server. */
  readonly link: Link;
  /** Where the platform is, and by which numbers it knows the module. */
  readonly simulator: SimulatorState;
  /** The platform itself, for those who want to ask more of it than its HTTP API does. */
  readonly platform: Platform;
  /** `host:port` of the bootstrap server, where there is one. */
  readonly bootstrap: string | undefined;
  readonly imei: string;
  readonly imsi: string;
  /** See {@link VirtualModuleOptions.onNotice}; what was told before somebody listens is kept. */
  onNotice: ((text: string) => void) | undefined;
  /** Sees every CoAP datagram between module and platform or bootstrap server, as it passes there. */
  onDatagram: ((datagram: SimulatedDatagram) => void) | undefined;
  /** Resolves when no socket and no timer is left. */
  close(): Promise<void>;
}

/** What a name stands for: a profile with habits, what is wrong with the line, and whether it is bootstrapped. */
export interface SimulatorName {
  readonly profile: Profile;
  readonly faults: readonly InjectedFault[];
  readonly bootstrap: BootstrapStyle | undefined;
}

/**
 * Reads `bc28`, `bc28?echo=on&repeat=2`, `m5310-seed?bootstrap` (as OneNET does it), `m5310-seed?bootstrap=lwm2m`, and faults as
 * `mipl sim --fault` knows them, `m5310-seed?fault=no-sim&fault=late-ok=4000`. Throws `BAD_ARGUMENT` with what there is.
 */
export function readName(text: string): SimulatorName {
  const [name = '', query = ''] = text.split('?', 2);
  const known = profileOf(name);
  if (!known) {
    throw new CodedError('BAD_ARGUMENT', `No virtual module "${name}"; there is: ${profileNames.join(', ')}`, name);
  }
  const isBootstrap = (word: string): boolean => /^bootstrap(=|$)/.test(word);
  const words = query.split('&').filter((word) => word !== '');
  const faultWord = 'fault=';
  const wrong = readFaults(
    words.filter((word) => word.startsWith(faultWord)).map((word) => word.slice(faultWord.length)),
  );
  const habitWords = words.filter((word) => !isBootstrap(word) && !word.startsWith(faultWord));
  const profile = [...habitWords, ...wrong.habits].reduce(withHabit, known);
  const { faults } = wrong;
  const asked = words.find(isBootstrap);
  if (asked === undefined) return { profile, faults, bootstrap: undefined };
  const style = bootstrapStyles.find(
    (one) => `bootstrap=${one}` === asked || (asked === 'bootstrap' && one === 'onenet'),
  );
  if (!style) throw new CodedError('BAD_ARGUMENT', `bootstrap is one of: ${bootstrapStyles.join(', ')}`, asked);
  return { profile, faults, bootstrap: style };
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

/** Longest data OneNET's API takes for one write (onenet-http, write now), in bytes. */
const API_CONTENT_BYTES = 2048;

/** Options of a platform beside one module: it knows what of the module's firmware the document does not know. */
export function platformBeside(profile: Profile, options: PlatformOptions = {}): PlatformOptions {
  return platformWithDefinitions({
    includeStandardObjects: profile.standardObjects.length > 0,
    observeFirst: profile.isObservedFirst,
    // Firmware that takes long values in blocks is younger than the document's limit.
    ...(profile.write.long === 'blocks' ? { maximumContentBytes: API_CONTENT_BYTES } : {}),
    ...options,
  });
}

/**
 * Opens platform, echo server, module and, where asked for, bootstrap server, all reachable from this machine only. Throws
 * `BAD_ARGUMENT` for an unknown profile.
 */
export async function openSimulator(options: SimulatorOptions): Promise<Simulator> {
  const name = readName(options.profile);
  const style = options.bootstrap ?? name.bootstrap;
  const board: { module?: VirtualModule } = {};
  const boardCalls = boardCallsOf(() => board.module);
  const platformOptions = platformBeside(name.profile, { boardCalls, ...options.platform });
  const servers = await openServers(name.profile, platformOptions, style && { style });
  const { platform, profile } = servers;
  if (servers.bootstrap) servers.bootstrap.onEvent = options.onBootstrap;
  const echo = await openEchoServer();
  const { bootstrap: _style, ...moduleOptions } = options;
  const notices = new Notices();
  const module = openVirtualModule({
    ...moduleOptions,
    profile,
    faults: [...name.faults, ...(options.faults ?? [])],
    server: platform.coap,
    onNotice: (text) => notices.tell(text),
    ...(servers.bootstrap ? { bootstrap: servers.bootstrap.address } : {}),
  });
  board.module = module;
  const close = async (): Promise<void> => {
    await module.close();
    await Promise.all([servers.close(), echo.close()]);
  };
  const { imei, imsi } = module.identity;
  const simulator: Simulator = {
    link: closedWith(module.link, close),
    simulator: { http: platform.http, coap: addressText(platform.coap), echo: echo.address, imei, imsi },
    platform,
    bootstrap: servers.bootstrap && addressText(servers.bootstrap.address),
    imei,
    imsi,
    get onNotice() {
      return notices.listener;
    },
    set onNotice(listener) {
      notices.listener = listener;
    },
    onDatagram: undefined,
    close,
  };
  const [own, boot] = [simulator.simulator.coap, simulator.bootstrap ?? ''];
  platform.onDatagram = (...passed) => simulator.onDatagram?.(datagramOf(own, ...passed));
  if (servers.bootstrap)
    servers.bootstrap.onDatagram = (...passed) => simulator.onDatagram?.(datagramOf(boot, ...passed));
  return simulator;
}

function datagramOf(own: string, direction: 'in' | 'out', bytes: Uint8Array, peer: CoapPeer): SimulatedDatagram {
  const other = addressText(peer);
  return direction === 'in' ? { from: other, to: own, bytes } : { from: own, to: other, bytes };
}

/** Notices for a listener who may come later. */
class Notices {
  #listener: ((text: string) => void) | undefined;
  #kept: string[] = [];

  get listener(): ((text: string) => void) | undefined {
    return this.#listener;
  }

  set listener(listener: ((text: string) => void) | undefined) {
    this.#listener = listener;
    if (!listener) return;
    const kept = this.#kept;
    this.#kept = [];
    for (const text of kept) listener(text);
  }

  tell(text: string): void {
    if (this.#listener) this.#listener(text);
    else this.#kept.push(text);
  }
}

/** `host:port`, IPv6 addresses in brackets. */
export function addressText({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
