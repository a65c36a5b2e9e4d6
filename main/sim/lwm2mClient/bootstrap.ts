import { readHostPort } from '../../../shared/hostPort.ts';
import type { CoapEndpoint } from '../coap/endpoint.ts';
import { CoapError } from '../coap/exchange.ts';
import type { CoapResponse } from '../coap/response.ts';
import { methods } from '../coap/message.ts';
import type { CoapMessage } from '../coap/message.ts';
import {
  contentFormat,
  contentFormats,
  decodeText,
  uriPath,
  uriPathOptions,
  uriQueryOptions,
} from '../coap/options.ts';
import type { CoapOption } from '../coap/options.ts';
import { peerKey } from '../coap/transmission.ts';
import type { CoapPeer } from '../coap/transmission.ts';
import type { Personality } from '../profile.ts';
import { decodeTlv } from '../tlv.ts';
import type { TlvEntry } from '../tlv.ts';

/** The bootstrap server may take this long in all (mipl-at.md §7, Xinyi). Milliseconds. */
const bootstrapMs = 20_000;

/** Resources of a Security object, LwM2M 1.0 Appendix E.1. */
const security = { serverUri: 0, isBootstrapServer: 1 } as const;

/** Where a module shall register. */
export interface ServerAccount {
  readonly host: string;
  readonly port: number;
}

/** What a bootstrap is done with. */
export interface BootstrapOptions {
  /** The socket to use; it stays open. */
  readonly endpoint: CoapEndpoint;
  readonly server: CoapPeer;
  readonly endpointName: string;
  /** Auth_Code option, or nothing. */
  readonly authorization: readonly CoapOption[];
  readonly personality: Personality;
  readonly signal: AbortSignal;
}

/** A bootstrap that came to nothing; the module says event 3. */
export class BootstrapFailure extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'BootstrapFailure';
  }
}

/**
 * Asks the bootstrap server for an account and waits until it says it has finished (LwM2M 1.0 §5.2.3). A CIS module takes
 * nothing but PUT /0/n: other writes are answered 4.04, deletions 5.01 (cis-on-the-wire.md). Rejects with
 * {@link BootstrapFailure}.
 */
export async function bootstrap(options: BootstrapOptions): Promise<ServerAccount> {
  const { endpoint, server, endpointName, authorization, signal } = options;
  const { promise: finished, resolve, reject } = Promise.withResolvers<ServerAccount>();
  finished.catch(() => undefined);
  const accounts = new Accounts(options);
  endpoint.onRequest = (message, from) => {
    if (peerKey(from) !== peerKey(server)) return undefined;
    if (message.code !== methods.post || uriPath(message).join('/') !== 'bs') return accounts.change(message);
    const account = accounts.chosen();
    const failure = new BootstrapFailure('The bootstrap server finished without a server to register with');
    // Whoever hears of it may close the socket: the answer goes first.
    setImmediate(() => (account ? resolve(account) : reject(failure)));
    return { code: account ? '2.04' : '4.00' };
  };
  const abort = (): void => reject(new BootstrapFailure('The bootstrap was ended', { cause: signal.reason }));
  const limit = setTimeout(() => reject(new BootstrapFailure('The bootstrap server did not finish')), bootstrapMs);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const answer = await endpoint.request(
      server,
      {
        code: methods.post,
        options: [...uriPathOptions('bs'), ...uriQueryOptions([`ep=${endpointName}`]), ...authorization],
      },
      { timeoutMs: bootstrapMs, signal },
    );
    if (answer.code !== '2.04') throw new BootstrapFailure(`The bootstrap server answered ${answer.code}`);
    return await finished;
  } catch (error) {
    if (error instanceof CoapError) throw new BootstrapFailure(error.message, { cause: error });
    throw error;
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', abort);
  }
}

/** Instance of the Security object that is the CIS core's own account at the bootstrap server. */
const cisBootstrapInstance = '1';

/** The Security objects a bootstrap server has written. */
class Accounts {
  readonly #options: BootstrapOptions;
  readonly #uris = new Map<string, string>();

  constructor(options: BootstrapOptions) {
    this.#options = options;
  }

  change(message: CoapMessage): CoapResponse {
    const path = uriPath(message);
    const isStandard = this.#options.personality.name === 'spec';
    if (message.code === methods.delete) {
      if (!isStandard) return { code: '5.01' };
      this.#uris.clear();
      return { code: '2.02' };
    }
    if (message.code !== methods.put) return { code: '4.05' };
    const [objectId, instanceId, ...more] = path;
    if (objectId === '0' && instanceId !== undefined && more.length === 0) return this.#write(instanceId, message);
    return isStandard && objectId !== '0' ? { code: '2.04' } : { code: '4.04' };
  }

  /**
   * The server to register with: the first one written. The CIS core does not look at what it keeps under 1, its own account
   * at the bootstrap server: written there, the account is lost, and it goes on to a server without a name.
   */
  chosen(): ServerAccount | undefined {
    const isStandard = this.#options.personality.name === 'spec';
    const written = [...this.#uris].filter(([instanceId]) => isStandard || instanceId !== cisBootstrapInstance);
    const [uri] = written.map(([, one]) => one);
    if (uri !== undefined) return this.#accountOf(uri);
    return this.#uris.size > 0 ? { host: '', port: this.#options.server.port } : undefined;
  }

  #write(instanceId: string, message: CoapMessage): CoapResponse {
    const format = contentFormat(message);
    if (format !== contentFormats.tlv && format !== contentFormats.draftTlv) return { code: '4.15' };
    let resources: Map<number, Uint8Array>;
    try {
      resources = resourcesOf(decodeTlv(message.payload));
    } catch {
      return { code: '4.00' };
    }
    const uri = resources.get(security.serverUri);
    if (!uri) return { code: '4.00' };
    const isBootstrapServer = resources.get(security.isBootstrapServer)?.[0] === 1;
    if (!isBootstrapServer) this.#uris.set(instanceId, decodeText(uri));
    return { code: '2.04' };
  }

  /**
   * CIS cuts five characters off the end, taking them for a port, and keeps the port it was configured with
   * (cis-on-the-wire.md, server URI).
   */
  #accountOf(uri: string): ServerAccount | undefined {
    const { personality, server } = this.#options;
    if (personality.bootstrappedPort === 'configured') {
      return { host: uri.replace(/^coaps?:\/\//, '').slice(0, -5), port: server.port };
    }
    const [, place = ''] = /^coap:\/\/(.+?)\/?$/.exec(uri) ?? [];
    const { host, port = 5683 } = readHostPort(place) ?? {};
    return host === undefined ? undefined : { host, port };
  }
}

/** Resources by id, from an instance as it is or wrapped in its element. */
function resourcesOf(entries: readonly TlvEntry[]): Map<number, Uint8Array> {
  const [first] = entries;
  const own = first?.kind === 'objectInstance' ? first.children : entries;
  return new Map(own.flatMap((entry) => ('value' in entry ? [[entry.id, entry.value] as const] : [])));
}
