import type { Dialect } from '../mipl/dialects.ts';
import type { RefusalReason } from './refusal.ts';

/** Names of the modules that can be simulated. */
export const profileNames = ['m5310-seed', 'm5310a', 'm5311', 'bc28', 'me3616', 'nb73'] as const;
export type ProfileName = (typeof profileNames)[number];

/** Where a module prints spaces: drivers in the field look for one exact shape (mipl-at.md §9). */
export interface Spacing {
  /** After the colon of a line. */
  readonly colon: '' | ' ';
  /** Heads that do it the other way. */
  readonly otherColon: readonly string[];
  /** Events after whose colon a space stands whatever the rule says. */
  readonly spacedEvents: readonly number[];
  readonly comma: ',' | ', ';
}

/** How a module's LwM2M stack behaves on the wire where CIS builds differ among themselves (cis-on-the-wire.md). */
export interface Personality {
  readonly name: 'cis';
  /**
   * Type of notification messages: `nonCon` NON without and CON with an ackid, as vendor copies of CIS do; `ack` is the
   * original CIS 2.2, which sends ACK with a fresh message id and calls it acknowledged at once.
   */
  readonly notifyType: 'nonCon' | 'ack';
  /** How long the host may take to answer a request; afterwards it is forgotten. Seconds. */
  readonly answerSeconds: number;
  /** How often a request is shown to the host, repetitions by the platform included. */
  readonly showAtMost: number;
  /** Longest CoAP message the module sends, in bytes. */
  readonly maximumMessage: number;
  /** The length in DISCOVERRSP must be that of the list (mipl-at.md §3: Xinyi). */
  readonly checksListLength: boolean;
  /** What an UPDATE with lifetime 0 sets, in seconds. */
  readonly zeroLifetimeSeconds: number;
}

/** What a simulated module needs beyond its dialect: the habits of one product. */
export interface Profile {
  readonly name: ProfileName;
  /** False while a part it needs is not simulated yet. */
  readonly isUsable: boolean;
  readonly dialect: Dialect['name'];
  readonly personality: Personality;
  readonly identity: {
    readonly manufacturer: string;
    readonly model: string;
    /** Lines of AT+CGMR. */
    readonly firmware: readonly string[];
    /** Lines of ATI. */
    readonly information: readonly string[];
  };
  readonly miplVersion: string;
  readonly baudRate: number;
  /** Echo after power-on. */
  readonly echo: boolean;
  readonly boot: {
    readonly afterPowerOn: readonly string[];
    readonly afterCommand: readonly string[];
    /** What the reboot command is answered with in place of OK. */
    readonly rebooting: string;
    /** From power-on to the banner in real life; accelerated like the radio. Milliseconds. */
    readonly milliseconds: number;
  };
  readonly spacing: Spacing;
  /** Events printed on the way to registration, the last one being 6. */
  readonly openEvents: { readonly direct: readonly number[]; readonly bootstrap: readonly number[] };
  /** Event 15: never printed, after the OK of CLOSE and DELETE, or before that of DELETE. */
  readonly deregisteredEvent: 'never' | 'after' | 'beforeDelete';
  /** Event 21 after each answer that was sent; seldom seen on real modules. */
  readonly answerSentEvent: boolean;
  /** `flag` of +MIPLWRITE lines: always 0, or 1 first, 2 middle, 0 last; `index` after it or not. */
  readonly write: { readonly flag: 'zero' | 'position'; readonly hasIndex: boolean };
  /** Arguments of +MIPLEXECUTE: between quotes, the same after a space, or bare. */
  readonly executeArguments: 'quoted' | 'spaced' | 'bare';
  /** A NOTIFY nobody observes: refused, or accepted and followed by event 25. */
  readonly unobservedNotify: 'refused' | 'event';
  readonly errors: {
    /** Value of +CMEE after power-on: 0 plain ERROR, 1 numbers. */
    readonly report: 0 | 1;
    /** Head of MIPL errors, with the space some modules print. */
    readonly head: string;
    readonly numbers: Readonly<Record<Exclude<RefusalReason, 'unknown'>, number>>;
  };
  /** +CEREG reports carry cell and area already at n=1, as the document shows; by TS 27.007 only from n=2 on. */
  readonly longRegistrationFromMode: 1 | 2;
}

