import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { ApiError, type ApiContext } from './apiParameters.ts';
import { findCall } from './httpCalls.ts';
import { jsonText, type Json } from './jsonText.ts';
import { DeviceRefusal } from './outcome.ts';

/** The running HTTP API. */
export interface HttpApi {
  /** `http://127.0.0.1:41234`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Where the API listens, and what it works on. */
export interface HttpApiOptions {
  readonly host: string;
  readonly port: number;
  /** What the header `api-key` must say; not looked at when undefined. */
  readonly apiKey: string | undefined;
  readonly context: ApiContext;
}

const MAX_BODY_BYTES = 64 * 1024;
const MAX_DISCARDED_BYTES = 1024 * 1024;

/** An answer of the API: OneNET says nearly everything with HTTP status 200 and a number of its own. */
interface Answer {
  readonly status: number;
  readonly body: Json;
}

const failed = (errno: number, error: string, status = 200): Answer => ({ status, body: { errno, error } });

/** The envelope of success, with the keys in the order OneNET prints them. */
function succeeded(data: Json | undefined): Answer {
  return { status: 200, body: data === undefined ? { errno: 0, error: 'succ' } : { errno: 0, data, error: 'succ' } };
}

/**
 * Reads a body; undefined when it is too long. What is too long is read and thrown away, so that the answer reaches the
 * caller; who sends without end is cut off.
 */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    if (length > MAX_DISCARDED_BYTES) request.socket.destroy();
  }
  return length <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString('utf8') : undefined;
}

/** Path and query of a request line; undefined when it is no URL. */
function parseTarget(target: string | undefined): URL | undefined {
  try {
    return new URL(target ?? '/', 'http://platform');
  } catch {
    return undefined;
  }
}

async function answer(request: IncomingMessage, { apiKey, context }: HttpApiOptions): Promise<Answer> {
  // A body is read in any case: the document's GET calls carry one, and an unread one breaks the connection.
  const body = await readBody(request);
  if (body === undefined) return failed(5108, 'invalid parameter: body too long', 413);
  if (apiKey !== undefined && request.headers['api-key'] !== apiKey) return failed(1, 'authentication failed');
  const target = parseTarget(request.url);
  const call = target && findCall(request.method ?? '', target.pathname);
  if (target === undefined || call === undefined) return failed(5108, 'no such call', 404);
  try {
    return succeeded(await call({ context, query: target.searchParams, body }));
  } catch (error) {
    if (error instanceof ApiError) return failed(error.errno, error.message);
    if (error instanceof DeviceRefusal) return failed(5106, error.reason);
    return failed(7, 'internal error', 500);
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const bytes = Buffer.from(jsonText(body));
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': bytes.length });
  response.end(bytes);
}

/** Opens the API. Rejects with the system's error when the port is taken. */
export function openHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const server = createServer((request, response) => {
    answer(request, options).then(
      (one) => send(response, one),
      // The client went away in the middle of its body.
      () => response.destroy(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      const { address, port } = server.address() as AddressInfo;
      let closing: Promise<void> | undefined;
      resolve({
        url: `http://${isIPv6(address) ? `[${address}]` : address}:${port}`,
        close: () =>
          (closing ??= new Promise((done) => {
            server.close(() => done());
            // Answers on their way get the next turn of the loop to leave; idle connections must not hold the port.
            setImmediate(() => server.closeAllConnections());
          })),
      });
    });
  });
}
