import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { faultOf } from '../../shared/errors.ts';
import type { QueueOptions } from '../stations/queueConnection.ts';
import { UsageError } from './io.ts';

/** Options of every command that speaks with a queue, for `parseArgs`. */
export const queueOptionTypes = {
  queue: { type: 'string' },
  credentials: { type: 'string' },
  ca: { type: 'string' },
} as const;

/** The same for `--help`. */
export const queueOptionHelp = `  --queue URL      nats:// or tls://host[:port] of a NATS server with JetStream (2.9 or later); several of one cluster with
                   commas between them. Also in the environment as MIPL_QUEUE
  --credentials F  .creds file or nkey seed; or user and password in the environment as MIPL_QUEUE_USER and
                   MIPL_QUEUE_PASSWORD, where no other user sees them
  --ca FILE        certificate of the authority that the server's is signed by, where the system does not know it`;

/** @throws UsageError. */
export function queueOptionsOf(
  values: {
    readonly queue?: string | undefined;
    readonly credentials?: string | undefined;
    readonly ca?: string | undefined;
  },
  isPatient: boolean,
): QueueOptions {
  const { MIPL_QUEUE, MIPL_QUEUE_USER: user, MIPL_QUEUE_PASSWORD: password } = process.env;
  const servers = values.queue ?? MIPL_QUEUE;
  if (servers === undefined || servers === '') throw new UsageError('--queue is missing');
  const credentials = values.credentials === undefined ? undefined : secretIn(values.credentials);
  return {
    servers,
    clientName: `mipl at ${hostname()}`,
    isPatient,
    ...(credentials ? { caller: () => ({ credentials: credentials() }) } : {}),
    ...(credentials === undefined && user !== undefined ? { caller: () => ({ user, password: password ?? '' }) } : {}),
    ...(values.ca === undefined ? {} : { caFile: values.ca }),
  };
}

/** Read anew at every connection: who renews the file need not start the station again. @throws UsageError. */
function secretIn(file: string): () => string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--credentials: ${faultOf(error).message}`);
  }
  return () => {
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      // It is being written, or was taken away: what it held last is tried.
    }
    return text;
  };
}
