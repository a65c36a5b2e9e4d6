import { execFile } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'vite';
import type * as exporters from '../../main/journal/exporters.ts';
import { byteLine, headerLine } from '../../main/journal/format.ts';
import { streamRoom } from '../../main/journal/streamRoom.ts';
import { indexFileOf } from '../../main/sessions/indexFile.ts';
import { presentRuntime } from '../electronRuntime.js';
import { median, percentile, rounded } from './figures.ts';
import type { Measurement } from './figures.ts';
import type { OpenedFigures } from './openedJournal.ts';

const run = promisify(execFile);
const LINES = 1_000_000;
const ROUNDS = 3;
const GROUP = 10;
/** What is looked for: one line in ten thousand. */
const needle = 'ERROR: 4711';

/** Ten lines as a session has them: a poll, a read with its answer, an event. */
function groupOf(index: number): readonly (readonly ['in' | 'out', string])[] {
  const id = 40_000 + (index % 20_000);
  const last = index % 1000 === 999 ? `+CME ${needle}` : 'OK';
  return [
    ['out', 'AT+CSQ\r\n'],
    ['in', `\r\n+CSQ: ${10 + (index % 20)},99\r\n`],
    ['in', '\r\nOK\r\n'],
    ['in', `\r\n+MIPLREAD: 0,${id},3303,0,5700\r\n`],
    ['out', `AT+MIPLREADRSP=0,${id},1,3303,0,5700,4,5,${(20 + (index % 1000) / 1000).toFixed(3)},0,0\r\n`],
    ['in', '\r\nOK\r\n'],
    ['out', 'AT+NUESTATS\r\n'],
    ['in', `\r\nSignal power:-${800 + (index % 200)}\r\n`],
    ['in', `\r\n${last}\r\n`],
    ['in', '\r\n+MIPLEVENT: 0,26,17\r\n'],
  ];
}

/** Writes a journal of so many lines, as the oldest program that is compared reads it. */
export async function writeLongJournal(file: string, lines = LINES): Promise<void> {
  const startedMs = Date.UTC(2026, 10, 22, 13, 13, 5, 123);
  const output = createWriteStream(file);
  const started = new Date(startedMs).toISOString();
  const head = { app: '0', started, startedMs, port: '/dev/ttyUSB0', baudRate: 115_200, monotonicNs: 0n };
  output.write(`${headerLine({ ...head, version: 1 })}\n`);
  for (let index = 0; index < lines / GROUP; index++) {
    const rows = groupOf(index).map(([direction, text], place) => {
      const sinceMs = 100 * index + 10 * place;
      return byteLine(direction, Buffer.from(text), sinceMs * 1e6, startedMs + sinceMs);
    });
    if (!output.write(`${rows.join('\n')}\n`)) await streamRoom(output);
  }
  output.end();
  await finished(output);
}

