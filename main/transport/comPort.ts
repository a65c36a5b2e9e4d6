import { subnegotiationOf, telnetOptions } from './telnet.ts';

/** Client commands of RFC 2217 §3; a server answers with the number plus 100. */
export const comPortCommands = {
  setBaudRate: 1,
  setDataSize: 2,
  setParity: 3,
  setStopSize: 4,
  setControl: 5,
  setLineStateMask: 10,
  setModemStateMask: 11,
} as const;

/** Values of SET-CONTROL (RFC 2217 §3). */
const control = { noFlowControl: 1, dtrOn: 8, dtrOff: 9, rtsOn: 11, rtsOff: 12 } as const;

/** How the port of the server shall stand; always 8 data bits, no parity, 1 stop bit, no flow control. */
export interface ComPortSettings {
  readonly baudRate: number;
  readonly dtr: boolean;
  readonly rts: boolean;
}

/** One request, and what the server must confirm. */
export interface ComPortRequest {
  readonly command: number;
  readonly value: readonly number[];
}

/** The four bytes of a baud rate, high byte first. */
function baudRateBytes(baudRate: number): number[] {
  return [24, 16, 8, 0].map((shift) => (baudRate >>> shift) & 0xff);
}

/** The request for another baud rate. */
export function baudRateRequest(baudRate: number): ComPortRequest {
  return { command: comPortCommands.setBaudRate, value: baudRateBytes(baudRate) };
}

/** The requests that set a port, in order. Line and modem states are not asked for: nobody here shows them. */
export function comPortRequests({ baudRate, dtr, rts }: ComPortSettings): ComPortRequest[] {
  const { setDataSize, setParity, setStopSize, setControl, setLineStateMask, setModemStateMask } = comPortCommands;
  return [
    { command: setLineStateMask, value: [0] },
    { command: setModemStateMask, value: [0] },
    baudRateRequest(baudRate),
    { command: setDataSize, value: [8] },
    { command: setParity, value: [1] },
    { command: setStopSize, value: [1] },
    { command: setControl, value: [control.noFlowControl] },
    { command: setControl, value: [dtr ? control.dtrOn : control.dtrOff] },
    { command: setControl, value: [rts ? control.rtsOn : control.rtsOff] },
  ];
}

/** A request as bytes on the wire. */
export function comPortBytes({ command, value }: ComPortRequest): Uint8Array {
  return subnegotiationOf(telnetOptions.comPort, Uint8Array.of(command, ...value));
}

/**
 * The baud rate that a server confirms with this content of a subnegotiation; undefined when it says something else.
 * Some servers send more than four bytes; the first four count.
 */
export function confirmedBaudRate(content: Uint8Array): number | undefined {
  const [command, ...value] = content;
  if (command !== comPortCommands.setBaudRate + 100 || value.length < 4) return undefined;
  return value.slice(0, 4).reduce((rate, byte) => rate * 256 + byte, 0);
}
