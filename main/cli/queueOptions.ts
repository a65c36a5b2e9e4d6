import { readFile } from 'node:fs/promises';
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
export async function queueOptionsOf(
  values: {
    readonly queue?: string | undefined;
    readonly credentials?: string | undefined;
    readonly ca?: string | undefined;
  },
  isPatient: boolean,
): Promise<QueueOptions> {
  const { MIPL_QUEUE, MIPL_QUEUE_USER: user, MIPL_QUEUE_PASSWORD: password } = process.env;
  const servers = values.queue ?? MIPL_QUEUE;
  if (servers === undefined || servers === '') throw new UsageError('--queue is missing');
  const credentials = values.credentials === undefined ? undefined : await secretText(values.credentials);
  return {
    servers,
    clientName: `mipl at ${hostname()}`,
    isPatient,
    ...(credentials === undefined ? {} : { credentials }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(values.ca === undefined ? {} : { caFile: values.ca }),
  };
}

async function secretText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--credentials: ${faultOf(error).message}`);
  }
}
