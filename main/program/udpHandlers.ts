import { CodedError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/contract/contract.ts';
import type { udpRequests } from '../../shared/contract/udp.ts';
import { parsePayload } from '../../shared/udp.ts';
import type { UdpTool } from '../udp/udpTool.ts';

/** The UDP page's part of the contract; `tool` throws when no port is open. */
export function udpHandlers(tool: () => UdpTool): Pick<Handlers, keyof typeof udpRequests> {
  return {
    openUdpSocket: async (opening) => tool().open(opening),
    closeUdpSocket: async ({ socket }) => tool().close(socket),
    async sendUdp({ format, payload: typed, ...datagram }) {
      const payload = parsePayload(format, typed);
      if (!payload.ok)
        throw new CodedError('BAD_ARGUMENT', `The payload cannot be sent: ${payload.problem}`, 'payload');
      return tool().send({ ...datagram, hex: payload.hex });
    },
    readUdp: async ({ socket }) => tool().read(socket),
    setUdpReportMode: async ({ mode }) => tool().setReportMode(mode),
    startEcho: (options) => tool().startEcho(options),
    stopEcho: () => tool().stopEcho(),
  };
}
