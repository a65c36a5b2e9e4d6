import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { loopback } from '../../main/transport/loopback.ts';
import { usualLine } from '../../shared/lineSettings.ts';
import type { ModemLines } from '../../shared/lineSettings.ts';
import type { Link } from '../../main/transport/link.ts';
import { TelnetReader, negotiation, subnegotiationOf } from '../../main/transport/telnet.ts';
import type { TelnetEvent } from '../../main/transport/telnet.ts';
import { openTelnet } from '../../main/transport/telnetLink.ts';

const name = 'telnet://test:1';
const { lineEnding: _text, ...usual } = usualLine;
const comPort = { ...usual, baudRate: 9600 };

/** What a server makes of what it hears; gives what it says. */
type Server = (event: TelnetEvent) => Uint8Array | undefined;

/** Agrees to everything, and to the baud rate it is given unless it has one of its own. */
function agreeing(rate?: number): Server {
  return (event) => {
    if (event.type === 'negotiation' && event.verb === 'will') return negotiation('do', event.option);
    if (event.type === 'negotiation' && event.verb === 'do') return negotiation('will', event.option);
    if (event.type !== 'subnegotiation') return undefined;
    const [command = 0, ...value] = event.bytes;
    const own = [24, 16, 8, 0].map((shift) => ((rate ?? 0) >>> shift) & 0xff);
    return subnegotiationOf(44, Uint8Array.of(command + 100, ...(command === 1 && rate !== undefined ? own : value)));
  };
}

interface Rig {
  readonly near: Link;
  readonly server: Link;
  /** Data that arrived at the server. */
  readonly heard: number[];
  readonly events: TelnetEvent[];
}

function rig(answer: Server, isBinary = true): Rig {
  const [near, server] = loopback();
  const reader = new TelnetReader();
  reader.isBinary = isBinary;
  const heard: number[] = [];
  const events: TelnetEvent[] = [];
  server.onData = (bytes) => {
    for (const event of reader.push(bytes)) {
      events.push(event);
      if (event.type === 'data') heard.push(...event.bytes);
      const said = answer(event);
      if (said) void server.write(said);
    }
  };
  return { near, server, heard, events };
}

