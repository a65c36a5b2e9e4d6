import { CodedError } from '../../shared/errors.ts';

/** A list of a thousand releases is a fifth of this. */
export const MAX_LIST_BYTES = 512 * 1024;
const TIMEOUT_MS = 15_000;

/** What may be changed, by tests above all. */
export interface FetchOptions {
  readonly timeoutMs?: number;
  /** Ends it with `CANCELLED`. */
  readonly signal?: AbortSignal;
}

/** The words of the system, without what node wraps around them. */
function systemText(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly code?: unknown; readonly message?: unknown } };
  const words = [cause?.message, cause?.code].find((text) => typeof text === 'string' && text !== '');
  return typeof words === 'string' ? words : String(error);
}

const wrong = (message: string, detail: string): CodedError => new CodedError('UPDATE_ANSWER', message, detail);

async function readBytes(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    // Leaving the loop ends the stream: the rest is never fetched.
    if (bytes > MAX_LIST_BYTES) throw wrong(`The answer is longer than ${MAX_LIST_BYTES} bytes`, '> 512 kB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Not that kind which a list may come as: servers call a file they do not know by several names, a page by one. */
const isPageType = (type: string): boolean => /\b(html|xml|image|javascript)\b/i.test(type);

async function answerOf(address: string, signal: AbortSignal): Promise<Uint8Array> {
  // Where it sends to was confirmed by nobody.
  const response = await fetch(address, { redirect: 'manual', signal, headers: { connection: 'close' } });
  try {
    const { status, headers } = response;
    if (status >= 300 && status < 400) {
      const place = headers.get('location') ?? '';
      throw new CodedError('UPDATE_REDIRECTED', `HTTP ${status}, location: ${place}`, place.slice(0, 300));
    }
    if (status !== 200) throw wrong(`HTTP ${status}`, `HTTP ${status}`);
    const type = headers.get('content-type') ?? '';
    if (isPageType(type)) throw wrong(`The answer is of the type ${type}`, type.slice(0, 100));
    return await readBytes(response);
  } finally {
    await response.body?.cancel().catch(() => undefined);
  }
}

/**
 * Fetches a list: one call, no redirect, no more than {@link MAX_LIST_BYTES}. @throws CodedError `UPDATE_UNREACHABLE`,
 * `UPDATE_TIMEOUT`, `UPDATE_REDIRECTED` with the other address, `UPDATE_ANSWER` with what came instead, `CANCELLED`.
 */
export async function fetchList(address: string, options: FetchOptions = {}): Promise<Uint8Array> {
  const { timeoutMs = TIMEOUT_MS, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await answerOf(address, signal ? AbortSignal.any([signal, timeout]) : timeout);
  } catch (error) {
    if (error instanceof CodedError) throw error;
    if (signal?.aborted === true) throw new CodedError('CANCELLED', 'The check was given up');
    const { host } = new URL(address);
    if (timeout.aborted)
      throw new CodedError('UPDATE_TIMEOUT', `No answer within ${timeoutMs} ms`, `${Math.round(timeoutMs / 1000)} s`);
    throw new CodedError('UPDATE_UNREACHABLE', systemText(error), host, { cause: error });
  }
}
