import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { ApiError, type ApiContext } from './apiParameters.ts';
import { findCall, methodsOf } from './httpCalls.ts';
import { refusalOfCaller } from './httpGate.ts';
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
  /** Calls that are not OneNET's, by `METHOD /path`: the buttons of the board that the module sits on. */
  readonly boardCalls?: Readonly<Record<string, () => void>> | undefined;
  /** How long a caller may take to send a whole request, in milliseconds; default 20 000. */
  readonly slowestRequestMs?: number;
}

const MAX_BODY_BYTES = 64 * 1024;
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024;
const SLOWEST_REQUEST_MS = 20_000;

/** An answer of the API: OneNET says nearly everything with HTTP status 200 and a number of its own. */
interface HttpAnswer {
  readonly status: number;
  readonly body: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

const failed = (errno: number, error: string, status = 200): HttpAnswer => ({ status, body: { errno, error } });

/** The envelope of success, with the keys in the order OneNET prints them. */
function succeeded(data: Json | undefined): HttpAnswer {
  return { status: 200, body: data === undefined ? { errno: 0, error: 'succ' } : { errno: 0, data, error: 'succ' } };
}

/**
 * Reads a body; undefined when it is too long. What is too long is read and thrown away, so that the answer reaches the
 * caller; who sends without end is answered all the same, and cut off.
 */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    if (length > MAX_DISCARDED_BYTES) return undefined;
  }
  return length <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

/** Path and query of a request line; undefined when it is no URL, or its escapes are no UTF-8. */
function parseTarget(target: string | undefined): URL | undefined {
  try {
    const url = new URL(target ?? '/', 'http://platform');
    decodeURIComponent(url.pathname + url.search);
    return url;
  } catch {
    return undefined;
  }
}

/** Text of a body; undefined when it is no UTF-8. */
function parseText(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

async function answer(request: IncomingMessage, options: HttpApiOptions): Promise<HttpAnswer> {
  const { host, apiKey, context, boardCalls = {} } = options;
  const { headers, method = '' } = request;
  // A body is read in any case: the document's GET calls carry one, and an unread one breaks the connection.
  const bytes = await readBody(request);
  if (headers.host === undefined) return failed(5108, 'invalid parameter: Host is missing', 400);
  const refusal = refusalOfCaller({ headers, listenHost: host, localAddress: request.socket.localAddress });
  if (refusal !== undefined) return failed(5108, `invalid parameter: ${refusal}`, 403);
  if (bytes === undefined) {
    const answer = failed(5108, `invalid parameter: body longer than ${MAX_BODY_BYTES} bytes`, 413);
    return { ...answer, headers: { Connection: 'close' } };
  }
  if (apiKey !== undefined && headers['api-key'] !== apiKey) return failed(1, 'authentication failed');
  const target = parseTarget(request.url);
  if (target === undefined) return failed(5108, 'invalid parameter: URL', 400);
  const boardCall = boardCalls[`${method} ${target.pathname}`];
  if (boardCall) {
    boardCall();
    return succeeded(undefined);
  }
  const call = findCall(method, target.pathname);
  if (call === undefined) {
    const known = `POST ${target.pathname}` in boardCalls ? ['POST'] : methodsOf(target.pathname);
    if (known.length === 0) return failed(5108, 'no such call', 404);
    return { ...failed(5108, `no such call with ${method}`, 405), headers: { Allow: known.join(', ') } };
  }
  const body = parseText(bytes);
  if (body === undefined) return failed(5108, 'invalid parameter: body is no UTF-8');
  try {
    return succeeded(await call({ context, query: target.searchParams, body }));
  } catch (error) {
    if (error instanceof ApiError) return failed(error.errno, error.message);
    if (error instanceof DeviceRefusal) return failed(5106, error.reason);
    return failed(7, 'internal error', 500);
  }
}

const contentType = 'application/json; charset=utf-8';

function send(response: ServerResponse, { status, body, headers = {} }: HttpAnswer): void {
  const bytes = Buffer.from(jsonText(body));
  response.writeHead(status, { ...headers, 'Content-Type': contentType, 'Content-Length': bytes.length });
  response.end(bytes);
}

/** What Node's parser stumbles over, by its code; anything else is no HTTP. */
const unreadable: Readonly<Record<string, readonly [status: string, error: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'invalid parameter: URL and headers are too long'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'invalid parameter: the request does not come to its end'],
};

/** Answers what is no request that could be answered as one, and hangs up. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, text] = unreadable[error.code ?? ''] ?? ['400 Bad Request', 'invalid parameter: no HTTP request'];
  const body = jsonText({ errno: 5108, error: text });
  const head = [`HTTP/1.1 ${status}`, `Content-Type: ${contentType}`, `Content-Length: ${body.length}`];
  socket.end([...head, 'Connection: close', '', body].join('\r\n'), () => socket.destroy());
}

/** Opens the API. Rejects with the system's error when the port is taken. */
export function openHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const slowestMs = options.slowestRequestMs ?? SLOWEST_REQUEST_MS;
  const limits = {
    headersTimeout: slowestMs,
    requestTimeout: slowestMs,
    connectionsCheckingInterval: Math.ceil(slowestMs / 4),
  };
  const server = createServer({ ...limits, requireHostHeader: false }, (request, response) => {
    answer(request, options).then(
      (one) => send(response, one),
      // The client went away in the middle of its body.
      () => response.destroy(),
    );
  });
  server.on('clientError', refuseUnreadable);
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
