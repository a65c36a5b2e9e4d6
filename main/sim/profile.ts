import type { Dialect } from '../mipl/dialects.ts';
import type { MiplRefusalReason } from './commandRefusal.ts';

/** Names of the modules that can be simulated. */
export const profileNames = ['m5310-seed', 'm5310a', 'm5311', 'bc28', 'me3616', 'nb73'] as const;
export type ProfileName = (typeof profileNames)[number];

/** Where a module prints spaces: drivers in the field look for one exact shape (mipl-at.md §9). */
export interface Spacing {
  /** After the colon of MIPL lines. */
  readonly mipl: '' | ' ';
  /** After the colon of all other lines. */
  readonly general: '' | ' ';
  /** Heads that do it the other way. */
  readonly otherColon: readonly string[];
  /** Events after whose colon a space stands whatever the rule says. */
  readonly spacedEvents: readonly number[];
  /** Between the parameters of MIPL lines; all others follow TS 27.007, without spaces. */
  readonly comma: ',' | ', ';
}

/** How a module tells of the network it is in, or looks for. */
export interface NetworkHabits {
  /** The PDP context that exists from the start: 0 on HiSilicon chips, 1 on MediaTek ones. */
  readonly contextId: 0 | 1;
  /** Addresses in +CGPADDR stand between quotes. */
  readonly quotesAddress: boolean;
  /** `<AcT>` of +CEREG: 7 as HI2110 firmware prints it, 9 for NB-IoT as 27.007 §7.22 has it (HI2115 and MT2625). */
  readonly accessTechnology: 7 | 9;
  /** Area and cell in +CEREG=2 while there is no network; undefined where they are left out then. */
  readonly unknownPlace: readonly [tac: string, cellId: string] | undefined;
  /** AT+NUESTATS ends with `OPERATOR MODE` (HI2115). */
  readonly tellsOperatorMode: boolean;
}

/** How a module's LwM2M stack behaves on the wire (cis-on-the-wire.md). */
export interface Personality {
  /** `cis` as China Mobile's core does it, `spec` as LwM2M 1.0 wants it. */
  readonly name: 'cis' | 'spec';
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
  /** Longest payload it takes in blocks, in bytes; more is answered 4.13. */
  readonly maximumWrite: number;
  /** The length in DISCOVERRSP must be that of the list (mipl-at.md §3: Xinyi). */
  readonly checksListLength: boolean;
  /** What an UPDATE with lifetime 0 sets, in seconds. */
  readonly zeroLifetimeSeconds: number;
  /** Longest lifetime an UPDATE takes for 0 (mipl-at.md §4: China Mobile firmware takes all below 10). Seconds. */
  readonly zeroLifetimeUpTo: number;
  /**
   * Ids of observations: `counted` are a counter above the message id and pass 65535, `plain` are the message id alone
   * (mipl-at.md §8, msgid).
   */
  readonly observeIds: 'counted' | 'plain';
  /** Registers by itself when the server answers an update with 4.04, as the CIS core does. */
  readonly registersAgain: boolean;
  /** Which port a bootstrapped module uses: the one it was configured with, or that of the bootstrapped URI. */
  readonly bootstrappedPort: 'configured' | 'uri';
}

/** Ways to create the communication instance: bare, with a configuration blob, or CREATEEX with the server in clear. */
export type CreateForm = 'bare' | 'blob' | 'extended';

/** What a simulated module needs beyond its dialect: the habits of one product. */
/** What stands in the way of a module at its site; chosen by habits, for practice. */
export interface SiteConditions {
  /** `locked`: it wants its PIN. */
  readonly card: 'ready' | 'missing' | 'locked';
  /** `none`: no cell is heard; `denied`: the network refuses the card; `weak`: 28 dB less than usual. */
  readonly network: 'home' | 'weak' | 'denied' | 'none';
  /** A frequency lock that somebody left in the module; it outlives power-off. */
  readonly lockedEarfcn?: number;
}

