import { CoapEndpoint } from '../coap/endpoint.ts';
import { CoapError } from '../coap/exchange.ts';
import type { CoapResponse } from '../coap/response.ts';
import { methods } from '../coap/message.ts';
import type { CoapMessage } from '../coap/message.ts';
import {
  authCode,
  contentFormatOption,
  contentFormats,
  encodeText,
  uriPath,
  uriPathOptions,
  uriQuery,
} from '../coap/options.ts';
import type { CoapPeer, TransmissionParameters } from '../coap/transmission.ts';
import { encodeTlv, encodeValue } from '../tlv.ts';
import type { TlvEntry } from '../tlv.ts';

/**
 * How a device is bootstrapped: as OneNET does it, with the Security object alone, or as LwM2M 1.0 has it (§5.2.3), with
 * what stood there deleted first and the Server object too. CIS modules understand only the first half of the latter.
 */
export const bootstrapStyles = ['onenet', 'lwm2m'] as const;
export type BootstrapStyle = (typeof bootstrapStyles)[number];

/** What is written of a step that a device did not take. */
const words: Readonly<Record<string, string>> = {
  [methods.delete]: 'DELETE',
  [methods.put]: 'PUT',
  [methods.post]: 'POST',
};

/** How the bootstrap server is opened. */
export interface BootstrapServerOptions {
  readonly host: string;
  /** 0 is any. */
  readonly port: number;
  /** The server a device is sent to. */
  readonly server: CoapPeer;
  /** Default `onenet`. */
  readonly style?: BootstrapStyle;
  /** Whether a device may come, by endpoint name and Auth_Code; default all may. */
  readonly accepts?: (endpointName: string, authCode: string | undefined) => boolean;
  readonly transmission?: Partial<TransmissionParameters>;
  readonly random?: () => number;
}

/** What happens at the bootstrap server. */
export type BootstrapEvent =
  | { readonly kind: 'asked' | 'turnedAway' | 'finished'; readonly endpointName: string }
  /** The device did not take a step; `code` is its answer, or why there was none. */
  | { readonly kind: 'refused'; readonly endpointName: string; readonly step: string; readonly code: string };

/** A bootstrap server that runs. */
export interface BootstrapServer {
  readonly address: CoapPeer;
  onEvent: ((event: BootstrapEvent) => void) | undefined;
  /** Sees every CoAP datagram. */
  onDatagram: CoapEndpoint['onDatagram'];
  /** May be called twice. */
  close(): Promise<void>;
}

/** One request to the device; a step that must succeed ends the bootstrap when it does not. */
interface Step {
  readonly code: string;
  readonly path: string;
  readonly format?: number;
  readonly payload?: Uint8Array;
  readonly isNeeded: boolean;
}

/** Devices that are bootstrapped at the same time. */
const mostAtOnce = 1000;
const shortServerId = 1;
const noSecurity = 3;
const lifetimeSeconds = 86_400;

const resource = (id: number, value: Uint8Array): TlvEntry => ({ kind: 'resource', id, value });
const integer = (id: number, value: number): TlvEntry => resource(id, encodeValue('integer', String(value)));

/** Security object, LwM2M 1.0 Appendix E.1: an LwM2M server without security. */
function securityObject({ host, port }: CoapPeer): Uint8Array {
  const address = host.includes(':') ? `[${host}]` : host;
  return encodeTlv([
    resource(0, encodeText(`coap://${address}:${port}`)),
    resource(1, Uint8Array.of(0)),
    integer(2, noSecurity),
    ...[3, 4, 5].map((id) => resource(id, new Uint8Array())),
    integer(10, shortServerId),
    integer(11, 0),
  ]);
}

/** Server object, Appendix E.2. */
function serverObject(): Uint8Array {
  return encodeTlv([
    integer(0, shortServerId),
    integer(1, lifetimeSeconds),
    resource(6, Uint8Array.of(0)),
    resource(7, encodeText('U')),
  ]);
}

