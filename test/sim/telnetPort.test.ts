import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { usualLine } from '../../shared/lineSettings.ts';
import { HostPorts } from '../../main/sim/hostPorts.ts';
import { TelnetPort } from '../../main/sim/telnetPort.ts';
import type { TelnetPortParts } from '../../main/sim/telnetPort.ts';
import { openNetwork } from '../../main/transport/networkLink.ts';
import type { Link } from '../../main/transport/link.ts';
import { escapeTelnet, subnegotiationOf } from '../../main/transport/telnet.ts';
import { startModule } from './moduleAndServer.ts';

const { lineEnding: _text, ...frame } = usualLine;

interface Served {
  readonly moved: string[];
  readonly port: number;
}

async function served(): Promise<Served> {
  const { module, host } = await startModule();
  await host.urc('OK');
  const moved: string[] = [];
  const ports = new HostPorts(module.link, {
    baudRate: 9600,
    onLine: (line, isUp) => moved.push(`${line} ${isUp ? 'up' : 'down'}`),
  });
  const { address, close } = await ports.listen('127.0.0.1', 0);
  onTestFinished(close);
  return { moved, port: Number(address.split(':')[1]) };
}

async function clientAt(scheme: 'tcp' | 'telnet' | 'rfc2217', port: number, baudRate = 9600): Promise<Link> {
  const { link } = await openNetwork({ scheme, host: '127.0.0.1', port }, { baudRate, ...frame });
  onTestFinished(() => link.close());
  return link;
}

/** What comes until nothing has come for a while. */
async function answerTo(link: Link, command: string): Promise<string> {
  let heard = '';
  link.onData = (bytes) => (heard += Buffer.from(bytes).toString('latin1'));
  await link.write(Buffer.from(`${command}\r`));
  await expect.poll(() => heard.length, { timeout: 5000 }).toBeGreaterThan(0);
  let before = '';
  while (before !== heard) {
    before = heard;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return heard;
}

/** What a host hears that asks once; nothing where it is hung up on. */
async function answerAt(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('error', () => undefined).on('data', (bytes) => (heard += bytes.toString('latin1')));
  socket.write('AT\r');
  await new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
    socket.on('data', () => heard.includes('OK') && resolve());
  });
  socket.destroy();
  return heard;
}

describe('the TCP port of the virtual module', () => {
  it.each(['tcp', 'telnet', 'rfc2217'] as const)('answers a host by %s://', async (scheme) => {
    const { port } = await served();
    expect(await answerTo(await clientAt(scheme, port), 'AT+CGMM')).toBe('\r\nM5310\r\n\r\nOK\r\n');
  });

  it('is heard at the module’s own rate alone', async () => {
    const { port } = await served();
    const link = await clientAt('rfc2217', port, 115_200);
    await link.write(Buffer.from('AT\r'));
    await link.setBaudRate?.(9600);
    expect(await answerTo(link, 'AT+CGMM')).toContain('M5310');
    await link.line?.set({ parity: 'even', dataBits: 7 });
    await link.write(Buffer.from('AT+CGMM\r'));
    await link.line?.set({ parity: 'none', dataBits: 8 });
    expect(await answerTo(link, 'AT')).toContain('OK');
  });

  it('tells what the host does with its lines', async () => {
    const { port, moved } = await served();
    const link = await clientAt('rfc2217', port);
    moved.length = 0;
    await link.line?.set({ dtr: !frame.dtr });
    await link.line?.set({ dtr: frame.dtr, rts: !frame.rts });
    const names = (isUp: boolean): string => (isUp ? 'up' : 'down');
    expect(moved).toEqual([`dtr ${names(!frame.dtr)}`, `dtr ${names(frame.dtr)}`, `rts ${names(!frame.rts)}`]);
    const lines = await new Promise((resolve) => link.line?.watch({ onLines: resolve, onReturn: () => undefined }));
    expect(lines).toEqual({ cts: true, dsr: true, dcd: true, ri: false });
  });

  it('hangs up on a host that floods it and hears nothing, and on one that begins what has no end', async () => {
    const { port } = await served();
    const request = subnegotiationOf(44, Uint8Array.of(1, 0, 0, 0, 0));
    for (const flood of [Buffer.alloc(5000, 65), Buffer.alloc(1_000_000 * request.length, request)]) {
      const socket = connect(port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => undefined);
      socket.write(
        Buffer.concat([
          Buffer.from([255, 251, 44]),
          flood[0] === 65 ? Buffer.from([255, 250]) : Buffer.alloc(0),
          flood,
        ]),
      );
      // One host at a time: another one is answered once this one is gone.
      await expect.poll(async () => answerAt(port), { timeout: 30_000, interval: 100 }).toContain('OK');
    }
  });
});