function listen(link: Link): number[] {
  const heard: number[] = [];
  link.onData = (bytes) => heard.push(...bytes);
  return heard;
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const options = { name, negotiationMs: 2000 };

describe('a telnet link', () => {
  it('opens when both ends agreed, and carries every byte both ways', async () => {
    const { near, server, heard } = rig(agreeing());
    const link = await openTelnet(near, options);
    const all = Uint8Array.from({ length: 256 }, (_, value) => value);
    const fromServer = listen(link);
    await link.write(all);
    await server.write(Uint8Array.from([...all].flatMap((byte) => (byte === 255 ? [255, 255] : [byte]))));
    await settle();
    expect(heard).toEqual([...all]);
    expect(fromServer).toEqual([...all]);
  });

  it('keeps what the module says while options are negotiated', async () => {
    const { near, server } = rig(agreeing());
    void server.write(Buffer.from('+POWERON:0\r\n'));
    const link = await openTelnet(near, options);
    expect(Buffer.from(listen(link)).toString()).toBe('+POWERON:0\r\n');
  });

  it('pads CR where the server does not agree to binary', async () => {
    const refusing: Server = (event) => {
      if (event.type !== 'negotiation') return undefined;
      if (event.option === 0) return negotiation(event.verb === 'will' ? 'dont' : 'wont', 0);
      return negotiation(event.verb === 'will' ? 'do' : 'will', event.option);
    };
    const { near, server, events } = rig(refusing);
    const link = await openTelnet(near, options);
    const fromServer = listen(link);
    await link.write(Buffer.from('AT\r'));
    await link.write(Buffer.from('AT\r\n'));
    await server.write(Buffer.from('OK\r\0\r\n'));
    await settle();
    const sent = events.flatMap((event) => (event.type === 'data' ? [...event.bytes] : []));
    expect(Buffer.from(sent).toString()).toBe('AT\r\0AT\r\n');
    expect(Buffer.from(fromServer).toString()).toBe('OK\r\r\n');
  });

  it('goes on with a server that leaves a question open', async () => {
    const { near, server } = rig((event) =>
      event.type === 'negotiation' && event.option === 3 ? agreeing()(event) : undefined,
    );
    const link = await openTelnet(near, { name, negotiationMs: 20 });
    const heard = listen(link);
    await server.write(Buffer.from('OK'));
    await settle();
    expect(Buffer.from(heard).toString()).toBe('OK');
  });

  it('does not open on a raw port, and says which address would', async () => {
    const { near, server } = rig(() => undefined);
    let isClosed = false;
    server.onClose = () => {
      isClosed = true;
    };
    await expect(openTelnet(near, { name, negotiationMs: 20 })).rejects.toMatchObject({
      code: 'PORT_FAILED',
      message: expect.stringMatching(/telnet:\/\/test:1: no answer in telnet .* tcp:\/\//) as string,
    });
    await settle();
    expect(isClosed).toBe(true);
  });

  it('does not open when the connection ends first, and says why', async () => {
    const { near, server } = rig(() => undefined);
    const opening = openTelnet(near, options);
    void server.close();
    await expect(opening).rejects.toMatchObject({ code: 'PORT_LOST' });
  });

  it('tells the end of the connection once it is open, and can be closed', async () => {
    const first = rig(agreeing());
    const lost = await openTelnet(first.near, options);
    const reason = new Promise<Error | undefined>((resolve) => {
      lost.onClose = resolve;
    });
    await first.server.close();
    expect(await reason).toMatchObject({ code: 'PORT_LOST' });
    await expect(lost.write(Buffer.from('AT'))).rejects.toMatchObject({ code: 'PORT_NOT_OPEN' });
    const second = rig(agreeing());
    const closed = await openTelnet(second.near, options);
    await closed.close();
    await expect(closed.write(Buffer.from('AT'))).rejects.toMatchObject({ code: 'PORT_NOT_OPEN' });
  });

  it('ends on a subnegotiation without end, while it opens and later', async () => {
    const endless = Uint8Array.from([255, 250, 44, ...new Uint8Array(5000)]);
    const early = rig(() => undefined);
    void early.server.write(endless);
    await expect(openTelnet(early.near, options)).rejects.toMatchObject({
      code: 'PORT_FAILED',
      message: expect.stringContaining('without end') as string,
    });
    const late = rig(agreeing());
    const link = await openTelnet(late.near, options);
    await late.server.write(endless);
    const reason = await new Promise<Error | undefined>((resolve) => {
      link.onClose = resolve;
    });
    expect(reason).toMatchObject({ code: 'PORT_FAILED' });
  });

  it('bears a storm of negotiation: data comes through, answers are bounded', async () => {
    const { near, server, events } = rig(agreeing());
    const link = await openTelnet(near, options);
    const heard = listen(link);
    const storm = Uint8Array.from(
      Array.from({ length: 50_000 }, (_, index) => [255, 251 + (index % 4), index % 256]).flat(),
    );
    await server.write(storm);
    await server.write(Buffer.from('+CSQ:20,99\r\n'));
    await settle();
    expect(Buffer.from(heard).toString()).toBe('+CSQ:20,99\r\n');
    expect(events.length).toBeLessThan(600);
  });

  it('never throws and never hangs, whatever bytes come', async () => {
    const noise = fc.array(
      fc.array(fc.oneof(fc.constantFrom(255, 250, 240, 251, 253, 44), fc.integer({ min: 0, max: 255 })), {
        maxLength: 60,
      }),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(noise, fc.boolean(), async (chunks, hasComPort) => {
        const { near, server } = rig(() => undefined);
        const opening = openTelnet(near, { name, negotiationMs: 5, ...(hasComPort ? { comPort } : {}) });
        for (const chunk of chunks) void server.write(Uint8Array.from(chunk));
        const outcome = await opening.then(
          (link) => link.close().then(() => 'open'),
          (error: { code: string }) => error.code,
        );
        expect(['open', 'PORT_FAILED']).toContain(outcome);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a port of a server that is set by RFC 2217', () => {
  it('is open when the server confirmed the baud rate', async () => {
    const { near, events } = rig(agreeing());
    await openTelnet(near, { ...options, comPort });
    const asked = events.filter((event) => event.type === 'subnegotiation').map(({ bytes }) => [...bytes]);
    expect(asked).toContainEqual([1, 0, 0, 0x25, 0x80]);
    expect(asked).toContainEqual([5, 8]);
    expect(events).toContainEqual({ type: 'negotiation', verb: 'will', option: 44 });
  });

  it('is set where the server asks for the option before we offer it', async () => {
    const { near, server } = rig(agreeing());
    void server.write(negotiation('do', 44));
    await expect(openTelnet(near, { ...options, comPort })).resolves.toBeDefined();
  });

  it('does not open at another rate than was asked for', async () => {
    const { near } = rig(agreeing(115_200));
    await expect(openTelnet(near, { ...options, comPort })).rejects.toMatchObject({
      code: 'PORT_FAILED',
      message: expect.stringContaining('asked for 9600 baud, the server’s port has 115200'.replace('’', "'")) as string,
    });
  });

  it('does not open where the server refuses the option, and says which address would', async () => {
    const refusing: Server = (event) =>
      event.type === 'negotiation' && event.option === 44 ? negotiation('dont', 44) : agreeing()(event);
    const { near } = rig(refusing);
    await expect(openTelnet(near, { ...options, comPort })).rejects.toMatchObject({
      code: 'PORT_FAILED',
      message: expect.stringContaining('telnet://') as string,
    });
  });

  it('does not open where the server agrees and then says nothing of the rate', async () => {
    const silent: Server = (event) => (event.type === 'negotiation' ? agreeing()(event) : undefined);
    const { near } = rig(silent);
    await expect(openTelnet(near, { name, negotiationMs: 30, comPort })).rejects.toMatchObject({
      code: 'PORT_FAILED',
      message: expect.stringContaining('did not confirm the baud rate') as string,
    });
  });

  it('is set while bytes flow, one setting after the other, and says what the server does not take', async () => {
    const stubborn: Server = (event) => {
      if (event.type === 'subnegotiation' && event.bytes[0] === 3) return subnegotiationOf(44, Uint8Array.of(103, 1));
      return agreeing()(event);
    };
    const { near, server, events } = rig(stubborn);
    const link = await openTelnet(near, { ...options, comPort });
    const heard = listen(link);
    events.length = 0;
    await link.line?.set({ baudRate: 115_200, rts: false });
    await server.write(Buffer.from('OK'));
    const asked = events.filter((event) => event.type === 'subnegotiation').map(({ bytes }) => [...bytes]);
    expect(asked).toEqual([
      [1, 0, 1, 0xc2, 0],
      [5, 12],
    ]);
    await expect(link.line?.set({ parity: 'even' })).rejects.toMatchObject({
      code: 'LINE_NOT_SET',
      message: expect.stringContaining('the server has answered 1') as string,
    });
    await link.line?.set({ stopBits: 2 });
    await vi.waitFor(() => expect(Buffer.from(heard).toString()).toBe('OK'));
  });

  it('says so where the server does not confirm a setting, and where the connection ends meanwhile', async () => {
    const opening: Server = (event) =>
      event.type === 'subnegotiation' && event.bytes[0] === 2 ? undefined : agreeing()(event);
    const mute = rig(opening);
    const link = await openTelnet(mute.near, { name, negotiationMs: 30, comPort });
    await expect(link.line?.set({ dataBits: 7 })).rejects.toMatchObject({
      code: 'LINE_NOT_SET',
      message: expect.stringContaining('has not confirmed it') as string,
    });
    const cut = rig(opening);
    const ending = await openTelnet(cut.near, { ...options, comPort });
    const setting = ending.line?.set({ dataBits: 7 });
    await cut.server.close();
    await expect(setting).rejects.toMatchObject({ code: 'LINE_NOT_SET' });
  });

  it('tells the lines of the far end, those of before to who begins to listen later, until that ends', async () => {
    const { near, server } = rig(agreeing());
    const link = await openTelnet(near, { ...options, comPort });
    const told: ModemLines[] = [];
    await server.write(subnegotiationOf(44, Uint8Array.of(107, 0x30)));
    await settle();
    const watch = link.line?.watch({ onLines: (lines) => told.push(lines), onReturn: () => undefined });
    await server.write(subnegotiationOf(44, Uint8Array.of(107, 0x4f)));
    await settle();
    watch?.stop();
    await server.write(subnegotiationOf(44, Uint8Array.of(107, 0x00)));
    await settle();
    expect(told).toEqual([
      { cts: true, dsr: true, dcd: false, ri: false },
      { cts: false, dsr: false, dcd: false, ri: true },
    ]);
    await link.close();
  });

  it('does not mind what the server tells of the line', async () => {
    const { near, server } = rig(agreeing());
    const link = await openTelnet(near, { ...options, comPort });
    const heard = listen(link);
    await server.write(subnegotiationOf(44, Uint8Array.of(107, 176)));
    await server.write(subnegotiationOf(44, Uint8Array.of(101, 0, 1, 0xc2, 0)));
    await server.write(Buffer.from('OK'));
    await vi.waitFor(() => expect(Buffer.from(heard).toString()).toBe('OK'));
  });
});
