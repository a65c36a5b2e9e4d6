import { setTimeout as pause } from 'node:timers/promises';
import { ReadlineParser, SerialPort } from 'serialport';
import { AtChannel } from '../../main/at/channel.ts';
import { openSerial } from '../../main/transport/serialLink.ts';
import { median, percentile, rounded } from './figures.ts';
import type { Measurement } from './figures.ts';
import { openTtyPair } from './ttyPair.ts';

const COMMAND = 'AT+MIPLREADRSP=0,45953,1,3303,0,5700,4,4,20.123,0,0';
const ROUNDS = 6;
const EXCHANGES = 400;
const WARM_UP = 50;
const BAUD = 921_600;
const ATTEMPTS = 100;
const RETRY_MS = 20;

function opened(path: string): Promise<SerialPort> {
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: BAUD, autoOpen: false });
    port.open((error) => (error ? reject(error) : resolve(port)));
  });
}

function closed(port: SerialPort): Promise<void> {
  return new Promise((resolve) => port.close(() => resolve()));
}

/** Opens a port that was closed just now: who had it is told before the system lets go of it. */
async function onceFree<T>(open: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await open();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await pause(RETRY_MS);
    }
  }
}

/** The far end: an OK for every line. */
async function answerer(path: string): Promise<SerialPort> {
  const port = await opened(path);
  port.on('data', (bytes: Buffer) => {
    for (const byte of bytes) if (byte === 0x0a) port.write('\r\nOK\r\n');
  });
  return port;
}

async function repeat(exchange: () => Promise<unknown>): Promise<number[]> {
  for (let count = 0; count < WARM_UP; count++) await exchange();
  const times: number[] = [];
  for (let count = 0; count < EXCHANGES; count++) {
    const start = performance.now();
    await exchange();
    times.push(performance.now() - start);
  }
  return times;
}

async function bareTimes(path: string): Promise<number[]> {
  const port = await onceFree(() => opened(path));
  const lines = port.pipe(new ReadlineParser({ delimiter: '\r\n' }));
  const times = await repeat(
    () =>
      new Promise<void>((resolve) => {
        const onLine = (text: string): void => {
          if (text !== 'OK') return;
          lines.off('data', onLine);
          resolve();
        };
        lines.on('data', onLine);
        port.write(`${COMMAND}\r\n`);
      }),
  );
  await closed(port);
  return times;
}

async function channelTimes(path: string): Promise<number[]> {
  const link = await onceFree(() => openSerial(path, { baudRate: BAUD }));
  const nothing = (): void => undefined;
  const channel = new AtChannel(link, {
    onUrc: nothing,
    onLine: nothing,
    onSent: nothing,
    onRestart: nothing,
    onSync: nothing,
  });
  const times = await repeat(() => channel.send(COMMAND, { priority: 'answer', timeoutMs: 5000 }));
  channel.close();
  await link.close();
  return times;
}

/**
 * P3: an exchange through our channel against a bare write and ReadlineParser, alternating over one tty pair.
 * @param most what the ratio may be
 */
export async function measureRoundTrip(most = 1.05): Promise<Measurement> {
  const pair = await openTtyPair();
  const far = await answerer(pair.module);
  const bare: number[] = [];
  const ours: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(...(await bareTimes(pair.host)));
      ours.push(...(await channelTimes(pair.host)));
    }
  } finally {
    await closed(far);
    await pair.close();
  }
  const ratio = median(ours) / median(bare);
  return {
    id: 'P3',
    what: 'AT exchange round trip over a tty pair ÷ bare node-serialport',
    bar: `≤ ${most}`,
    reached: ratio <= most,
    figures: {
      'ratio of medians': rounded(ratio),
      'ours p50 ms': rounded(median(ours)),
      'bare p50 ms': rounded(median(bare)),
      'ours p99 ms': rounded(percentile(ours, 0.99)),
      'bare p99 ms': rounded(percentile(bare, 0.99)),
      exchanges: ours.length,
    },
  };
}
