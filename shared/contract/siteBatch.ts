import { batchBeginning } from '../siteBatch.ts';
import type { BatchTest } from '../siteBatch.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

/** Devices tested one after the other at one site; the batch itself is a part of the program's state. */
export const siteBatchRequests = {
  /** Begins a batch; one that goes on is put away with its summary. */
  beginBatch: { scope: 'program', duringRun: 'served', argument: batchBeginning, reply: accepted },
  /** Puts the batch away with its summary; there is none then. */
  endBatch: { scope: 'program', duringRun: 'served', reply: accepted },
  /** Shows the folder of its reports. */
  showBatchFolder: { scope: 'program', duringRun: 'served', reply: accepted },
  /** Writes the report of the last run into the folder of the batch and enters the test in it. Refused where there is no batch. */
  recordTest: { scope: 'device', duringRun: 'refused', reply: reply<BatchTest>() },
} as const satisfies Rows;
