import { CoapError, type CoapRequest, type RequestLimits } from './exchange.ts';
import { type CoapResponse } from './response.ts';
import { concatBytes, type CoapMessage } from './message.ts';
import {
  block1,
  block2,
  blockOption,
  hasReservedBlockSize,
  optionNumbers,
  uintOption,
  type BlockOption,
  type CoapOption,
  type HasOptions,
} from './options.ts';
import { peerKey, type CoapPeer } from './transmission.ts';

/** Block-wise transfer, RFC 7959: the plain cases. A body longer than this is refused. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Sends one request, as {@link import('./endpoint.ts').CoapEndpoint.request} does. */
type SendRequest = (request: CoapRequest, limits: RequestLimits) => Promise<CoapMessage>;

const without = (options: readonly CoapOption[] | undefined, ...numbers: number[]): CoapOption[] =>
  (options ?? []).filter(({ number }) => !numbers.includes(number));

/** What is left of a time limit, for each of several exchanges. */
function limiter(limits: RequestLimits): () => RequestLimits {
  const { timeoutMs } = limits;
  if (timeoutMs === undefined) return () => limits;
  const endsAtMs = performance.now() + timeoutMs;
  return () => ({ ...limits, timeoutMs: Math.max(0, endsAtMs - performance.now()) });
}

/**
 * Sends a request, its payload in blocks of `size` bytes where it is longer (RFC 7959 §2.5), and, where the response is the
 * first of several blocks (§2.4), fetches the others. Resolves with the first response holding the whole payload, or with
 * the response of another code that came in between. Rejects with CoapError, `BAD_RESPONSE` when the blocks do not fit
 * together.
 */
export async function requestWhole(
  send: SendRequest,
  request: CoapRequest,
  limits: RequestLimits,
  size = 1024,
): Promise<CoapMessage> {
  const left = limiter(limits);
  const first = await sendWhole(send, request, left, size);
  return fetchRest(send, request, first, left());
}

/** The peer may ask for smaller blocks, with 4.13 to the first or with 2.31 to any (§2.3, §2.9.3). */
async function sendWhole(
  send: SendRequest,
  request: CoapRequest,
  left: () => RequestLimits,
  wantedSize: number,
): Promise<CoapMessage> {
  const { payload: body = new Uint8Array() } = request;
  if (body.length <= wantedSize) return send(request, left());
  const others = without(request.options, optionNumbers.block1, optionNumbers.size1);
  let size = wantedSize;
  for (let start = 0; ;) {
    const end = start + size;
    const more = end < body.length;
    const options = [
      ...others,
      blockOption('block1', { number: start / size, more, size }),
      ...(start === 0 ? [uintOption(optionNumbers.size1, body.length)] : []),
    ];
    const answer = await send({ ...request, options, payload: body.subarray(start, end) }, left());
    const smaller = Math.min(size, block1(answer)?.size ?? size);
    if (answer.code === '4.13' && start === 0 && smaller < size) {
      size = smaller;
      continue;
    }
    if (answer.code !== '2.31') return answer;
    if (!more) throw new CoapError('BAD_RESPONSE', 'More is asked for than there is');
    start = end;
    size = smaller;
  }
}

/** Fetches what follows a response or notification that is the first of several blocks; see {@link requestWhole}. */
export async function fetchRest(
  send: SendRequest,
  request: CoapRequest,
  first: CoapMessage,
  limits: RequestLimits,
): Promise<CoapMessage> {
  const left = limiter(limits);
  const parts = [first.payload];
  let received = first.payload.length;
  checkBlock(first);
  for (let block = block2(first); block?.more === true;) {
    const number = received / block.size;
    if (!Number.isInteger(number) || received > MAX_BODY_BYTES) {
      throw new CoapError('BAD_RESPONSE', `A block of ${block.size} bytes cannot follow ${received} bytes`);
    }
    const next = await send(
      {
        code: request.code,
        options: [
          ...without(request.options, optionNumbers.observe, optionNumbers.block1, optionNumbers.block2),
          blockOption('block2', { number, more: false, size: block.size }),
        ],
      },
      left(),
    );
    if (next.code !== first.code) return next;
    checkBlock(next);
    block = block2(next);
    if (block?.number !== number) throw new CoapError('BAD_RESPONSE', `Block ${number} expected`);
    parts.push(next.payload);
    received += next.payload.length;
  }
  return { ...first, options: without(first.options, optionNumbers.block2), payload: concatBytes(parts) };
}

