import { loopback } from '../transport/loopback.ts';
import type { Link } from '../transport/link.ts';
import { makeLinkEnd } from '../transport/linkEnd.ts';
import type { InjectedFault } from './faults.ts';
import { Modem } from './modem/modem.ts';
import type { SimulatedIdentity } from './modem/modemContext.ts';
import { paced } from './pacing.ts';
import type { Profile } from './profile.ts';
import { seededRandom } from './random.ts';

/** How a virtual module is made; everything but profile and server has a default. */
export interface VirtualModuleOptions {
  readonly profile: Profile;
  /** LwM2M server the module registers with when it goes there directly. */
  readonly server: { readonly host: string; readonly port: number };
  /** Bootstrap server; without one the module always registers directly. */
  readonly bootstrap?: { readonly host: string; readonly port: number };
  /** Auth_Code the module sends to both, where its host does not configure another. */
  readonly authCode?: string;
  /** Bits per second on the line, 0 for no waiting at all; default: the profile's. */
  readonly baudRate?: number;
  /** 15 digits each. */
  readonly imei?: string;
  readonly imsi?: string;
  /** How much faster than in real life the radio works; default 20: registered after 1.5 s. Infinity: at once. */
  readonly radioSpeed?: number;
  /** Source of everything that looks like chance; default 1. */
  readonly seed?: number;
  /** Cuts what the module says into pieces of random size, as some adapters do. */
  readonly isChopped?: boolean;
  readonly faults?: readonly InjectedFault[];
  /** Sees every CoAP datagram of the module. */
  readonly onDatagram?: (direction: 'in' | 'out', bytes: Uint8Array) => void;
  /** Told, each text once, of what the module does not simulate, and of faults of its own that it lives on after. */
  readonly onNotice?: (text: string) => void;
}

/** A virtual module that runs. */
export interface VirtualModule {
  /** The host's end of the cable; closing it switches the module off for good. */
  readonly link: Link;
  readonly identity: SimulatedIdentity;
  /** The reset line: boots at once, whatever runs, with the banner of a power-on. */
  reset(): void;
  /** The power line: off, nothing is heard and said; on, it boots. */
  setPower(isOn: boolean): void;
  /** Resolves when no socket and no timer of the module is left. */
  close(): Promise<void>;
}

/** How much faster than a real one the radio works unless told otherwise. */
const defaultRadioSpeed = 20;
/** A type allocation code of no real product, and China Mobile's network for things. */
const defaultImei = '869334030000010';
const defaultImsi = '460041234567899';

/** The buttons of the board a module sits on, as calls beside those of the platform. */
export function boardCallsOf(module: () => VirtualModule | undefined): Readonly<Record<string, () => void>> {
  return {
    'POST /module/reset': () => module()?.reset(),
    'POST /module/power-off': () => module()?.setPower(false),
    'POST /module/power-on': () => module()?.setPower(true),
  };
}

/** Switches a virtual module on. Its LwM2M client binds a UDP port once the host opens the session. */
export function openVirtualModule(options: VirtualModuleOptions): VirtualModule {
  const { profile, seed = 1, baudRate = profile.baudRate } = options;
  const imei = options.imei ?? defaultImei;
  const identity = { imei, imsi: options.imsi ?? defaultImsi, iccid: `898604${imei.slice(-14)}` };
  const random = seededRandom(seed);

  const [hostEnd, moduleEnd] = loopback();
  const wire = paced(moduleEnd, { baudRate, ...(options.isChopped === true ? { cut: random } : {}) });
  const faulty = (options.faults ?? []).reduce((link, fault) => fault(link, () => modem.reboot()), wire);
  const modem: Modem = new Modem({
    profile,
    link: faulty,
    identity,
    seed,
    radioSpeed: options.radioSpeed ?? defaultRadioSpeed,
    onNotice: options.onNotice,
    stack: {
      server: options.server,
      bootstrap: options.bootstrap,
      authCode: options.authCode,
      random,
      onDatagram: options.onDatagram,
    },
  });

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= Promise.all([modem.powerOff(), faulty.close()]).then(() => undefined);
    return closing;
  };
  faulty.onClose = () => void close();
  modem.powerOn();
  const setPower = (isOn: boolean): void => {
    if (closing) return;
    if (isOn) modem.powerOn();
    else modem.cutPower();
  };
  const reset = (): void => {
    if (!closing) modem.reset();
  };
  return { link: closedWith(hostEnd, close), identity, reset, setPower, close };
}

/** The same link, whose close also waits for something else to end. */
export function closedWith(link: Link, end: () => Promise<void>): Link {
  const linkEnd = makeLinkEnd({
    write: (bytes) => link.write(bytes),
    close: async () => {
      await link.close();
      await end();
    },
  });
  link.onData = (bytes) => linkEnd.receive(bytes);
  link.onClose = (reason) => linkEnd.lose(reason);
  return linkEnd.link;
}
