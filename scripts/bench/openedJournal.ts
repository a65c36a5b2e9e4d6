import { OpenSession } from '../../main/sessions/openSession.ts';
import type { SessionFindTold } from '../../shared/sessions.ts';

/** What opening, jumping and finding took. */
export interface OpenedFigures {
  readonly firstScreenMs: number;
  /** Until every line was a jump away. */
  readonly indexedMs: number;
  readonly jumpsMs: readonly number[];
  readonly firstHitMs: number;
  readonly allHitsMs: number;
  readonly hits: number;
  /** Grown since before it was opened, at the end and without garbage. */
  readonly megabytes: number;
  /** The same at the worst moment, as the kernel counts it. */
  readonly mostMegabytes: number;
}

const ROWS = 100;
const JUMPS = 30;

/** Arguments: a journal, what is looked for. Prints {@link OpenedFigures} as JSON. */
const [journal = '', needle = ''] = process.argv.slice(2);
const gc = globalThis.gc ?? (() => undefined);
gc();
const before = process.memoryUsage();
const beganMs = performance.now();
const sinceMs = (fromMs: number): number => performance.now() - fromMs;

let firstScreen: Promise<number> | undefined;
const found = Promise.withResolvers<{
  readonly firstHitMs: number;
  readonly allHitsMs: number;
  readonly hits: number;
}>();
let [findBeganMs, firstHitMs] = [0, Number.NaN];
const onFind = ({ found: hits, isEnded }: Omit<SessionFindTold, 'id'>): void => {
  if (hits > 0 && Number.isNaN(firstHitMs)) firstHitMs = sinceMs(findBeganMs);
  if (isEnded) found.resolve({ firstHitMs, allHitsMs: sinceMs(findBeganMs), hits });
};
const opened: { session?: OpenSession } = {};
const session = await OpenSession.open(journal, { onChange: () => void showFirst(), onFind }, () => Date.now());
opened.session = session;
await showFirst();
await session.settled;
const indexedMs = sinceMs(beganMs);

/** The rows that a window shows first, once some are there. */
function showFirst(): Promise<number> | undefined {
  const { session: there } = opened;
  if (firstScreen || !there || there.state.lines === 0) return firstScreen;
  firstScreen = there.rows(1, ROWS).then(() => sinceMs(beganMs));
  return firstScreen;
}

const { lines } = session.state;
const jumpsMs: number[] = [];
for (let jump = 0; jump < JUMPS; jump++) {
  const fromMs = performance.now();
  // Far from the one before each time.
  const rows = await session.rows(1 + ((jump * 387_420_489) % lines), ROWS);
  if (rows.length === 0) throw new Error('There was nothing at that place');
  jumpsMs.push(sinceMs(fromMs));
}
findBeganMs = performance.now();
session.find({ text: needle, isPattern: false, matchesCase: false, classes: [] });
const search = await found.promise;
const firstScreenMs = (await (firstScreen ?? showFirst())) ?? Number.NaN;
gc();
const after = process.memoryUsage();
const megabytes = (after.rss - before.rss) / 1e6;
const mostMegabytes = (process.resourceUsage().maxRSS * 1024 - before.rss) / 1e6;
const figures: OpenedFigures = { firstScreenMs, indexedMs, jumpsMs, ...search, megabytes, mostMegabytes };
process.stdout.write(JSON.stringify(figures));
await session.close();