function stepsOf(style: BootstrapStyle, server: CoapPeer): Step[] {
  const finish: Step = { code: methods.post, path: '/bs', isNeeded: true };
  const write = (path: string, payload: Uint8Array, format: number, isNeeded: boolean): Step => ({
    code: methods.put,
    path,
    payload,
    format,
    isNeeded,
  });
  const security = securityObject(server);
  if (style === 'onenet') return [write('/0/0', security, contentFormats.draftTlv, true), finish];
  return [
    // A CIS module answers 5.01 and 4.04 to these; what counts is the account.
    { code: methods.delete, path: '/0', isNeeded: false },
    { code: methods.delete, path: '/1', isNeeded: false },
    write('/0/1', security, contentFormats.tlv, true),
    write('/1/1', serverObject(), contentFormats.tlv, false),
    finish,
  ];
}

/** Opens a bootstrap server (LwM2M 1.0 §5.2). Rejects with CoapError `NETWORK` when the port is taken. */
export async function openBootstrapServer(options: BootstrapServerOptions): Promise<BootstrapServer> {
  const { host, port, server, style = 'onenet', accepts = () => true } = options;
  const endpoint = await CoapEndpoint.open({
    host,
    port,
    transmission: { maxRetransmit: 2, ...options.transmission },
    ...(options.random ? { random: options.random } : {}),
  });
  const opened: BootstrapServer = {
    address: endpoint.address,
    onEvent: undefined,
    get onDatagram() {
      return endpoint.onDatagram;
    },
    set onDatagram(listener) {
      endpoint.onDatagram = listener;
    },
    close: () => endpoint.close(),
  };
  /** Devices that are being bootstrapped: a second request of theirs starts nothing new. */
  const busy = new Set<string>();

  const provide = async (endpointName: string, peer: CoapPeer): Promise<void> => {
    for (const { code, path, format, payload, isNeeded } of stepsOf(style, server)) {
      const step = `${words[code] ?? code} ${path}`;
      const answered = await ask(endpoint, peer, { code, path, format, payload });
      if (answered.startsWith('2.')) continue;
      opened.onEvent?.({ kind: 'refused', endpointName, step, code: answered });
      if (isNeeded) return;
    }
    opened.onEvent?.({ kind: 'finished', endpointName });
  };

  endpoint.onRequest = (request, peer): CoapResponse => {
    if (uriPath(request).join('/') !== 'bs') return { code: '4.04' };
    if (request.code !== methods.post) return { code: '4.05' };
    const endpointName = endpointNameOf(request);
    if (endpointName === '' || !accepts(endpointName, authCode(request))) {
      opened.onEvent?.({ kind: 'turnedAway', endpointName });
      return { code: '4.00' };
    }
    // Each is asked for up to a minute and a half: strangers without end must not fill the memory.
    if (busy.size >= mostAtOnce && !busy.has(endpointName)) return { code: '5.03' };
    opened.onEvent?.({ kind: 'asked', endpointName });
    if (!busy.has(endpointName)) {
      busy.add(endpointName);
      // After the answer has left: the device takes no writes before it knows that it may wait for them.
      setImmediate(() => void provide(endpointName, peer).finally(() => busy.delete(endpointName)));
    }
    return { code: '2.04' };
  };
  return opened;
}

function endpointNameOf(request: CoapMessage): string {
  return (
    uriQuery(request)
      .find((query) => query.startsWith('ep='))
      ?.slice('ep='.length) ?? ''
  );
}

/** The code of the device's answer, or the name of what went wrong. */
async function ask(
  endpoint: CoapEndpoint,
  peer: CoapPeer,
  {
    code,
    path,
    format,
    payload,
  }: Pick<Step, 'code' | 'path'> & { format: number | undefined; payload: Uint8Array | undefined },
): Promise<string> {
  try {
    const answer = await endpoint.request(peer, {
      code,
      options: [...uriPathOptions(path), ...(format === undefined ? [] : [contentFormatOption(format)])],
      ...(payload ? { payload } : {}),
    });
    return answer.code;
  } catch (error) {
    if (error instanceof CoapError) return error.code;
    throw error;
  }
}
