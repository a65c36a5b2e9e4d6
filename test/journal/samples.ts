import { openJournal } from '../../main/journal/journalWriter.ts';
import type { JournalOptions, JournalStart } from '../../main/journal/journalOptions.ts';
import type { JournalWriter } from '../../main/journal/journalWriter.ts';

/** 2026-11-22 13:13:05.123 UTC. */
export const startedMs = Date.UTC(2026, 10, 22, 13, 13, 5, 123);
export const baseNs = 5_000_000_000n;

export const start: JournalStart = { appVersion: '0.1.0', port: '/dev/ttyUSB0', baudRate: 9600 };

/** A journal with clocks that stand still. */
export function openSample(
  directory: string,
  options: JournalOptions = {},
  more: Partial<JournalStart> = {},
): Promise<JournalWriter> {
  return openJournal(
    directory,
    { ...start, ...more },
    { wallMs: () => startedMs, monotonicNs: () => baseNs, ...options },
  );
}

/** Appends text `afterMs` after the start, on both clocks. */
export function say(journal: JournalWriter, direction: 'in' | 'out', text: string, afterMs: number): void {
  journal.onBytes(direction, Buffer.from(text, 'utf8'), baseNs + BigInt(afterMs) * 1_000_000n, startedMs + afterMs);
}