/** True where a block has as many bytes as its option says: just so many while more follow, no more in the last. */
function isFilled({ more, size }: BlockOption, { payload }: CoapMessage): boolean {
  return more ? payload.length === size : payload.length <= size;
}

/** A response in blocks that cannot be: of the reserved size, or not filled (RFC 7959 §2.2). */
function checkBlock(response: CoapMessage): void {
  const block = block2(response);
  if (hasReservedBlockSize(response) || (block && !isFilled(block, response))) {
    throw new CoapError('BAD_RESPONSE', 'A block of another size than it says');
  }
}

/**
 * Cuts a response to the block the request asks for (RFC 7959 §2.4), or to the first one when it is longer than `size`.
 * The whole payload must be made anew, or remembered, for each block.
 */
export function cutResponse(request: HasOptions, response: CoapResponse, size = 1024): CoapResponse {
  const payload = response.payload ?? new Uint8Array();
  const asked = block2(request);
  if (asked === undefined && payload.length <= size) return response;
  const blockSize = Math.min(asked?.size ?? size, size);
  const start = (asked?.number ?? 0) * (asked?.size ?? size);
  if (start > 0 && start >= payload.length) return { code: '4.00' };
  const end = start + blockSize;
  return {
    ...response,
    options: [
      ...(response.options ?? []),
      blockOption('block2', { number: start / blockSize, more: end < payload.length, size: blockSize }),
    ],
    payload: payload.subarray(start, end),
  };
}

const MAX_BODIES = 64;

/** Collects the blocks of requests (RFC 7959 §2.5), one body per peer and target. */
export class RequestBodies {
  readonly #bodies = new Map<string, Uint8Array[]>();

  /**
   * Takes a request; returns it whole once its last block is here, otherwise the answer to this block: 2.31 for more,
   * 4.00 when it has the reserved size or other than it says (§2.2), 4.08 when one is missing, 4.13 when it becomes too
   * long.
   */
  collect(request: CoapMessage, peer: CoapPeer): { whole: CoapMessage } | { answer: CoapResponse } {
    if (hasReservedBlockSize(request)) return { answer: { code: '4.00' } };
    const block = block1(request);
    if (block === undefined) return { whole: request };
    if (!isFilled(block, request)) return { answer: { code: '4.00' } };
    // Size1 is for information and may stand with the first block alone (RFC 7959 §4).
    const options = without(request.options, optionNumbers.block1, optionNumbers.size1);
    const target = options.map(({ number, value }) => `${number}=${Buffer.from(value).toString('hex')}`);
    const key = [peerKey(peer), request.code, ...target].join('&');
    const parts = block.number === 0 ? [] : this.#bodies.get(key);
    this.#bodies.delete(key);
    const length = parts?.reduce((sum, part) => sum + part.length, 0);
    if (parts === undefined || length !== block.number * block.size) return { answer: { code: '4.08' } };
    if (length + request.payload.length > MAX_BODY_BYTES) return { answer: { code: '4.13' } };
    const grown = [...parts, request.payload];
    if (!block.more) return { whole: { ...request, options, payload: concatBytes(grown) } };

    this.#bodies.set(key, grown);
    const [oldest] = this.#bodies.keys();
    if (this.#bodies.size > MAX_BODIES && oldest !== undefined) this.#bodies.delete(oldest);
    return { answer: { code: '2.31', options: [blockOption('block1', block)] } };
  }
}

/** The Block1 option that the final answer to a collected request repeats (RFC 7959 §2.5); `[]` when it was in one piece. */
export function echoBlock1(request: CoapMessage): CoapOption[] {
  const block = block1(request);
  return block === undefined ? [] : [blockOption('block1', block)];
}
