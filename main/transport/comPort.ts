import type { ModemLines, PortLine } from '../../shared/lineSettings.ts';
import { subnegotiationOf, telnetOptions } from './telnet.ts';

/** Client commands of RFC 2217 §3; a server answers with the number plus 100. */
export const comPortCommands = {
  setBaudRate: 1,
  setDataSize: 2,
  setParity: 3,
  setStopSize: 4,
  setControl: 5,
  notifyModemState: 7,
  setLineStateMask: 10,
  setModemStateMask: 11,
} as const;

/** Values of SET-CONTROL (RFC 2217 §3). */
const control = { noFlowControl: 1, dtrOn: 8, dtrOff: 9, rtsOn: 11, rtsOff: 12 } as const;

/** How the port of the server shall stand; never flow control. */
export type ComPortSettings = PortLine & { readonly baudRate: number };

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

/** RFC 2217 §3: the numbers of parity. */
const parityNumbers = { none: 1, odd: 2, even: 3 } as const;

/** Bits of a modem state: the levels, not the changes. */
const modemBits = { cts: 0x10, dsr: 0x20, ri: 0x40, dcd: 0x80 } as const;
const allModemBits = Object.values(modemBits).reduce((sum, bit) => sum + bit, 0);

/** The requests that bring about what is given of a port's settings, in order. */
export function comPortChanges(change: Partial<ComPortSettings>): ComPortRequest[] {
  const { baudRate, dataBits, parity, stopBits, dtr, rts } = change;
  const { setDataSize, setParity, setStopSize, setControl } = comPortCommands;
  return [
    ...(baudRate === undefined ? [] : [baudRateRequest(baudRate)]),
    ...(dataBits === undefined ? [] : [{ command: setDataSize, value: [dataBits] }]),
    ...(parity === undefined ? [] : [{ command: setParity, value: [parityNumbers[parity]] }]),
    ...(stopBits === undefined ? [] : [{ command: setStopSize, value: [stopBits] }]),
    ...(dtr === undefined ? [] : [{ command: setControl, value: [dtr ? control.dtrOn : control.dtrOff] }]),
    ...(rts === undefined ? [] : [{ command: setControl, value: [rts ? control.rtsOn : control.rtsOff] }]),
  ];
}

/** The requests that set a port, in order. Line states are not asked for: nobody here shows them. */
export function comPortRequests(settings: ComPortSettings): ComPortRequest[] {
  const { baudRate, dtr, rts, ...frame } = settings;
  const { setControl, setLineStateMask, setModemStateMask } = comPortCommands;
  return [
    { command: setLineStateMask, value: [0] },
    { command: setModemStateMask, value: [allModemBits] },
    ...comPortChanges({ baudRate, ...frame }),
    { command: setControl, value: [control.noFlowControl] },
    ...comPortChanges({ dtr, rts }),
  ];
}

/** What a server says of a request: that of {@link ComPortRequest} with the number it answers with. */
export function confirmation(content: Uint8Array): ComPortRequest | undefined {
  const [command = 0, ...value] = content;
  return command > 100 && command !== comPortCommands.notifyModemState + 100
    ? { command: command - 100, value }
    : undefined;
}

/** True where the server confirms just what was asked for; some send more bytes than the value has. */
export function confirms(told: ComPortRequest, asked: ComPortRequest): boolean {
  return told.command === asked.command && asked.value.every((byte, index) => told.value[index] === byte);
}

/** The levels of the far end's lines, where the server tells them. */
export function modemStateIn(content: Uint8Array): ModemLines | undefined {
  const [command, state] = content;
  if (command !== comPortCommands.notifyModemState + 100 || state === undefined) return undefined;
  const isUp = (bit: number): boolean => (state & bit) !== 0;
  return { cts: isUp(modemBits.cts), dsr: isUp(modemBits.dsr), dcd: isUp(modemBits.dcd), ri: isUp(modemBits.ri) };
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
