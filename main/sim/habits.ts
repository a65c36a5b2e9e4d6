import { CodedError } from '../../shared/errors.ts';
import { faultKinds, faultOfText } from './faults.ts';
import type { InjectedFault } from './faults.ts';
import type { Profile } from './profile.ts';
import { profiles, specPersonality } from './profiles.ts';

/** A way in which modules of one kind differ, to be chosen on top of a profile. */
export interface Habit {
  readonly description: string;
  /** Values it takes; the first is what the bare name stands for. Numbers as `1-3`. */
  readonly values: readonly string[];
  readonly apply: (profile: Profile, value: string) => Profile;
}

const onOff = ['on', 'off'] as const;

/** Every habit by the name `mipl sim --habit NAME[=VALUE]` and `sim:<profile>?NAME=VALUE` know it by (public-drivers.md §3). */
export const habits: Readonly<Record<string, Habit>> = {
  repeat: {
    description: 'each request of the platform is printed so many times in a row',
    values: ['2', '1-3'],
    apply: (profile, value) => ({ ...profile, requestLines: Number(value) }),
  },
  burst: {
    description: 'what is said unasked within so many ms leaves in one write',
    values: ['20', '0-1000'],
    apply: (profile, value) => ({ ...profile, gatherMs: Number(value) }),
  },
  deregistered: {
    description: 'event 15 stands before the OK of CLOSE and DELETE, after it, or nowhere',
    values: ['before', 'after', 'never'],
    apply: (profile, value) => ({ ...profile, deregisteredEvent: value as 'before' | 'after' | 'never' }),
  },
  echo: {
    description: 'echo after power-on',
    values: onOff,
    apply: (profile, value) => ({ ...profile, echo: value === 'on' }),
  },
  banner: {
    description: 'what a start ends with: Bootup Completed!!! as of a BC95-B, Neul as of HiSilicon boards, or the own',
    values: ['bootup', 'neul', 'own'],
    apply: (profile, value) => {
      const { boot } = profiles[profile.name];
      const word = { bootup: 'Bootup Completed!!!', neul: 'Neul' }[value];
      if (word === undefined) return { ...profile, boot };
      return { ...profile, boot: { ...boot, afterPowerOn: [word, 'OK'], afterCommand: [word, 'OK'], isBlock: false } };
    },
  },
  order: {
    description: 'what the platform asks first after a registration',
    values: ['observe-first', 'discover-first'],
    apply: (profile, value) => ({ ...profile, isObservedFirst: value === 'observe-first' }),
  },
  air: {
    description: 'round trip over the air in ms; real ones take 500 to 7000',
    values: ['1500', '0-9999'],
    apply: (profile, value) => ({ ...profile, airMs: Number(value) }),
  },
  card: {
    description: 'the SIM card is missing, or wants its PIN',
    values: ['missing', 'locked', 'ready'],
    apply: (profile, value) => withSite(profile, { card: value as Profile['site']['card'] }),
  },
  network: {
    description: 'the network refuses the card, is not heard, or is weak',
    values: ['denied', 'none', 'weak', 'home'],
    apply: (profile, value) => withSite(profile, { network: value as Profile['site']['network'] }),
  },
  locked: {
    description: 'a frequency lock that somebody has left in the module, to this channel',
    values: ['3736', '0-9999'],
    apply: (profile, value) => withSite(profile, { lockedEarfcn: Number(value) }),
  },
  blanks: {
    description: 'a blank after the colon of all lines as BC20 and BC26 print it, of MIPL lines alone, or of none',
    values: ['all', 'mipl', 'none'],
    apply: (profile, value) => ({
      ...profile,
      spacing: {
        ...profile.spacing,
        mipl: value === 'none' ? '' : ' ',
        general: value === 'all' ? ' ' : '',
        otherColon: [],
        spacedEvents: [],
      },
    }),
  },
  'observe-ids': {
    description: 'ids of observations: counted ones pass 65535',
    values: ['counted', 'plain'],
    apply: (profile, value) => withPersonality(profile, { observeIds: value as 'counted' | 'plain' }),
  },
  'read-count': {
    description: 'a count at the end of +MIPLREAD',
    values: ['always', 'whole', 'never'],
    apply: (profile, value) => ({ ...profile, readCount: value as Profile['readCount'] }),
  },
  'write-text': {
    description: 'text in +MIPLWRITE is printed between quotes, bare, or in hex',
    values: ['quoted', 'bare', 'hex'],
    apply: (profile, value) => ({ ...profile, write: { ...profile.write, text: value as Profile['write']['text'] } }),
  },
  'write-numbers': {
    description:
      'numbers in +MIPLWRITE are decimal, with an empty length, with 1, or with that of the number in memory; or in hex',
    values: ['empty', 'one', 'width', 'hex'],
    apply: (profile, value) => ({
      ...profile,
      write:
        value === 'hex'
          ? { ...profile.write, values: 'asSent' }
          : { ...profile.write, values: 'declared', numberLength: value as Profile['write']['numberLength'] },
    }),
  },
  'execute-text': {
    description: 'arguments of +MIPLEXECUTE are printed between quotes, after a space, bare, or bare with a flag',
    values: ['quoted', 'spaced', 'bare', 'flag'],
    apply: (profile, value) => ({
      ...profile,
      executeArguments: (value === 'flag' ? 'bareWithFlag' : value) as Profile['executeArguments'],
    }),
  },
  'long-write': {
    description: 'a long value is written in blocks of 1024 bytes, or whole',
    values: ['blocks', 'whole'],
    apply: (profile, value) => ({ ...profile, write: { ...profile.write, long: value as 'blocks' | 'whole' } }),
  },
  'registers-again': {
    description: 'a module whose update is answered 4.04 registers by itself, or leaves that to its host',
    values: ['off', 'on'],
    apply: (profile, value) => withPersonality(profile, { registersAgain: value === 'on' }),
  },
  unobserved: {
    description: 'a NOTIFY nobody observes is told as event 25, or refused',
    values: ['event', 'refused'],
    apply: (profile, value) => ({ ...profile, unobservedNotify: value as 'event' | 'refused' }),
  },
  cmee: {
    description: 'errors after power-on: 0 plain, 1 numbers, 2 texts',
    values: ['2', '0-2'],
    apply: (profile, value) => {
      const report = Number(value) as 0 | 1 | 2;
      return { ...profile, errors: { ...profile.errors, report, reportUpTo: 2 } };
    },
  },
  step: {
    description: 'name of the step in +MIPLPARAMETER',
    values: ['stp', 'st'],
    apply: (profile, value) => ({ ...profile, stepName: value as 'st' | 'stp' }),
  },
  'standard-objects': {
    description: 'the module registers objects 3 and 4 and answers for them by itself',
    values: onOff,
    apply: (profile, value) => ({ ...profile, standardObjects: value === 'on' ? [3, 4] : [] }),
  },
  personality: {
    description: 'the stack keeps to LwM2M 1.0, or does as China Mobile’s core',
    values: ['spec', 'cis'],
    apply: (profile, value) => {
      const { personality } = value === 'spec' ? { personality: specPersonality } : profiles[profile.name];
      const { registersAgain } = profile.personality;
      return { ...profile, personality: { ...personality, registersAgain } };
    },
  },
};