function portOf(parts: Partial<TelnetPortParts> = {}): { port: TelnetPort; sent: number[]; heard: number[] } {
  const sent: number[] = [];
  const heard: number[] = [];
  const port = new TelnetPort({
    baudRate: 9600,
    send: (bytes) => sent.push(...bytes),
    onData: (bytes) => heard.push(...bytes),
    onLine: () => undefined,
    onNonsense: () => undefined,
    ...parts,
  });
  return { port, sent, heard };
}

const begin = [255, 251, 44, 255, 251, 0, 255, 253, 0];

/** What a port says to a request of RFC 2217. */
function asked(...content: number[]): number[] {
  const { port, sent } = portOf();
  port.receive(Uint8Array.from(begin));
  sent.length = 0;
  port.receive(subnegotiationOf(44, Uint8Array.from(content)));
  return sent.slice(3, -2);
}

describe('RFC 2217 at the virtual module', () => {
  it.each([
    ['who it is', [0], [100, ...Buffer.from('mipl sim')]],
    ['its rate', [1, 0, 0, 0, 0], [101, 0, 0, 0x25, 0x80]],
    ['another rate', [1, 0, 1, 0xc2, 0], [101, 0, 1, 0xc2, 0]],
    ['its frame', [2, 0], [102, 8]],
    ['its parity', [3, 0], [103, 1]],
    ['another parity', [3, 3], [103, 3]],
    ['its stop bits', [4, 0], [104, 1]],
    ['flow control', [5, 0], [105, 1]],
    ['other flow control', [5, 3], [105, 3]],
    ['break', [5, 4], [105, 6]],
    ['DTR', [5, 7], [105, 8]],
    ['DTR off', [5, 9], [105, 9]],
    ['RTS', [5, 10], [105, 11]],
    ['inbound flow control', [5, 13], [105, 14]],
    ['a mask', [10, 1], [110, 1]],
    ['purge', [12, 3], [112, 3]],
    ['its lines', [7], [107, 0xb0]],
    ['a state of the host', [6, 1], []],
    ['an answer of a server', [101, 0], []],
  ])('is asked for %s', (_, request, answer) => {
    expect(asked(...request)).toEqual(answer);
  });

  it('tells the lines once somebody wants them', () => {
    expect(asked(11, 1)).toEqual([111, 1, 255, 240, 255, 250, 44, 107, 0xb0]);
  });

  it('takes nothing for telnet that a host may begin with', () => {
    for (const text of ['AT\r', '\xff', '\xff\xff\xff', '\xffAT']) {
      const { port, heard, sent } = portOf();
      for (const byte of Buffer.from(text, 'latin1')) port.receive(Uint8Array.of(byte));
      port.receive(Buffer.from('AT'));
      port.tell(Buffer.from('\xffOK', 'latin1'));
      expect(Buffer.from(heard).toString('latin1')).toBe(`${text}AT`);
      expect(Buffer.from(sent).toString('latin1')).toBe('\xffOK');
    }
  });

  it('carries every byte both ways, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 9 }), (bytes, size) => {
        const { port, heard, sent } = portOf();
        const wire = Uint8Array.from([...begin, ...escapeTelnet(bytes, true)]);
        for (let at = 0; at < wire.length; at += size) port.receive(wire.subarray(at, at + size));
        expect(heard).toEqual([...bytes]);
        sent.length = 0;
        port.tell(bytes);
        expect(sent).toEqual([...escapeTelnet(bytes, true)]);
      }),
    );
  });

  it('takes any rate where the module does', () => {
    const { port, heard } = portOf({ baudRate: 0 });
    port.receive(Uint8Array.from([...begin, ...subnegotiationOf(44, Uint8Array.of(1, 0, 1, 0xc2, 0)), 65]));
    expect(heard).toEqual([65]);
  });

  it('gives rubbish at another rate, and no text', () => {
    const { port, heard, sent } = portOf();
    port.receive(Uint8Array.from([...begin, ...subnegotiationOf(44, Uint8Array.of(1, 0, 1, 0xc2, 0)), 65, 84, 13]));
    expect(heard.every((byte) => byte > 127)).toBe(true);
    sent.length = 0;
    port.tell(Buffer.from('OK\r\n'));
    expect(sent.every((byte) => byte > 127)).toBe(true);
  });
});
