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
  /** The same as `flood`, with what a module says in a day around so many requests: lines that hardly ever say the same twice. */
  day(requests: number, perSecond: number): Promise<void>;
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

function read(msgId: number): string {
  return `\r\n+MIPLREAD:0,${msgId},3303,0,5700\r\n`;
}

/** What comes with the nth request: the radio wakes, the cell and what is spoken beside it are others each time. */
function around(nth: number): string {
  const cell = (0x0aae_0000 + nth).toString(16).toUpperCase();
  return ['+CSCON:1', `+CEREG:1,19E6,${cell},9`, `+NSONMI:0,${1 + (nth % 1400)}`, `trace ${nth} rrc reconfiguration`]
    .map((line) => `\r\n${line}\r\n`)
    .join('');
}

/** Answers lines as a module would; says of each answer to a read which one it is. */
function serve(socket: Socket, onAnswered: (msgId: number) => void): void {
  let rest = '';
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      socket.write(moduleAnswer(line));
      const msgId = /^AT\+MIPLREADRSP=0,(\d+),/.exec(line)?.[1];
      if (msgId !== undefined) onAnswered(Number(msgId));
    }
  });
  socket.on('error', () => socket.destroy());
}

/** Hears of each read of `flood` and `day` and its answer, in the moment the bytes leave and come. */
export interface ReadWatch {
  onAsked(msgId: number): void;
  onAnswered(msgId: number): void;
}

export async function openFloodingModule(watch?: ReadWatch): Promise<FloodingModule> {
  let socket: Socket | undefined;
  let answered = 0;
  let isDone: (() => void) | undefined;
  let wanted = Infinity;
  let asked = 0;
  const { promise: isConnected, resolve: connect } = Promise.withResolvers<undefined>();
  function nextRead(): string {
    watch?.onAsked(++asked);
    return read(asked);
  }
  /** Says `text` of the time passed every few milliseconds, until so many more requests were answered. */
  async function talk(requests: number, text: (elapsedSeconds: number) => string): Promise<void> {
    wanted = answered + requests;
    const done = new Promise<void>((resolve) => (isDone = resolve));
    const start = performance.now();
    const timer = setInterval(() => {
      const said = text((performance.now() - start) / 1000);
      if (said !== '') socket?.write(said, 'latin1');
    }, TICK_MS);
    await done;
    clearInterval(timer);
  }
  const server = createServer((connected) => {
    socket = connected;
    connect(undefined);
    serve(connected, (msgId) => {
      watch?.onAnswered(msgId);
      answered++;
      if (answered >= wanted) isDone?.();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    isConnected,
    flood(requests, perSecond) {
      let sentBytes = 0;
      let floodLine = 0;
      let count = 0;
      return talk(requests, (elapsed) => {
        let text = '';
        while (sentBytes + text.length < elapsed * BYTES_PER_SECOND) {
          text += `\r\n${FLOOD_LINES[floodLine++ % FLOOD_LINES.length]}\r\n`;
        }
        for (; count < requests && count < elapsed * perSecond; count++) text += nextRead();
        sentBytes += text.length;
        return text;
      });
    },
    day(requests, perSecond) {
      let count = 0;
      return talk(requests, (elapsed) => {
        let text = '';
        for (; count < requests && count < elapsed * perSecond; count++) text += around(asked + 1) + nextRead();
        return text;
      });
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
