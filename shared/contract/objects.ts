import { generatorSpec } from '../generator.ts';
import { resourcePath } from '../lwm2m.ts';
import { object, text, truth } from '../schema.ts';
import type { ValueEvent } from '../valueHistory.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

/** A value as it is typed; whether it fits the resource is the store's to say. */
const value = text(4096);

/** Values of the object tree, and what drives them. */
export const objectRequests = {
  setValue: {
    scope: 'device',
    duringRun: 'refused',
    argument: object({ path: resourcePath, value }),
    reply: accepted,
  },
  /** Drives a value from now on instead of a sensor, also while no port is open. */
  setGenerator: {
    scope: 'device',
    duringRun: 'refused',
    argument: object({ path: resourcePath, spec: generatorSpec }),
    reply: accepted,
  },
  clearGenerator: {
    scope: 'device',
    duringRun: 'refused',
    argument: object({ path: resourcePath }),
    reply: accepted,
  },
  /** What has become of a value, the oldest first. */
  readHistory: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ path: resourcePath }),
    reply: reply<readonly ValueEvent[]>(),
  },
  /** Asks for a file name and writes the same there as csv; null when the person cancelled. */
  exportHistory: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ path: resourcePath }),
    reply: reply<{ file: string } | null>(),
  },
  /** Sends +MIPLNOTIFY; answers when the module accepted it. Delivery shows in the outbox. */
  notify: {
    scope: 'device',
    duringRun: 'refused',
    argument: object({ path: resourcePath, value, confirmed: truth }),
    reply: reply<{ id: string }>(),
  },
} as const satisfies Rows;