function withPersonality(profile: Profile, change: Partial<Profile['personality']>): Profile {
  return { ...profile, personality: { ...profile.personality, ...change } };
}

function withSite(profile: Profile, change: Partial<Profile['site']>): Profile {
  return { ...profile, site: { ...profile.site, ...change } };
}

/** What goes wrong at sites, by the name that `mipl sim --fault` has for it beside the faults of the line; each a habit. */
export const siteFaults: Readonly<Record<string, string>> = {
  'no-sim': 'card=missing',
  'sim-pin': 'card=locked',
  denied: 'network=denied',
  'no-coverage': 'network=none',
  weak: 'network=weak',
  'frequency-lock': 'locked',
};

/** What is wrong with a module that has the faults of these texts: one of a site is a habit, all others are of the line. */
export interface ReadFaults {
  readonly habits: readonly string[];
  readonly faults: readonly InjectedFault[];
}

/** Reads faults of sites and of the line, `NAME` or `NAME=VALUE`. @throws CodedError `BAD_ARGUMENT`. */
export function readFaults(texts: readonly string[]): ReadFaults {
  const isOfSite = (text: string): boolean => Object.hasOwn(siteFaults, text);
  for (const text of texts) {
    const [name = ''] = text.split('=');
    if (isOfSite(text) || Object.hasOwn(faultKinds, name)) continue;
    const known = [...Object.keys(faultKinds), ...Object.keys(siteFaults)].join(', ');
    throw new CodedError('BAD_ARGUMENT', `"${text}" is none of ${known}`, text);
  }
  return {
    habits: texts.filter(isOfSite).map((name) => siteFaults[name] ?? ''),
    faults: texts.filter((text) => !isOfSite(text)).map(faultOfText),
  };
}

function takes({ values }: Habit, value: string): boolean {
  return values.some((allowed) => {
    const range = /^(\d+)-(\d+)$/.exec(allowed);
    if (!range) return allowed === value;
    return /^\d{1,4}$/.test(value) && Number(value) >= Number(range[1]) && Number(value) <= Number(range[2]);
  });
}

/** The profile with a habit, `NAME` or `NAME=VALUE`. Throws `BAD_ARGUMENT`, saying which there are. */
export function withHabit(profile: Profile, text: string): Profile {
  const [name = '', given] = text.split('=', 2);
  const habit = Object.hasOwn(habits, name) ? habits[name] : undefined;
  if (!habit) {
    throw new CodedError('BAD_ARGUMENT', `No habit "${name}"; there is: ${Object.keys(habits).join(', ')}`, text);
  }
  const value = given ?? habit.values[0] ?? '';
  if (!takes(habit, value)) {
    throw new CodedError('BAD_ARGUMENT', `${name} is one of: ${habit.values.join(', ')}`, text);
  }
  return habit.apply(profile, value);
}
