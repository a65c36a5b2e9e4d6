import { Buffer } from 'node:buffer';
import { makeLinkEnd } from '../../main/transport/linkEnd.ts';
import type { Link } from '../../main/transport/link.ts';

/** What becomes of one command line of a {@link slowModule}. */
export interface Fate {
  /** From the command line to its answer, there and back; an answer never overtakes the one before. */
  readonly latencyMs: number;
  /** What of the answer is lost on its way. */
  readonly loses?: 'nothing' | 'all' | 'text' | 'final';
  /** URCs that come with it. */
  readonly urcs?: number;
  /** The module restarts instead of answering. */
  readonly restarts?: boolean;
}

/** What a module knows beside `AT` and the commands of the test. */
export interface SlowModuleHabits {
  readonly refuses?: readonly string[];
  readonly echoes?: boolean;
  /** Lines of a start, with the `OK` some of them end with. */
  readonly bootLines?: readonly string[];
}

/**
 * A module at the far end of a slow line that keeps the order of what it says. `AT+Cn` is answered with `+Cn: n`, so that each
 * answer says whose it is.
 */
export function slowModule(fateOf: (lineNumber: number) => Fate, habits: SlowModuleHabits = {}) {
  const { refuses = [], echoes = false, bootLines = ['REBOOT_CAUSE_SECURITY_RESET_PIN', 'M5310-A', 'OK'] } = habits;
  const fates = new Map<string, Fate>();
  let lines = 0;
  let freeAtMs = 0;
  const say = (texts: readonly string[], afterMs: number): void => {
    freeAtMs = Math.max(freeAtMs, performance.now() + afterMs);
    for (const text of texts) setTimeout(() => end.receive(Buffer.from(text)), freeAtMs - performance.now());
  };
  const answerOf = (command: string): { text?: string; final: string } => {
    if (refuses.includes(command)) return { final: 'ERROR' };
    const own = /^AT\+C(\d+)$/.exec(command)?.[1];
    if (own !== undefined) return { text: `+C${own}: ${own}`, final: 'OK' };
    if (command === 'AT+CMEE?') return { text: '+CMEE: 1', final: 'OK' };
    if (command === 'AT+CSQ') return { text: '+CSQ: 20,99', final: 'OK' };
    return { final: 'OK' };
  };
  const hear = (command: string): void => {
    const fate = fateOf(lines++);
    fates.set(command, fate);
    const { latencyMs, loses = 'nothing', urcs = 0, restarts = false } = fate;
    if (restarts)
      return say(
        bootLines.map((line) => `\r\n${line}\r\n`),
        latencyMs,
      );
    const { text, final } = answerOf(command);
    const storm = Array.from({ length: urcs }, (_, count) => `\r\n+MIPLEVENT: 0,${count}\r\n`);
    say(
      [
        ...(echoes ? [`${command}\r`] : []),
        ...storm,
        ...(text !== undefined && loses !== 'all' && loses !== 'text' ? [`\r\n${text}\r\n`] : []),
        ...storm,
        ...(loses === 'all' || loses === 'final' ? [] : [`\r\n${final}\r\n`]),
      ],
      latencyMs,
    );
  };
  const end = makeLinkEnd({
    write(bytes) {
      hear(Buffer.from(bytes).toString().trimEnd());
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
  return { link: end.link as Link, fates };
}
