import { defined } from '../../shared/defined.ts';
import { CodedError } from '../../shared/errors.ts';
import { SecretSpellings } from '../files/spellings.ts';
import type { HttpCall } from './calls.ts';

/** Where calls go. The key stands in the header and nowhere else. */
export interface PlatformTarget {
  /** `https://api.heclouds.com`. */
  readonly origin: string;
  readonly key?: string;
}

/** An answer as it came; {@link import('./answers.ts').readAnswer} says what it means. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  readonly bytes: number;
}

/** What may be changed, by tests above all. */
export interface SendOptions {
  readonly timeoutMs?: number;
  /** Ends the call with `CANCELLED`. */
  readonly signal?: AbortSignal;
}

/** Longer than any answer worth reading: 6000 data points are about 350 KB. */
const MAX_BYTES = 1024 * 1024;

/** The words of the system, without what node wraps around them. */
function systemText(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown; message?: unknown } | undefined) : undefined;
  if (typeof cause?.message === 'string' && cause.message !== '') return cause.message;
  if (typeof cause?.code === 'string') return cause.code;
  return error instanceof Error ? error.message : String(error);
}

async function readBody(response: Response): Promise<{ text: string; bytes: number }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) {
      // Leaving the loop ends the stream: the rest is never fetched.
      throw new CodedError('PLATFORM_ANSWER', `The answer is longer than ${MAX_BYTES} bytes`, 'longer than 1 MB');
    }
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8'), bytes };
}

/** A host that prints back what it was sent must not bring the key onto the screen, in whatever spelling. */
function withoutKey(text: string, key: string | undefined): string {
  if (key === undefined) return text;
  return new SecretSpellings([key]).replace(text, () => '(api-key)');
}

/**
 * Sends a call. Redirects are not followed: they would take the key along. @throws CodedError `PLATFORM_TIMEOUT`,
 * `PLATFORM_UNREACHABLE`, `PLATFORM_ANSWER` (too long), `CANCELLED`.
 */
export async function sendCall(target: PlatformTarget, call: HttpCall, options: SendOptions = {}): Promise<HttpAnswer> {
  const { origin, key } = target;
  const timeoutMs = options.timeoutMs ?? call.timeoutMs;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(`${origin}${call.path}`, {
      method: call.method,
      redirect: 'manual',
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
      headers: {
        // A connection kept from the call before may be closed by the other side just now, and a write must not be sent twice.
        connection: 'close',
        ...(key === undefined ? {} : { 'api-key': key }),
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...defined({ body: call.body }),
    });
    const { text, bytes } = await readBody(response);
    return { status: response.status, text: withoutKey(text, key), bytes };
  } catch (error) {
    if (error instanceof CodedError) throw error;
    if (options.signal?.aborted === true) throw new CodedError('CANCELLED', 'The call was given up');
    if (timeout.aborted) {
      throw new CodedError('PLATFORM_TIMEOUT', `No answer within ${timeoutMs} ms`, `${Math.round(timeoutMs / 1000)} s`);
    }
    throw new CodedError('PLATFORM_UNREACHABLE', withoutKey(systemText(error), key), origin);
  }
}
