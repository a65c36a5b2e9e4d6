import { hostname } from 'node:os';
import type { WorkOutcome } from '../../shared/stations.ts';
import type { StationEvent } from './station.ts';

/** Outcomes as the command line says them. */
export const outcomeWords: Readonly<Record<WorkOutcome, string>> = {
  passed: 'passed',
  failed: 'failed',
  notRun: 'not run',
  setAside: 'set aside',
  cancelled: 'cancelled',
};

/** The name of a station that nobody gave one. */
export function nameOfMachine(): string {
  const name = hostname()
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 64);
  return name === '' ? 'station' : name;
}

/** What a station tells, as a sentence. */
export function sentenceOf(event: StationEvent): string {
  switch (event.type) {
    case 'taken':
      return `${event.port}: begins ${event.id}${event.site === '' ? '' : ` (${event.site})`}`;
    case 'ended':
      return `${event.port}: ${event.id} ${outcomeWords[event.outcome]}${event.problem === undefined ? '' : `: ${event.problem}`}`;
    case 'stored':
      return event.delivery === 'stored'
        ? `${event.id}: the queue has the result`
        : `${event.id}: another station was first, its result stays`;
    case 'waiting':
      return `${event.id}: the result waits here: ${event.problem}`;
    case 'givenBack':
      return `${event.port}: ${event.id} was given back: ${event.problem}`;
    case 'brokenOff':
      return `${event.directory}: the program ended in the middle of this run; nobody counts it`;
    case 'queueLost':
      return `${event.fault.message}; goes on as soon as it is there`;
    case 'queueBack':
      return 'the queue is there again';
    case 'outboxLost':
      return `results cannot be kept: ${event.problem}`;
  }
}
