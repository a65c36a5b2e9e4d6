import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

const FLOOD_LINES = [
  '+CSCON:1',
  '+MIPLEVENT:0,21,45953',
  '+CEREG:1,19E6,0AAE9CA1,9',
  'trace 0x7f31 rrc connection reconfiguration complete',
  '+NSONMI:0,30',
];
const TICK_MS = 2;
/** What a saturated line of 921,600 baud carries. */
const BYTES_PER_SECOND = 92_160;

const answers: Readonly<Record<string, string>> = {
  'AT+CGMI': 'CMCC',
  'AT+CGMM': 'M5310',
  'AT+CGMR': 'bench',
  'AT+CGSN=1': '+CGSN:869334030000010',
  'AT+CIMI': '460041234567899',
  'AT+NCCID': '+NCCID:89860469334030000010',
  'AT+CEREG?': '+CEREG:1,1',
  'AT+CSQ': '+CSQ:20,99',
};

/** A module at the end of a TCP connection that says OK to everything and talks without pause. */
export interface FloodingModule {
  readonly port: number;
  /** Settles when somebody is at the other end. */
  readonly isConnected: Promise<unknown>;
  /** Floods and asks `requests` reads, spread evenly; resolves when the last one was answered. */
  flood(requests: number, perSecond: number): Promise<void>;
  /** Asks so many reads at once; resolves when the last one was answered. */
  burst(requests: number): Promise<void>;
  /** Says so many lines that nobody asked for, and asks one read behind them; resolves when that was answered. */
  storm(lines: number): Promise<void>;
  close(): Promise<void>;
}

/** What a module that is registered with its network says to a command, to anything else OK. */
export function moduleAnswer(line: string): string {
  if (line === 'AT+MIPLCREATEEX=?') return '\r\nERROR\r\n';
  const text = answers[line];
  return text === undefined ? '\r\nOK\r\n' : `\r\n${text}\r\n\r\nOK\r\n`;
}

/** Answers lines as a module would; counts the answers to our reads. */
function serve(socket: Socket, onAnswered: () => void): void {
  let rest = '';
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      socket.write(moduleAnswer(line));
      if (line.startsWith('AT+MIPLREADRSP=')) onAnswered();
    }
  });
  socket.on('error', () => socket.destroy());
}

export async function openFloodingModule(): Promise<FloodingModule> {
  let socket: Socket | undefined;
  let answered = 0;
  let isDone: (() => void) | undefined;
  let wanted = Infinity;
  const { promise: isConnected, resolve: connect } = Promise.withResolvers<undefined>();
  const server = createServer((connected) => {
    socket = connected;
    connect(undefined);
    serve(connected, () => {
      answered++;
      if (answered >= wanted) isDone?.();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    isConnected,
    async flood(requests, perSecond) {
      wanted = requests;
      const done = new Promise<void>((resolve) => (isDone = resolve));
      const start = performance.now();
      let asked = 0;
      let sentBytes = 0;
      let floodLine = 0;
      const timer = setInterval(() => {
        const elapsed = (performance.now() - start) / 1000;
        let text = '';
        while (sentBytes + text.length < elapsed * BYTES_PER_SECOND) {
          text += `\r\n${FLOOD_LINES[floodLine++ % FLOOD_LINES.length]}\r\n`;
        }
        while (asked < requests && asked < elapsed * perSecond) text += `\r\n+MIPLREAD:0,${++asked},3303,0,5700\r\n`;
        sentBytes += text.length;
        if (text !== '') socket?.write(text, 'latin1');
      }, TICK_MS);
      await done;
      clearInterval(timer);
    },
    async burst(requests) {
      wanted = answered + requests;
      const done = new Promise<void>((resolve) => (isDone = resolve));
      const lines = Array.from({ length: requests }, (_, at) => `\r\n+MIPLREAD:0,${at + 1},3303,0,5700\r\n`);
      socket?.write(lines.join(''), 'latin1');
      await done;
    },
    async storm(lines) {
      wanted = answered + 1;
      const done = new Promise<void>((resolve) => (isDone = resolve));
      const said = Array.from({ length: lines }, (_, at) => `\r\n${FLOOD_LINES[at % FLOOD_LINES.length]}\r\n`);
      socket?.write(`${said.join('')}\r\n+MIPLREAD:0,1,3303,0,5700\r\n`, 'latin1');
      await done;
    },
    async close() {
      socket?.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