export interface Profile {
  readonly name: ProfileName;
  readonly dialect: Dialect['name'];
  /** Which general commands it has beside those of 27.007: see storedSettings.ts. */
  readonly chip: 'hisilicon' | 'mediatek';
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
    /** The lines follow each other with a single CR LF between them. */
    readonly isBlock?: boolean;
    /** Final result of the reboot command. */
    readonly rebooting: string;
    /** A line after that, before the silence. */
    readonly farewell?: string;
    /** From power-on to the banner in real life; accelerated like the radio. Milliseconds. */
    readonly milliseconds: number;
    /** `+IP` once there is a network. */
    readonly tellsAddress: boolean;
  };
  /** Heads of commands, such as `+NRB`, that this module has never heard of. */
  readonly unknownCommands: readonly string[];
  /** `+NSOCLI` after the OK of a closed socket (mipl-at.md §13). */
  readonly tellsSocketClosed: boolean;
  readonly network: NetworkHabits;
  readonly site: SiteConditions;
  /** The platform beside it observes before it discovers, as the logs of this module show. */
  readonly isObservedFirst: boolean;
  /** How long a message takes over the air and its answer back, in milliseconds; real ones take 500 to 7000. */
  readonly airMs: number;
  readonly createForms: readonly CreateForm[];
  readonly spacing: Spacing;
  /** Events printed on the way to registration, the last one being 6. */
  readonly openEvents: { readonly direct: readonly number[]; readonly bootstrap: readonly number[] };
  /** Event 15: never printed, after the OK of CLOSE and DELETE, before that of DELETE, or before that of both. */
  readonly deregisteredEvent: 'never' | 'after' | 'beforeDelete' | 'before';
  /** Event 21 after each answer that was sent; seldom seen on real modules. */
  readonly answerSentEvent: boolean;
  /** How often in a row a request is printed; real ones come up to three times (mipl-at.md §8, repeats). */
  readonly requestLines: number;
  /** Lines said unasked within this time leave in one write; 0 for each by itself. Milliseconds. */
  readonly gatherMs: number;
  /** A count at the end of +MIPLREAD: never, only where all resources are asked for, or always. */
  readonly readCount: 'never' | 'whole' | 'always';
  /**
   * `flag` of +MIPLWRITE lines: always 0, or 1 first, 2 middle, 0 last; `index` after it or not; values as they came, or
   * in the type the host has declared with an earlier NOTIFY or READRSP; what came as text in hex, bare, or between plain
   * quotes; the length of a number that of the number in memory, empty, or 1; a long value whole, or in blocks of 1024 bytes.
   */
  readonly write: {
    readonly flag: 'zero' | 'position';
    readonly hasIndex: boolean;
    readonly values: 'asSent' | 'declared';
    readonly text: 'hex' | 'bare' | 'quoted';
    readonly numberLength: 'width' | 'empty' | 'one';
    readonly long: 'whole' | 'blocks';
  };
  /** Arguments of +MIPLEXECUTE: between quotes, the same after a space, bare, or bare with a flag behind them. */
  readonly executeArguments: 'quoted' | 'spaced' | 'bare' | 'bareWithFlag';
  /**
   * List of +MIPLPARAMETER: `oneDecimal` pmin;pmax;lt;gt;st, thresholds with one decimal; `sixDecimals` pmin; pmax; gt; lt; st,
   * with a blank behind each semicolon and six, always all five.
   */
  readonly attributeList: 'oneDecimal' | 'sixDecimals';
  /** Name of the step in +MIPLPARAMETER. */
  readonly stepName: 'st' | 'stp';
  /** Standard objects the module registers and answers for by itself, whatever the dialect: 3 device, 4 connectivity. */
  readonly standardObjects: readonly number[];
  /** A NOTIFY nobody observes: refused, or accepted and followed by event 25. */
  readonly unobservedNotify: 'refused' | 'event';
  readonly errors: {
    /** Value of +CMEE after power-on: 0 plain ERROR, 1 numbers, 2 texts. */
    readonly report: 0 | 1 | 2;
    /** Highest value +CMEE takes; BC95 and its kin know no texts (mipl-at.md §14). */
    readonly reportUpTo: 1 | 2;
    /** Head of MIPL errors, with the space some modules print. */
    readonly head: string;
    readonly numbers: Readonly<Record<MiplRefusalReason, number>>;
  };
  /** +CEREG reports carry cell and area already at n=1, as the document shows; by TS 27.007 only from n=2 on. */
  readonly longRegistrationFromMode: 1 | 2;
}
