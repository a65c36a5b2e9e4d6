import { appendFile, mkdtemp, open, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OpenSession } from '../../main/sessions/openSession.ts';
import type { SessionFindTold } from '../../shared/sessions.ts';
import { writeLongJournal } from './longJournal.ts';

const help = `node scripts/bench/hugeJournal.ts [--gigabytes N] [--whole]

By hand: makes a journal of so many gigabytes (4) below TMPDIR, opens it, jumps, finds and stops the search, says what that took and the most memory
the process had, and deletes it.
  --whole   waits until all of it is indexed, and jumps through all of it`;

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '4' },
    whole: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const wantedBytes = Number(values.gigabytes) * 1e9;
/** The first lines of the journal are repeated. */
const PATTERN_LINES = 1_000_000;
const ROWS = 100;
const JUMPS = 50;
/** Where not all is waited for, a jump goes to what has been read by then. */
const READ_SHARE = 0.01;

async function writeHugeJournal(file: string): Promise<void> {
  await writeLongJournal(file, PATTERN_LINES);
  const { size } = await stat(file);
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(size), 0, size, 0);
    const body = buffer.subarray(buffer.indexOf('\n') + 1);
    for (let bytes = size; bytes < wantedBytes; bytes += body.length) await appendFile(file, body);
  } finally {
    await handle.close();
  }
}

const rounded = (ms: number): string => `${Math.round(ms)} ms`;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const sinceMs = (fromMs: number): number => performance.now() - fromMs;

async function look(file: string): Promise<void> {
  let mostBytes = 0;
  const watching = setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage.rss())), 20);
  const finds: Omit<SessionFindTold, 'id'>[] = [];
  let changed = Promise.withResolvers<undefined>();
  const tell = (): void => {
    changed.resolve(undefined);
    changed = Promise.withResolvers();
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await changed.promise;
  };
  let beganMs = performance.now();
  const onFind = (told: Omit<SessionFindTold, 'id'>): void => {
    finds.push(told);
    tell();
  };
  const session = await OpenSession.open(file, { onChange: tell, onFind }, () => Date.now());
  await until(() => session.state.lines > 0);
  await session.rows(1, ROWS);
  say(`first screen after ${rounded(sinceMs(beganMs))}`);
  await until(() => session.state.done >= (values.whole ? 1 : READ_SHARE));
  say(
    `${session.state.lines} lines (${Math.round(100 * session.state.done)} %) read after ${rounded(sinceMs(beganMs))}`,
  );
  const jumps: number[] = [];
  for (let jump = 0; jump < JUMPS; jump++) {
    beganMs = performance.now();
    const rows = await session.rows(1 + ((jump * 387_420_489) % (session.state.lines - ROWS)), ROWS);
    if (rows.length !== ROWS) throw new Error('There was nothing at that place');
    jumps.push(sinceMs(beganMs));
  }
  jumps.sort((a, b) => a - b);
  say(`jump: median ${rounded(jumps[JUMPS >> 1] ?? 0)}, longest ${rounded(jumps.at(-1) ?? 0)}`);
  beganMs = performance.now();
  session.find({ text: 'ERROR: 4711', isPattern: false, matchesCase: false, classes: [] });
  await until(() => finds.some(({ found }) => found > 0));
  say(`first hit after ${rounded(sinceMs(beganMs))}`);
  beganMs = performance.now();
  session.stopFind();
  await until(() => finds.at(-1)?.isEnded === true);
  say(`search stopped after ${rounded(sinceMs(beganMs))}`);
  beganMs = performance.now();
  await session.close();
  say(`closed after ${rounded(sinceMs(beganMs))}`);
  clearInterval(watching);
  say(`memory of the process at most ${Math.round(mostBytes / 1e6)} MB`);
}

if (values.help) say(help);
else {
  const { bavail, bsize } = await statfs(tmpdir());
  if (bavail * bsize < 2 * wantedBytes) throw new Error(`${tmpdir()} has too little room`);
  const folder = await mkdtemp(join(tmpdir(), 'mipl-huge-'));
  try {
    const file = join(folder, 'huge.mipl.ndjson');
    await writeHugeJournal(file);
    say(`${(await stat(file)).size} bytes`);
    await look(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
