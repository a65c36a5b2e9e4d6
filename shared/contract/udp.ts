import { object, word } from '../schema.ts';
import { echoOptions, localUdpPort, outgoingDatagram, udpReportModes, udpReports, udpSocket } from '../udp.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

/** The UDP tool. */
export const udpRequests = {
  /** Creates a UDP socket in the module; port 0: any. */
  openUdpSocket: {
    scope: 'device',
    duringRun: 'refused',
    argument: object({ port: localUdpPort, report: word(udpReports) }),
    reply: reply<{ socket: number }>(),
  },
  closeUdpSocket: {
    scope: 'device',
    duringRun: 'refused',
    argument: object({ socket: udpSocket }),
    reply: accepted,
  },
  /** Answers when the module took the datagram; what became of it shows in `datagrams`. */
  sendUdp: {
    scope: 'device',
    duringRun: 'refused',
    argument: outgoingDatagram,
    reply: reply<{ id: string }>(),
  },
  /** Reads what waits in a socket; for those that do not tell of it. */
  readUdp: { scope: 'device', duringRun: 'refused', argument: object({ socket: udpSocket }), reply: accepted },
  /** How the module tells of arrivals, for all sockets. */
  setUdpReportMode: {
    scope: 'device',
    duringRun: 'refused',
    argument: object({ mode: word(udpReportModes) }),
    reply: accepted,
  },
  /** Starts an echo test; how it goes shows in `udp.echo`. */
  startEcho: { scope: 'device', duringRun: 'refused', argument: echoOptions, reply: accepted },
  stopEcho: { scope: 'device', duringRun: 'served', reply: accepted },
} as const satisfies Rows;
