import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright';
import { LineSplitter } from '../../main/at/lineSplitter.ts';
import { readJournal } from '../../main/journal/journalReader.ts';
import { electronForTests } from '../../test/electron/electronForTests.js';
import { percentile, rounded } from './figures.ts';
import type { Measurement } from './figures.ts';
import { openFloodingModule } from './floodingModule.ts';

const REQUESTS = 10_000;
const PER_SECOND = 250;
const HANG_MS = 5000;

/** Time from the chunk with the request's last byte to the bytes of its answer, both as the journal stamped them. */
async function timesFrom(file: string): Promise<number[]> {
  const asked = new Map<string, number>();
  const times: number[] = [];
  let nowNs = 0;
  const incoming = new LineSplitter(({ text }) => {
    const match = /^\+MIPLREAD:0,(\d+),/.exec(text);
    if (match?.[1] !== undefined) asked.set(match[1], nowNs);
  });
  const outgoing = new LineSplitter(({ text }) => {
    const match = /^AT\+MIPLREADRSP=0,(\d+),/.exec(text);
    const askedNs = match?.[1] === undefined ? undefined : asked.get(match[1]);
    if (askedNs !== undefined) times.push((nowNs - askedNs) / 1e6);
  });
  for await (const record of readJournal(file)) {
    if (record.kind !== 'bytes') continue;
    nowNs = record.sinceStartNs;
    (record.direction === 'in' ? incoming : outgoing).push(record.bytes, 0n);
  }
  return times;
}

async function oursTimes(): Promise<{ readonly times: number[]; readonly electron: string }> {
  const module = await openFloodingModule();
  const electron = await electronForTests();
  try {
    const directory = await electron.makeDirectory('bench');
    const journals = join(directory, 'journals');
    const application = await _electron.launch({
      ...electron.launch,
      args: [...electron.launch.args, `--user-data-dir=${directory}`, `--journal-directory=${journals}`],
    });
    await application.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
    });
    const page = await application.firstWindow();
    await page.getByTestId('connect-button').waitFor();
    await page.evaluate((path) => {
      const { api } = globalThis as unknown as { api: Record<string, (...given: unknown[]) => Promise<unknown>> };
      return api['changeSettings']?.({ registerOnConnect: false }).then(() =>
        api['openPort']?.('1', { path, baudRate: 921_600 }),
      );
    }, `tcp://127.0.0.1:${module.port}`);
    await page.locator('[data-testid=stage-network][data-status=done]').waitFor();
    const flooded = module.flood(REQUESTS, PER_SECOND);
    await pause(5000);
    // The window hangs while the engine must go on.
    const hung = page.evaluate((ms) => {
      const end = performance.now() + ms;
      while (performance.now() < end);
    }, HANG_MS);
    await Promise.all([flooded, hung]);
    await application.close();
    const [file] = await readdir(journals);
    return { times: await timesFrom(join(journals, file ?? '')), electron: electron.version };
  } finally {
    await module.close();
    await electron.cleanup();
  }
}

async function bareTimes(): Promise<number[]> {
  const module = await openFloodingModule();
  const script = fileURLToPath(new URL('bareResponder.ts', import.meta.url));
  const child = spawn(process.execPath, [script, String(module.port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  await pause(500);
  await module.flood(REQUESTS, PER_SECOND);
  await module.close();
  await ended;
  return JSON.parse(output) as number[];
}

/** P1: 10,000 requests in a flood of 921,600 baud, the window hung for 5 s; beside it the least that could answer. */
export async function measureAnswerTime(): Promise<Measurement> {
  const { times, electron } = await oursTimes();
  const bare = await bareTimes();
  const [p50, p99, worst] = [percentile(times, 0.5), percentile(times, 0.99), Math.max(...times)];
  return {
    id: 'P1',
    what: 'request line in → first byte of the answer handed to the port, log flooded, window hung 5 s',
    bar: 'p50 ≤ 2 ms, p99 ≤ 10 ms, worst ≤ 50 ms',
    reached: times.length === REQUESTS && p50 <= 2 && p99 <= 10 && worst <= 50,
    figures: {
      'ours p50 ms': rounded(p50),
      'ours p99 ms': rounded(p99),
      'ours worst ms': rounded(worst),
      'bare responder p50 ms': rounded(percentile(bare, 0.5)),
      'bare responder p99 ms': rounded(percentile(bare, 0.99)),
      'bare responder worst ms': rounded(Math.max(...bare)),
      'answers found': times.length,
      electron,
    },
  };
}
