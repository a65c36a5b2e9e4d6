import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SerialPort } from 'serialport';
import { LineLog } from '../../main/log/lineLog.ts';
import { LogBook } from '../../main/log/logBook.ts';
import { AtChannel } from '../../main/at/channel.ts';
import { readJournal } from '../../main/journal/journalReader.ts';
import { openJournal } from '../../main/journal/journalWriter.ts';
import { messageTable } from '../../main/mipl/messageTable.ts';
import { openSerial } from '../../main/transport/serialLink.ts';
import { tap } from '../../main/transport/tap.ts';
import { mixedLog } from './decodeSpeed.ts';
import { rounded } from './figures.ts';
import type { Measurement } from './figures.ts';
import { openTtyPair } from './ttyPair.ts';

const BAUD = 921_600;
const BYTES_PER_SECOND = BAUD / 10;
const SECONDS = 600;
const CHUNK = 4096;

function opened(path: string): Promise<SerialPort> {
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: BAUD, autoOpen: false });
    port.open((error) => (error ? reject(error) : resolve(port)));
  });
}

/** Writes everything, `bytesPerSecond` at most; waits for the port when it is full. */
async function send(port: SerialPort, bytes: Buffer, bytesPerSecond: number | undefined): Promise<void> {
  const start = performance.now();
  for (let offset = 0; offset < bytes.length; offset += CHUNK) {
    if (bytesPerSecond !== undefined) {
      const dueMs = (offset / bytesPerSecond) * 1000 - (performance.now() - start);
      if (dueMs > 1) await pause(dueMs);
    }
    if (!port.write(bytes.subarray(offset, offset + CHUNK)))
      await new Promise((resolve) => port.once('drain', resolve));
  }
  await new Promise((resolve) => port.drain(resolve));
}

/** The reference: the same bytes over the same pair into a bare serialport that only counts. */
async function bareSeconds(host: string, far: SerialPort, bytes: Buffer): Promise<number> {
  const port = await opened(host);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let received = 0;
  port.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received >= bytes.length) resolve(undefined);
  });
  const start = performance.now();
  await send(far, bytes, undefined);
  await promise;
  const seconds = (performance.now() - start) / 1000;
  await new Promise<void>((done) => port.close(() => done()));
  return seconds;
}

async function hashOf(file: string): Promise<{ readonly hash: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const record of readJournal(file)) {
    if (record.kind !== 'bytes' || record.direction !== 'in') continue;
    hash.update(record.bytes);
    bytes += record.bytes.length;
  }
  return { hash: hash.digest('hex'), bytes };
}

/**
 * P5: ten minutes of a saturated line (55.3 MB) over a tty pair into journal, channel, decoder and log; the journal must
 * hold every byte. In real time with `paced`, else as fast as the pair carries it, which is the harder test.
 */
export async function measureJournalLoss({ paced }: { readonly paced: boolean }): Promise<Measurement> {
  const total = BYTES_PER_SECOND * SECONDS;
  const sent = mixedLog(total).subarray(0, total);
  const expected = createHash('sha256').update(sent).digest('hex');
  const directory = await mkdtemp(join(tmpdir(), 'mipl-bench-'));
  const pair = await openTtyPair();
  const far = await opened(pair.module);
  try {
    const bare = await bareSeconds(pair.host, far, sent);
    const journal = await openJournal(directory, { appVersion: 'bench', port: pair.host, baudRate: BAUD });
    const link = tap(await openSerial(pair.host, { baudRate: BAUD }), journal);
    const lines = new LineLog(new LogBook());
    const nothing = (): void => undefined;
    const channel = new AtChannel(
      link,
      {
        onUrc: (heard) => lines.received(heard),
        onLine: (heard) => lines.received(heard),
        onSent: nothing,
        onRestart: nothing,
        onSync: nothing,
      },
      { table: messageTable },
    );
    const start = performance.now();
    await send(far, sent, paced ? BYTES_PER_SECOND : undefined);
    const limit = performance.now() + 30_000;
    while (journal.bytes < total && performance.now() < limit) await pause(20);
    const seconds = (performance.now() - start) / 1000;
    channel.close();
    await link.close();
    await journal.close();
    const kept = await hashOf(journal.file);
    return {
      id: 'P5',
      what: '10 min saturated at 921,600 baud: bytes of the journal ÷ bytes sent',
      bar: paced ? '0 lost, SHA-256 equal' : '0 lost, SHA-256 equal, ≤ 4 × bare serialport',
      reached: kept.hash === expected && (paced || seconds <= 4 * bare),
      figures: {
        'times bare serialport': rounded(seconds / bare),
        'bytes lost': total - kept.bytes,
        'SHA-256 equal': String(kept.hash === expected),
        megabytes: rounded(total / 1e6),
        'ours s': rounded(seconds),
        'bare serialport s': rounded(bare),
        'times real time': rounded(SECONDS / seconds),
        mode: paced ? 'real time' : 'as fast as the pair carries it',
      },
    };
  } finally {
    await new Promise<void>((done) => far.close(() => done()));
    await pair.close();
    await rm(directory, { recursive: true, force: true });
  }
}
