import type { ServerRequest } from './serverRequest.ts';

/** Longest value of one +MIPLWRITE of China Mobile firmware (mipl-at.md §8, large writes). */
const pieceBytes = 1024;

/**
 * A write of one long value as its pieces, each a request with an msgid of its own, the last under that of the whole.
 * Anything else stays as it is.
 */
export function piecesOf(request: ServerRequest): ServerRequest[] {
  if (request.kind !== 'write') return [request];
  const [value, ...others] = request.values;
  if (!value || others.length > 0 || value.bytes.length <= pieceBytes) return [request];
  const count = Math.ceil(value.bytes.length / pieceBytes);
  return Array.from({ length: count }, (_, position) => {
    const bytes = value.bytes.subarray(position * pieceBytes, (position + 1) * pieceBytes);
    return {
      ...request,
      msgId: (request.msgId - (count - 1 - position)) & 0xffff,
      values: [{ ...value, bytes }],
      piece: { position, count },
    };
  });
}
