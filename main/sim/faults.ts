import { Buffer } from 'node:buffer';
import { CodedError } from '../../shared/errors.ts';
import { readWhole } from '../../shared/wholeRange.ts';
import type { WholeRange } from '../../shared/wholeRange.ts';
import type { Link } from '../transport/link.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { makeLinkEnd } from '../transport/linkEnd.ts';
import { seededRandom } from './random.ts';

/** Something wrong with a module, put between its AT side and the cable. `reboot` restarts the module. */
export type InjectedFault = (link: Link, reboot: () => void) => Link;

/** What a fault sees: whole chunks of what the module says and of what the host sends. */
interface Interference {
  /** Pieces in place of what the module says. */
  readonly say?: (bytes: Uint8Array) => readonly Uint8Array[];
  /** Pieces in place of what the host sends. */
  readonly hear?: (bytes: Uint8Array) => readonly Uint8Array[];
}

/** Puts an interference between: the module writes to and reads from the link that is returned. */
function interfere(link: Link, { say, hear }: Interference, onClose?: () => void): Link {
  const pass = (bytes: Uint8Array): readonly Uint8Array[] => [bytes];
  const end = makeLinkEnd({
    async write(bytes) {
      for (const piece of (say ?? pass)(bytes)) await link.write(piece);
    },
    close() {
      onClose?.();
      return link.close();
    },
  });
  link.onData = (bytes) => {
    for (const piece of (hear ?? pass)(bytes)) end.receive(piece);
  };
  link.onClose = (reason) => {
    onClose?.();
    end.lose(reason);
  };
  return end.link;
}

const isOk = (bytes: Uint8Array): boolean => Buffer.from(bytes).toString('latin1').trim() === 'OK';

/** Says things later, unless the link ends before. */
class LaterSayings {
  readonly #link: Link;
  readonly #milliseconds: number;
  readonly #timers = new Set<Timer>();

  constructor(link: Link, milliseconds: number) {
    this.#link = link;
    this.#milliseconds = milliseconds;
  }

