import type { Exchange } from './exchange.ts';

const digits = '30313233343536373839';
const echoed = `5B3131372E3136392E33362E31353A323137395D${digits}`;
/** Chapter 1: from power-on to the network. */
const chapter1: readonly Exchange[] = [
  {
    id: 'start',
    section: '1',
    title: 'the line after power-on',
    correction: 'The module prints the cause of its start before the OK, which the document leaves out.',
    lines: ['< OK'],
    besides: ['REBOOT_CAUSE_SECURITY_RESET_PIN'],
  },
  {
    id: 'attention',
    section: '1',
    title: 'AT until there is an OK',
    after: 'start',
    lines: ['> AT', '< OK'],
    act: { do: 'exec', command: 'attention', params: {} },
  },
  {
    id: 'operator',
    section: '1',
    title: 'choice of the operator',
    after: 'attention',
    lines: ['> AT+COPS=1,2,"46000"', '< OK'],
    act: { do: 'exec', command: 'operator', params: { mode: 1, format: 2, operator: '46000' } },
  },
  {
    id: 'lockFrequency',
    section: '1',
    title: 'lock on a frequency',
    after: 'operator',
    lines: ['> AT+NEARFCN=0,3555', '< OK'],
    act: { do: 'exec', command: 'lockFrequency', params: { mode: 0, earfcn: 3555 } },
  },
  {
    id: 'connectionReport',
    section: '1',
    title: 'reports of the connection switched on',
    after: 'lockFrequency',
    lines: ['> AT+CSCON=1', '< OK'],
    act: { do: 'exec', command: 'connectionReport', params: { mode: 1 } },
  },
  {
    id: 'registrationReport',
    section: '1',
    title: 'reports of the registration switched on',
    after: 'connectionReport',
    lines: ['> AT+CEREG=1', '< OK'],
    act: { do: 'exec', command: 'registrationReport', params: { mode: 1 } },
  },
  {
    id: 'connected',
    section: '1',
    title: 'report that the connection is up',
    after: 'registrationReport',
    lines: ['< +CSCON:1'],
    knows: { network: [{ name: '+CSCON', params: { connected: 1 } }] },
    hasSlowRadio: true,
  },
  {
    id: 'registeredHome',
    section: '1',
    title: 'report that the module is on its home network',
    correction: 'By TS 27.007 area and cell come only with +CEREG=2; this firmware prints them with 1.',
    after: 'connected',
    lines: ['< +CEREG:1,19E6,94,7'],
    knows: {
      network: [
        { name: '+CSCON' },
        { name: '+CEREG', params: { status: 1, tac: '19E6', cellId: '94', accessTechnology: 7 } },
      ],
    },
    hasSlowRadio: true,
  },
  {
    id: 'registrationState',
    section: '1',
    title: 'question for the registration',
    correction: 'Named in the text without its answer, which has the mode before the status (TS 27.007 §10.1.22).',
    after: 'registeredHome',
    lines: ['> AT+CEREG?', '< +CEREG:1,1,19E6,94,7', '< OK'],
    act: { do: 'exec', command: 'registrationState', params: {} },
    knows: { reads: [{ mode: 1, status: 1, tac: '19E6', cellId: '94', accessTechnology: 7 }] },
    hasSlowRadio: true,
  },
  {
    id: 'pdpContext',
    section: '1',
    title: 'question for the APN',
    after: 'attention',
    lines: ['> AT+CGDCONT?', '< +CGDCONT:0,"IP","nbiot.MNC002.MCC460.GPRS",,0,0', '< OK'],
    act: { do: 'exec', command: 'pdpContextState', params: {} },
    knows: { reads: [{ contextId: 0, type: 'IP', apn: 'nbiot.MNC002.MCC460.GPRS' }] },
  },
];

/** Chapter 2: UDP with the document's test server. */
const chapter2: readonly Exchange[] = [
  {
    id: 'openSocket',
    section: '2.1',
    title: 'a socket created',
    after: 'attention',
    lines: ['> AT+NSOCR="DGRAM",17,2334,1', '< 0', '< OK'],
    act: { do: 'openSocket', port: 2334 },
    knows: { reads: { socket: 0 }, sockets: [{ number: 0, localPort: 2334, report: 1 }] },
  },
  {
    id: 'sendDatagram',
    section: '2.2',
    title: 'ten bytes sent',
    after: 'openSocket',
    lines: [`> AT+NSOST=0,183.230.40.150,36000,10,${digits}`, '< 0,10', '< OK'],
    act: { do: 'sendDatagram', hex: digits },
    knows: { datagrams: [{ direction: 'out', status: 'accepted', length: 10, text: '0123456789' }] },
  },
  {
    id: 'sendDatagramWithFlag',
    section: '2.2',
    title: 'ten bytes sent with a flag',
    correction: 'Only the syntax stands there, its names eaten by HTML: socket, address, port, flag, length, data.',
    after: 'openSocket',
    lines: [`> AT+NSOSTF=0,183.230.40.150,36000,0x200,10,${digits}`, '< 0,10', '< OK'],
    act: { do: 'sendDatagram', hex: digits, flag: '0x200' },
    knows: { datagrams: [{ direction: 'out', status: 'accepted', flag: '0x200' }] },
  },
  {
    id: 'dataWaiting',
    section: '2.2',
    also: ['2.3'],
    title: 'report of thirty bytes that wait',
    after: 'sendDatagram',
    lines: ['< +NSONMI:0,30'],
    knows: { sockets: [{ number: 0, waitingBytes: 30 }] },
  },
  {
    id: 'receiveDatagram',
    section: '2.3',
    title: 'the thirty bytes read',
    correction: 'The OK after the data is missing; the data is one line.',
    after: 'dataWaiting',
    lines: ['> AT+NSORF=0,30', `< 0,183.230.40.150,36000,30,${echoed},0`, '< OK'],
    knows: {
      datagrams: [
        { direction: 'out' },
        {
          direction: 'in',
          status: 'received',
          address: '183.230.40.150',
          port: 36000,
          length: 30,
          text: '[117.169.36.15:2179]0123456789',
        },
      ],
      sockets: [{ number: 0, waitingBytes: 0, receivedBytes: 30 }],
    },
  },
  {
    id: 'closeSocket',
    section: '2.4',
    title: 'the socket closed',
    correction: "The parameter reads '' where HTML ate <socket>.",
    after: 'openSocket',
    lines: ['> AT+NSOCL=0', '< OK'],
    act: { do: 'closeSocket' },
    knows: { sockets: [{ number: 0, ended: { why: 'closed' } }] },
  },
];

/** Every exchange of chapters 1 and 2. */
export const networkExchanges: readonly Exchange[] = [...chapter1, ...chapter2];
