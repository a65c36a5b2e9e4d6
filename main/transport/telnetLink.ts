import { CodedError } from '../../shared/errors.ts';
import { baudRateRequest, comPortBytes, comPortRequests, confirmedBaudRate } from './comPort.ts';
import { ComPortLine } from './comPortLine.ts';
import type { ComPortSettings } from './comPort.ts';
import type { Link } from './link.ts';
import { makeLinkEnd } from './linkEnd.ts';
import { TelnetReader, escapeTelnet, telnetOptions } from './telnet.ts';
import type { TelnetEvent } from './telnet.ts';
import { TelnetOptions } from './telnetOptions.ts';

/** How to speak telnet over a link. */
export interface TelnetLinkOptions {
  /** The address, for errors. */
  readonly name: string;
  /** How long the far end may take to answer what is negotiated. */
  readonly negotiationMs: number;
  /** Sets the server's serial port by RFC 2217; without it the port stays as the server has it. */
  readonly comPort?: ComPortSettings;
}

const { binary, echo, suppressGoAhead, comPort: comPortOption } = telnetOptions;

/**
 * Speaks telnet over a link to a serial server: the link it gives carries the bytes of the serial line. Resolves when both
 * ends agreed how to go on and, with `comPort`, the server confirmed the baud rate. The given link belongs to it from here
 * on. Rejects with what ended the link, or with PORT_FAILED: no telnet there, no RFC 2217, another baud rate.
 */
export async function openTelnet(far: Link, options: TelnetLinkOptions): Promise<Link> {
  const { name, negotiationMs, comPort } = options;
  const failed = (text: string): CodedError => new CodedError('PORT_FAILED', `${name}: ${text}`, name);
  const reader = new TelnetReader();
  const extra = comPort ? [comPortOption] : [];
  // A server that echoes says that we need not: to a program it is all one, so let it have its way (RFC 857).
  const negotiated = new TelnetOptions(
    { ours: [suppressGoAhead, binary, ...extra], theirs: [suppressGoAhead, binary] },
    { ours: [], theirs: [echo, ...extra] },
  );
  let hasTelnet = false;
  let isPortAsked = false;
  let confirmed: number | undefined;
  let settle: (error?: CodedError | Error) => void = () => undefined;

  const send = (bytes: Uint8Array): void => {
    // What cannot be sent is told by the end of the link.
    far.write(bytes).catch(() => undefined);
  };
  const line = comPort
    ? new ComPortLine({ name, send: (request) => send(comPortBytes(request)), confirmMs: negotiationMs })
    : undefined;
  const end = makeLinkEnd({
    write: (bytes) => far.write(escapeTelnet(bytes, negotiated.isOn('ours', binary))),
    // The server works off what it is sent in order: what follows goes out at the new rate.
    ...(comPort && line ? { setBaudRate: (baudRate) => far.write(comPortBytes(baudRateRequest(baudRate))), line } : {}),
    close: () => {
      line?.end();
      return far.close();
    },
  });
  const breakOff = (error: CodedError): void => {
    settle(error);
    end.lose(error);
    void far.close();
  };

  const proceed = (): void => {
    reader.isBinary = negotiated.isOn('theirs', binary);
    if (comPort && !isPortAsked && negotiated.isOn('ours', comPortOption)) {
      isPortAsked = true;
      for (const request of comPortRequests(comPort)) send(comPortBytes(request));
    }
    if (!negotiated.isSettled) return;
    if (!comPort) settle();
    else if (!isPortAsked) settle(failed('the server refuses RFC 2217; use telnet:// and set the baud rate there'));
    else if (confirmed !== undefined) settle(wrongRate(comPort.baudRate, confirmed));
  };
  const wrongRate = (asked: number, got: number): CodedError | undefined =>
    asked === got ? undefined : failed(`asked for ${asked} baud, the server's port has ${got}`);

  const take = (event: TelnetEvent): void => {
    if (event.type === 'data') {
      end.receive(event.bytes);
      return;
    }
    hasTelnet = true;
    if (event.type === 'endless') {
      breakOff(failed('a telnet subnegotiation without end'));
      return;
    }
    if (event.type === 'negotiation') {
      const answer = negotiated.receive(event.verb, event.option);
      if (answer) send(answer);
    } else if (event.option === comPortOption) {
      confirmed ??= confirmedBaudRate(event.bytes);
      line?.receive(event.bytes);
    }
    proceed();
  };

  const settled = new Promise<CodedError | Error | undefined>((resolve) => {
    settle = resolve;
  });
  const timer = setTimeout(() => {
    if (!hasTelnet) settle(failed(`no answer in telnet within ${negotiationMs} ms; if it is a raw port, use tcp://`));
    else if (comPort && confirmed === undefined) settle(failed('the server did not confirm the baud rate by RFC 2217'));
    // A server that leaves a question open can still carry bytes.
    else settle();
  }, negotiationMs);
  for (const request of negotiated.start()) send(request);
  far.onClose = (reason) => {
    line?.end();
    settle(reason ?? new CodedError('PORT_LOST', `${name}: the connection was closed`, name));
    end.lose(reason);
  };
  far.onData = (bytes) => {
    for (const event of reader.push(bytes)) take(event);
  };
  const problem = await settled;
  clearTimeout(timer);
  if (!problem) return end.link;
  await far.close();
  throw problem;
}