const cis22: Personality = {
  name: 'cis',
  notifyType: 'nonCon',
  answerSeconds: 30,
  showAtMost: 3,
  maximumMessage: 512,
  checksListLength: true,
  zeroLifetimeSeconds: 3600,
};

const noSpaces: Spacing = { colon: '', otherColon: [], spacedEvents: [], comma: ',' };

/** Events of registration and bootstrap: the ones the document prints with a space. */
const openingEvents = [1, 2, 3, 4, 5, 6, 7, 8];

const hisiliconBoot = {
  afterPowerOn: ['REBOOT_CAUSE_SECURITY_RESET_PIN', 'OK'],
  afterCommand: ['REBOOT_CAUSE_APPLICATION_AT', 'OK'],
  rebooting: 'REBOOTING',
  milliseconds: 3000,
};

/** The module of the OneNET document of April 2018, printed exactly as there. */
const m5310Seed: Profile = {
  name: 'm5310-seed',
  isUsable: true,
  dialect: 'cis',
  personality: cis22,
  identity: {
    manufacturer: 'CMCC',
    model: 'M5310',
    firmware: ['SECURITY,V100R100C10B657SP2', 'PROTOCOL,V100R100C10B657SP2', 'APPLICATION,V100R100C10B657SP2'],
    information: ['CMCC', 'M5310', 'Revision:M5310-V1.0'],
  },
  miplVersion: '2.2.0',
  baudRate: 9600,
  echo: false,
  boot: hisiliconBoot,
  spacing: { ...noSpaces, otherColon: ['+MIPLVER'], spacedEvents: openingEvents },
  openEvents: { direct: [6], bootstrap: [1, 2, 6] },
  deregisteredEvent: 'never',
  answerSentEvent: false,
  write: { flag: 'zero', hasIndex: true },
  executeArguments: 'spaced',
  unobservedNotify: 'refused',
  errors: {
    report: 1,
    head: '+CIS ERROR:',
    numbers: { parameter: 601, state: 602, exists: 602, missing: 601, unobserved: 601, radio: 602 },
  },
  longRegistrationFromMode: 1,
};

/** Dialect of China Mobile firmware: needs answers the virtual module does not give by itself yet. */
const m5310a: Profile = {
  ...m5310Seed,
  name: 'm5310a',
  isUsable: false,
  dialect: 'cmcc',
  identity: {
    manufacturer: 'CMCC',
    model: 'M5310-A',
    firmware: ['M5310A-MBRH0S00'],
    information: ['CMCC', 'M5310-A', 'Revision:M5310A-MBRH0S00'],
  },
  boot: {
    ...hisiliconBoot,
    afterPowerOn: ['REBOOT_CAUSE_SECURITY_RESET_PIN', 'M5310-A', 'OK'],
    afterCommand: ['REBOOT_CAUSE_APPLICATION_AT', 'M5310-A', 'OK'],
  },
  spacing: noSpaces,
  openEvents: { direct: [6], bootstrap: [2, 6] },
  deregisteredEvent: 'after',
  write: { flag: 'position', hasIndex: false },
  executeArguments: 'bare',
  errors: {
    report: 1,
    head: '+CIS ERROR:',
    numbers: { parameter: 601, state: 602, exists: 602, missing: 653, unobserved: 100, radio: 651 },
  },
  longRegistrationFromMode: 2,
};

const m5311: Profile = {
  ...m5310a,
  name: 'm5311',
  identity: {
    manufacturer: 'CMCC',
    model: 'M5311',
    firmware: ['M5311_LV_ML_V100R001'],
    information: ['CMCC', 'M5311', 'Revision:M5311_LV_ML_V100R001'],
  },
  baudRate: 115_200,
  echo: true,
  boot: {
    afterPowerOn: ['*ATREADY: 1', '+CFUN: 1', '+CPIN: READY'],
    afterCommand: ['*ATREADY: 1', '+CFUN: 1', '+CPIN: READY'],
    rebooting: 'REBOOTING..',
    milliseconds: 4000,
  },
  // MIPL lines without, all others with a space.
  spacing: { ...noSpaces, otherColon: ['+CGATT', '+CEREG', '+CSQ', '+ICCID', '+CGSN', '+CGPADDR', '+CSCON', '+COPS'] },
  openEvents: { direct: [4, 6], bootstrap: [2, 4, 6] },
};

