import { CodedError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/ipc.ts';
import { echoLimits, isAddress, parsePayload, payloadFormats, udpFlags } from '../../shared/udp.ts';
import type { EchoOptions, UdpReport, UdpReportMode } from '../../shared/udp.ts';
import type { OutgoingDatagram, UdpTool } from '../udp/udpTool.ts';
import { record, text, whole, word } from './arguments.ts';

const MAX_PORT = 65_535;
const MAX_SOCKET = 6;
/** Two digits a byte and a blank between; more cannot be sent anyway. */
const MAX_PAYLOAD = 8192;

type UdpRequest =
  'openUdpSocket' | 'closeUdpSocket' | 'sendUdp' | 'readUdp' | 'setUdpReportMode' | 'startEcho' | 'stopEcho';

const socketOf = (value: unknown): number => whole(value, 'socket', 0, MAX_SOCKET);

function addressOf(value: unknown): string {
  const address = text(value, 'address', 64).trim();
  if (!isAddress(address)) throw new CodedError('BAD_ARGUMENT', 'Not an IP address', address);
  return address;
}

function payloadOf(format: unknown, typed: unknown): string {
  const payload = parsePayload(word(format, 'format', payloadFormats), text(typed, 'payload', MAX_PAYLOAD));
  if (!payload.ok) throw new CodedError('BAD_ARGUMENT', `The payload cannot be sent: ${payload.problem}`);
  return payload.hex;
}

function echoOf(options: unknown): EchoOptions {
  const given = record(options, ['socket', 'address', 'port', 'count', 'intervalMs', 'size', 'timeoutMs']);
  const limited = (name: keyof typeof echoLimits): number => {
    const [least, most] = echoLimits[name];
    return whole(given[name], name, least, most);
  };
  return {
    socket: socketOf(given['socket']),
    address: addressOf(given['address']),
    port: whole(given['port'], 'port', 1, MAX_PORT),
    count: limited('count'),
    intervalMs: limited('intervalMs'),
    size: limited('size'),
    timeoutMs: limited('timeoutMs'),
  };
}

function outgoingOf(datagram: unknown): OutgoingDatagram {
  const given = record(datagram, ['socket', 'address', 'port', 'format', 'payload', 'flag', 'sequence']);
  const { flag, sequence } = given;
  return {
    socket: socketOf(given['socket']),
    address: addressOf(given['address']),
    port: whole(given['port'], 'port', 1, MAX_PORT),
    hex: payloadOf(given['format'], given['payload']),
    ...(flag === undefined ? {} : { flag: word(flag, 'flag', udpFlags) }),
    ...(sequence === undefined ? {} : { sequence: whole(sequence, 'sequence', 1, 255) }),
  };
}

function openingOf(options: unknown): { port: number; report: UdpReport } {
  const { port, report } = record(options, ['port', 'report']);
  return { port: whole(port, 'port', 0, MAX_PORT), report: whole(report, 'report', 0, 2) as UdpReport };
}

/** The UDP page's part of the contract; `tool` throws when no port is open. */
export function udpHandlers(tool: () => UdpTool): Pick<Handlers, UdpRequest> {
  return {
    async openUdpSocket(options) {
      const opening = openingOf(options);
      return tool().open(opening);
    },
    async closeUdpSocket(options) {
      const socket = socketOf(record(options, ['socket'])['socket']);
      await tool().close(socket);
    },
    async sendUdp(datagram) {
      const outgoing = outgoingOf(datagram);
      return tool().send(outgoing);
    },
    async readUdp(options) {
      const socket = socketOf(record(options, ['socket'])['socket']);
      await tool().read(socket);
    },
    async setUdpReportMode(options) {
      const mode = whole(record(options, ['mode'])['mode'], 'mode', 0, 3) as UdpReportMode;
      await tool().setReportMode(mode);
    },
    startEcho(options) {
      const checked = echoOf(options);
      tool().startEcho(checked);
    },
    stopEcho() {
      tool().stopEcho();
    },
  };
}
