import { setTimeout as pause } from 'node:timers/promises';
import { LineSplitter } from '../../main/at/lineSplitter.ts';
import { paced } from '../../main/sim/pacing.ts';
import type { Link } from '../../main/transport/link.ts';
import { loopback } from '../../main/transport/loopback.ts';
import { moduleAnswer } from './floodingModule.ts';

/** What a request has taken, as the module sees it: from its last byte on the wire to the OK to the last line of its answer. */
export interface SlowAnswer {
  readonly lines: number;
  readonly tookMs: number;
}

/** A module on a line of a certain speed that works so long on each command. */
export interface SlowModule {
  /** The host's end. */
  readonly link: Link;
  /** Asks all at once, one msgid each; resolves with what each took once all are answered. */
  ask(paths: readonly string[]): Promise<readonly SlowAnswer[]>;
  close(): Promise<void>;
}

const BITS_PER_BYTE = 10;

/** Opens one; `perCommandMs` is what it works on a command beside the time on the wire. */
export function openSlowModule(baudRate: number, perCommandMs: number): SlowModule {
  const [hostEnd, moduleEnd] = loopback();
  const wire = paced(moduleEnd, { baudRate });
  const asked = new Map<number, { readonly atMs: number; lines: number; done: (answer: SlowAnswer) => void }>();
  const write = (text: string): Promise<void> => wire.write(Buffer.from(text, 'latin1'));
  const wireMs = (text: string): number => (text.length * BITS_PER_BYTE * 1000) / baudRate;
  let msgId = 0;
  let working = Promise.resolve();

  async function work(line: string): Promise<void> {
    await pause(perCommandMs);
    const answer = moduleAnswer(line);
    await write(answer);
    await pause(wireMs(answer));
    const [, id, index] = /^AT\+MIPLREADRSP=0,(\d+),.*?,(\d+),\d+$/.exec(line) ?? [];
    const request = asked.get(Number(id));
    if (!request) return;
    request.lines += 1;
    // The index counts down to the last line.
    if (index === '0') request.done({ lines: request.lines, tookMs: performance.now() - request.atMs });
  }

  const splitter = new LineSplitter(({ text }) => {
    if (text.startsWith('AT')) working = working.then(() => work(text));
  });
  wire.onData = (bytes) => splitter.push(bytes, 0n);
  return {
    link: hostEnd,
    ask(paths) {
      let leftMs = 0;
      return Promise.all(
        paths.map((path) => {
          const id = ++msgId;
          const text = `\r\n+MIPLREAD:0,${id},${path}\r\n`;
          leftMs += wireMs(text);
          return new Promise<SlowAnswer>((done) => {
            asked.set(id, { atMs: performance.now() + leftMs, lines: 0, done });
            void write(text);
          });
        }),
      );
    },
    close: () => wire.close(),
  };
}