const bc28: Profile = {
  ...m5310Seed,
  name: 'bc28',
  isUsable: false,
  identity: {
    manufacturer: 'Quectel',
    model: 'BC28',
    firmware: ['BC28JAR01A10'],
    information: ['Quectel', 'BC28', 'Revision:BC28JAR01A10'],
  },
  boot: {
    afterPowerOn: ['Neul', 'OK'],
    afterCommand: ['Neul', 'OK'],
    rebooting: 'REBOOTING',
    milliseconds: 3000,
  },
  spacing: { ...noSpaces, colon: ' ' },
  openEvents: { direct: [4, 6], bootstrap: [1, 2, 4, 6] },
  deregisteredEvent: 'after',
  write: { flag: 'position', hasIndex: true },
  executeArguments: 'quoted',
  errors: {
    report: 0,
    head: '+CME ERROR: ',
    numbers: { parameter: 50, state: 3, exists: 3, missing: 3, unobserved: 50, radio: 30 },
  },
  longRegistrationFromMode: 2,
};

const me3616: Profile = {
  ...m5310Seed,
  name: 'me3616',
  isUsable: false,
  identity: {
    manufacturer: 'GOSUNCN',
    model: 'ME3616',
    firmware: ['ME3616G1AV1.0B06'],
    information: ['GOSUNCN', 'ME3616', 'ME3616G1AV1.0B06'],
  },
  miplVersion: '2.1.1',
  baudRate: 115_200,
  echo: true,
  boot: {
    afterPowerOn: ['*MATREADY: 1', '+CFUN: 1', '+CPIN: READY'],
    afterCommand: ['*MATREADY: 1', '+CFUN: 1', '+CPIN: READY'],
    rebooting: 'OK',
    milliseconds: 4000,
  },
  spacing: { colon: ' ', otherColon: [], spacedEvents: [], comma: ', ' },
  openEvents: { direct: [4, 6], bootstrap: [1, 2, 4, 6] },
  deregisteredEvent: 'after',
  write: { flag: 'zero', hasIndex: true },
  executeArguments: 'quoted',
  unobservedNotify: 'event',
  errors: {
    report: 1,
    head: '+CIS ERROR: ',
    numbers: { parameter: 652, state: 653, exists: 653, missing: 655, unobserved: 655, radio: 653 },
  },
  longRegistrationFromMode: 2,
};

const nb73: Profile = {
  ...m5310Seed,
  name: 'nb73',
  isUsable: false,
  identity: {
    manufacturer: 'WH',
    model: 'WH-NB73',
    firmware: ['NB73-V1.0.2'],
    information: ['WH', 'WH-NB73', 'Revision:NB73-V1.0.2'],
  },
  boot: { ...hisiliconBoot, afterPowerOn: ['Neul', 'OK'], afterCommand: ['Neul', 'OK'] },
  spacing: noSpaces,
  openEvents: { direct: [4, 6], bootstrap: [1, 2, 4, 6] },
  deregisteredEvent: 'beforeDelete',
  write: { flag: 'position', hasIndex: true },
  executeArguments: 'bare',
  longRegistrationFromMode: 2,
};

/** All profiles by name. Sources: the OneNET document; mipl-at.md §1, §9, §11 and public-drivers.md §3. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  'm5310-seed': m5310Seed,
  m5310a,
  m5311,
  bc28,
  me3616,
  nb73,
};

/** The profile of that name; undefined when there is none. */
export function profileOf(name: string): Profile | undefined {
  return (profileNames as readonly string[]).includes(name) ? profiles[name as ProfileName] : undefined;
}
