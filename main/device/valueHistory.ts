import { isoWithZone } from '../../shared/localTime.ts';
import { MAX_VALUE_EVENTS } from '../../shared/valueHistory.ts';
import type { ValueEvent } from '../../shared/valueHistory.ts';
import type { Fact } from '../facts/fact.ts';
import { csvRow } from '../files/csv.ts';

/** What has become of each value since the device was opened or made of other objects, the newest of it. */
export class ValueHistory {
  readonly #byPath = new Map<string, ValueEvent[]>();

  /** Begins with these values. */
  begin(values: Readonly<Record<string, string>>, atMs: number): void {
    this.#byPath.clear();
    for (const [path, value] of Object.entries(values)) this.#add(path, { kind: 'value', value, by: 'model', atMs });
  }

  /** Something has happened; most of it is no concern of any value. */
  hear(fact: Fact): void {
    switch (fact.fact) {
      case 'deviceModel':
        return this.begin(fact.values, fact.atMs);
      case 'value':
        return this.#add(fact.path, { kind: 'value', value: fact.value, by: fact.by, atMs: fact.atMs });
      case 'executed':
        return this.#add(fact.path, { kind: 'executed', count: fact.count, atMs: fact.atMs });
      case 'standing':
        return this.#add(fact.path, { kind: 'standing', standing: fact.standing, atMs: fact.atMs });
      default:
    }
  }

  /** What has become of a value, the oldest first; nothing where there is no such resource. */
  of(path: string): readonly ValueEvent[] {
    return [...(this.#byPath.get(path) ?? [])];
  }

  #add(path: string, event: ValueEvent): void {
    const events = this.#byPath.get(path) ?? [];
    this.#byPath.set(path, events);
    events.push(event);
    if (events.length > MAX_VALUE_EVENTS) events.shift();
  }
}

/** The events as a table for a spreadsheet, with local times and their zone. */
export function historyCsv(path: string, events: readonly ValueEvent[]): string {
  const rows = events.map((event) => {
    const at = isoWithZone(event.atMs);
    switch (event.kind) {
      case 'value':
        return [at, path, 'set', event.by, event.value];
      case 'executed':
        return [at, path, 'executed', 'platform', String(event.count)];
      case 'standing':
        return [at, path, event.standing, '', ''];
    }
  });
  return [['time', 'path', 'event', 'by', 'value'], ...rows].map((row) => `${csvRow(row)}\r\n`).join('');
}