  say(bytes: Uint8Array): void {
    const copy = Uint8Array.from(bytes);
    const timer = startTimer(() => {
      this.#timers.delete(timer);
      this.#link.write(copy).catch(() => undefined);
    }, this.#milliseconds);
    this.#timers.add(timer);
  }

  end(): void {
    for (const timer of this.#timers) timer.stop();
  }
}

/** Everything the module says comes this much later. */
function delay(milliseconds: number): InjectedFault {
  return (link) => {
    const later = new LaterSayings(link, milliseconds);
    const say = (bytes: Uint8Array): readonly Uint8Array[] => {
      later.say(bytes);
      return [];
    };
    return interfere(link, { say }, () => later.end());
  };
}

/** The OK to an answer to the platform comes this much later; everything else is as ever. */
function lateOk(milliseconds: number): InjectedFault {
  return (link) => {
    const later = new LaterSayings(link, milliseconds);
    // What came since the last line end, and the line before it: a wire brings a command in pieces.
    let begun = '';
    let isAnswer = false;
    return interfere(
      link,
      {
        hear: (bytes) => {
          const lines = (begun + Buffer.from(bytes).toString('latin1')).split(/[\r\n]+/);
          begun = (lines.pop() ?? '').slice(0, 40);
          const line = lines.findLast((one) => one !== '');
          if (line !== undefined) isAnswer = /^AT\+MIPL[A-Z]+RSP=/i.test(line);
          return [bytes];
        },
        say: (bytes) => {
          if (!isAnswer || !isOk(bytes)) return [bytes];
          later.say(bytes);
          return [];
        },
      },
      () => later.end(),
    );
  };
}

/** Every n-th OK is never said. */
function dropOk(every: number): InjectedFault {
  return (link) => {
    let count = 0;
    return interfere(link, { say: (bytes) => (isOk(bytes) && ++count % every === 0 ? [] : [bytes]) });
  };
}

/** One byte in n of what the module says is another one; the line ends stay whole. */
function garble(oneIn: number): InjectedFault {
  return (link) => {
    const random = seededRandom(oneIn);
    const spoil = (byte: number): number =>
      byte >= 0x20 && random() * oneIn < 1 ? 0x80 + Math.floor(random() * 0x80) : byte;
    return interfere(link, { say: (bytes) => [bytes.map(spoil)] });
  };
}

/** A line nobody asked for stands before every n-th OK, where host software least expects one. */
function urcInsideAnswer(every: number): InjectedFault {
  return (link) => {
    let count = 0;
    const urc = Buffer.from('\r\n+CSCON:0\r\n');
    return interfere(link, { say: (bytes) => (isOk(bytes) && ++count % every === 0 ? [urc, bytes] : [bytes]) });
  };
}

/** Every n-th thing the module says is said twice. */
function repeat(every: number): InjectedFault {
  return (link) => {
    let count = 0;
    return interfere(link, { say: (bytes) => (++count % every === 0 ? [bytes, bytes] : [bytes]) });
  };
}

/** After n command lines the module says nothing any more. */
function silentAfter(lines: number): InjectedFault {
  return (link) => {
    let heard = 0;
    return interfere(link, {
      hear: (bytes) => {
        heard += countLineEnds(bytes);
        return [bytes];
      },
      say: (bytes) => (heard > lines ? [] : [bytes]),
    });
  };
}

/** The module restarts by itself when the n-th command line comes, before it is answered. */
function rebootAfter(lines: number): InjectedFault {
  return (link, reboot) => {
    let heard = 0;
    return interfere(link, {
      hear: (bytes) => {
        const before = heard;
        heard += countLineEnds(bytes);
        if (before >= lines || heard < lines) return [bytes];
        reboot();
        return [];
      },
    });
  };
}

/** The cable is pulled when the n-th command line comes. */
function unplugAfter(lines: number): InjectedFault {
  return (link) => {
    let heard = 0;
    return interfere(link, {
      hear: (bytes) => {
        heard += countLineEnds(bytes);
        if (heard < lines) return [bytes];
        void link.close();
        return [];
      },
    });
  };
}

/** Lines end at CR, LF or both: CR LF counts once. */
function countLineEnds(bytes: Uint8Array): number {
  return (
    Buffer.from(bytes)
      .toString('latin1')
      .match(/\r\n?|\n/g) ?? []
  ).length;
}

/** A fault as it is listed: what its number means, and the one it has when none is given. */
export interface FaultKind {
  readonly make: (value: number) => InjectedFault;
  readonly valueByDefault: number;
  /** What the number may be: later than the longest wait of a host, or more lines than any visit has, is nothing new. */
  readonly range: WholeRange;
  readonly description: string;
}

const milliseconds: WholeRange = { min: 1, max: 600_000 };
const times: WholeRange = { min: 1, max: 1_000_000 };

/** Every fault by the name `mipl sim --fault NAME[=VALUE]` and `sim:<profile>?fault=NAME[=VALUE]` know it by. */
export const faultKinds: Readonly<Record<string, FaultKind>> = {
  delay: { make: delay, valueByDefault: 500, range: milliseconds, description: 'everything is said VALUE ms later' },
  'late-ok': {
    make: lateOk,
    valueByDefault: 4000,
    range: milliseconds,
    description: 'the OK to an answer to the platform comes VALUE ms later',
  },
  'drop-ok': { make: dropOk, valueByDefault: 5, range: times, description: 'every VALUE-th OK is missing' },
  garble: { make: garble, valueByDefault: 200, range: times, description: 'one byte in VALUE is damaged' },
  'urc-inside-answer': {
    make: urcInsideAnswer,
    valueByDefault: 1,
    range: times,
    description: 'a URC stands before every VALUE-th OK',
  },
  repeat: { make: repeat, valueByDefault: 10, range: times, description: 'every VALUE-th output is said twice' },
  'silent-after': {
    make: silentAfter,
    valueByDefault: 10,
    range: times,
    description: 'says nothing after VALUE command lines',
  },
  'reboot-after': {
    make: rebootAfter,
    valueByDefault: 10,
    range: times,
    description: 'restarts at the VALUE-th command line',
  },
  'unplug-after': {
    make: unplugAfter,
    valueByDefault: 10,
    range: times,
    description: 'the cable is pulled at the VALUE-th line',
  },
};

/** Reads `NAME` or `NAME=VALUE`. @throws CodedError `BAD_ARGUMENT`, saying which there are or what the value may be. */
export function faultOfText(text: string): InjectedFault {
  const [name = '', ...rest] = text.split('=');
  const kind = Object.hasOwn(faultKinds, name) ? faultKinds[name] : undefined;
  if (!kind) {
    throw new CodedError('BAD_ARGUMENT', `No fault "${name}"; there is: ${Object.keys(faultKinds).join(', ')}`, text);
  }
  const value = rest.length === 0 ? kind.valueByDefault : readWhole(rest.join('='), kind.range);
  if (value === undefined) {
    throw new CodedError('BAD_ARGUMENT', `${name} is a number from ${kind.range.min} to ${kind.range.max}`, text);
  }
  return kind.make(value);
}
