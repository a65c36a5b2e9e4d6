import { Buffer } from 'node:buffer';
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

/** Everything the module says comes this much later. */
function delay(milliseconds: number): InjectedFault {
  return (link) => {
    const timers = new Set<Timer>();
    const stop = (): void => {
      for (const timer of timers) timer.stop();
    };
    const say = (bytes: Uint8Array): readonly Uint8Array[] => {
      const copy = Uint8Array.from(bytes);
      const timer = startTimer(() => {
        timers.delete(timer);
        link.write(copy).catch(() => undefined);
      }, milliseconds);
      timers.add(timer);
      return [];
    };
    return interfere(link, { say }, stop);
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
  readonly description: string;
}

/** Every fault by the name `mipl sim --fault NAME[=VALUE]` knows it by. */
export const faultKinds: Readonly<Record<string, FaultKind>> = {
  delay: { make: delay, valueByDefault: 500, description: 'everything is said VALUE ms later' },
  'drop-ok': { make: dropOk, valueByDefault: 5, description: 'every VALUE-th OK is missing' },
  garble: { make: garble, valueByDefault: 200, description: 'one byte in VALUE is damaged' },
  'urc-inside-answer': {
    make: urcInsideAnswer,
    valueByDefault: 1,
    description: 'a URC stands before every VALUE-th OK',
  },
  repeat: { make: repeat, valueByDefault: 10, description: 'every VALUE-th output is said twice' },
  'silent-after': { make: silentAfter, valueByDefault: 10, description: 'says nothing after VALUE command lines' },
  'reboot-after': { make: rebootAfter, valueByDefault: 10, description: 'restarts at the VALUE-th command line' },
  'unplug-after': { make: unplugAfter, valueByDefault: 10, description: 'the cable is pulled at the VALUE-th line' },
};

/** Reads `NAME` or `NAME=VALUE`; undefined when there is no such fault or the value is no positive whole number. */
export function faultOfText(text: string): InjectedFault | undefined {
  const [name = '', valueText] = text.split('=', 2);
  const kind = Object.hasOwn(faultKinds, name) ? faultKinds[name] : undefined;
  if (!kind) return undefined;
  const value = valueText === undefined ? kind.valueByDefault : Number(valueText);
  return Number.isInteger(value) && value > 0 ? kind.make(value) : undefined;
}