/** A folder with the journal, away again afterwards. */
async function withJournal<T>(act: (journal: string, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'mipl-bench-'));
  try {
    const journal = join(folder, 'long.mipl.ndjson');
    await writeLongJournal(journal);
    return await act(journal, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function exportersOf(root: string): Promise<typeof exporters> {
  const file = pathToFileURL(resolve(root, 'main/journal/exporters.ts')).href;
  return (await import(file)) as typeof exporters;
}

/** How the measured program is started. */
interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * The program that opens the journal, for the two runtimes that there are: Electron's, in which the window has it, and Node's, in
 * which the command line has it. The room for young objects, most of what a process grows by, is of another size in each.
 */
async function programs(folder: string): Promise<{ readonly window?: Program; readonly node: Program }> {
  const script = join(import.meta.dirname, 'openedJournal.ts');
  const node = { command: process.execPath, args: ['--expose-gc', script] };
  const electron = presentRuntime();
  if (!electron) return { node };
  // Electron's Node reads no types.
  const entry = {
    ssr: script,
    outDir: folder,
    emptyOutDir: false,
    rollupOptions: { output: { entryFileNames: 'opened.mjs' } },
  };
  await build({ configFile: false, logLevel: 'error', publicDir: false, ssr: { noExternal: true }, build: entry });
  return { window: { command: electron.executable, args: ['--expose-gc', join(folder, 'opened.mjs')] }, node };
}

/** In a process of its own, so that its memory is that of the session alone. */
async function opened({ command, args }: Program, journal: string): Promise<OpenedFigures> {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const { stdout } = await run(command, [...args, journal, needle], { env });
  return JSON.parse(stdout) as OpenedFigures;
}

/** What lnav takes to load the same lines and filter them, and the most memory it has. */
async function withLnav(text: string): Promise<{ readonly ms: number; readonly megabytes: number }> {
  const beganMs = performance.now();
  const commands = ['-n', '-c', `:filter-in ${needle}`, text];
  const { stderr } = await run('/usr/bin/time', ['-f', '%M', 'lnav', ...commands], { maxBuffer: 1 << 26 });
  const kilobytes = Number(stderr.trim().split('\n').at(-1));
  return { ms: performance.now() - beganMs, megabytes: kilobytes / 1000 };
}

/** P6: a journal of a million lines is opened, jumped through and searched, beside Debian's lnav on the same lines as text. */
export function measureLongJournal(): Promise<Measurement> {
  return withJournal(async (journal, folder) => {
    const text = join(folder, 'long.txt');
    const { exportToFile } = await exportersOf('.');
    await exportToFile(journal, text, { format: 'txt', mask: false });
    const hasLnav = existsSync('/usr/bin/lnav') && existsSync('/usr/bin/time');
    const [ours, theirs]: [OpenedFigures[], { readonly ms: number; readonly megabytes: number }[]] = [[], []];
    const { window, node } = await programs(folder);
    const program = window ?? node;
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await opened(program, journal));
      if (hasLnav) theirs.push(await withLnav(text));
    }
    await rm(indexFileOf(journal));
    const inNode = await opened(node, journal);
    // The first one made the index.
    const again = ours.slice(1);
    const of = (figure: (one: OpenedFigures) => number): number => median(again.map(figure));
    const lnavMs = median(theirs.map(({ ms }) => ms));
    const lnavMegabytes = median(theirs.map(({ megabytes }) => megabytes));
    const jumpMs = percentile(
      again.flatMap(({ jumpsMs }) => jumpsMs),
      0.95,
    );
    // At the worst moment, also while the index was made.
    const megabytes = Math.max(...ours.map((one) => one.mostMegabytes));
    const openMs = Math.max(
      ours[0]?.firstScreenMs ?? Infinity,
      of(({ firstScreenMs }) => firstScreenMs),
    );
    const firstHitMs = of((one) => one.firstHitMs);
    const isBelow = !hasLnav || (openMs <= 0.5 * lnavMs && firstHitMs <= 0.25 * lnavMs && megabytes <= lnavMegabytes);
    return {
      id: 'P6',
      what: 'a journal of 1,000,000 lines',
      bar: 'open ≤ 0.5 ×, first hit ≤ 0.25 × lnav loading and filtering; jump ≤ 50 ms; memory ≤ lnav',
      reached: isBelow && jumpMs <= 50,
      figures: {
        'first screen without an index ms': rounded(ours[0]?.firstScreenMs ?? Number.NaN),
        'index made ms': rounded(ours[0]?.indexedMs ?? Number.NaN),
        'first screen with an index ms': rounded(of(({ firstScreenMs }) => firstScreenMs)),
        'jump p95 ms': rounded(jumpMs),
        'first hit ms': rounded(firstHitMs),
        'all hits ms': rounded(of(({ allHitsMs }) => allHitsMs)),
        'memory at most MB': rounded(megabytes),
        'memory at the end MB': rounded(Math.max(...ours.map((one) => one.megabytes))),
        ...(window && { 'index made in Node ms': rounded(inNode.indexedMs) }),
        ...(window && { 'memory at most in Node MB': rounded(inNode.mostMegabytes) }),
        ...(hasLnav && { 'lnav loads and filters ms': rounded(lnavMs), 'lnav memory MB': rounded(lnavMegabytes) }),
      },
    };
  });
}

const formats = ['txt', 'csv', 'ndjson', 'html'] as const;

/** P10: the same journal is exported to each format, beside another checkout. */
export function measureExport(beside?: string): Promise<Measurement> {
  return withJournal(async (journal, folder) => {
    const [ours, other] = [await exportersOf('.'), beside === undefined ? undefined : await exportersOf(beside)];
    const timeOf = async ({ exportToFile }: typeof exporters, format: (typeof formats)[number]): Promise<number> => {
      const beganMs = performance.now();
      await exportToFile(journal, join(folder, `export.${format}`), { format, mask: false });
      return performance.now() - beganMs;
    };
    const figures: Record<string, number> = {};
    let isReached = true;
    for (const format of formats) {
      const [mine, theirs]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        mine.push(await timeOf(ours, format));
        if (other) theirs.push(await timeOf(other, format));
      }
      figures[`${format} s`] = rounded(Math.min(...mine) / 1000);
      if (!other) continue;
      const ratio = median(mine.map((ms, round) => ms / (theirs[round] as number)));
      figures[`${format}, other checkout s`] = rounded(Math.min(...theirs) / 1000);
      figures[`${format}, ours ÷ other`] = rounded(ratio);
      isReached &&= ratio <= 0.6;
    }
    const what = 'export of 1,000,000 lines';
    return { id: 'P10', what, bar: '≤ 0.6 × the other checkout in each format', reached: isReached, figures };
  });
}
