import { describe, expect, it } from 'vitest';
import { detectedRates } from '../../main/detect/detection.ts';
import type { RateResult } from '../../main/detect/detection.ts';
import { systemClock } from '../../main/time/clock.ts';
import type { Clock } from '../../main/time/clock.ts';
import { tryPort } from '../../main/detect/tryPort.ts';
import { loopback } from '../../main/transport/loopback.ts';
import type { Link } from '../../main/transport/link.ts';
import { CodedError } from '../../shared/errors.ts';

interface Far {
  readonly open: (rate: number) => Promise<Link>;
  /** Rates that were set, in order. */
  readonly set: number[];
  readonly isClosed: () => boolean;
  /** The plug is pulled. */
  readonly pull: () => void;
}

/** A module that is asked at a rate and answers as told. */
function far(answer: (command: string, rate: number) => string | undefined, hasRate = true): Far {
  const [near, module] = loopback();
  const set: number[] = [];
  let rate = 0;
  let closed = false;
  module.onData = (bytes) => {
    const said = answer(Buffer.from(bytes).toString('latin1').trim(), rate);
    if (said !== undefined) void module.write(Buffer.from(said, 'latin1'));
  };
  near.onClose = () => (closed = true);
  const setBaudRate = (baudRate: number): Promise<void> => {
    set.push((rate = baudRate));
    return Promise.resolve();
  };
  const open = (baudRate: number): Promise<Link> => {
    rate = baudRate;
    const link: Link = {
      get onData() {
        return near.onData;
      },
      set onData(listener) {
        near.onData = listener;
      },
      get onClose() {
        return near.onClose;
      },
      set onClose(listener) {
        near.onClose = listener;
      },
      write: (bytes) => near.write(bytes),
      close: async () => {
        closed = true;
        await near.close();
      },
      ...(hasRate ? { setBaudRate } : {}),
    };
    return Promise.resolve(link);
  };
  return { open, set, isClosed: () => closed, pull: () => void module.close() };
}

const okAt = (right: number) => (command: string, rate: number) =>
  rate === right && command.startsWith('AT') ? '\r\nOK\r\n' : undefined;

describe.concurrent('a port is tried', () => {
  it('at one rate after the other, the likeliest first, and closed again', async () => {
    const { open, set, isClosed } = far(okAt(57_600));
    const tried: RateResult[] = [];
    const result = await tryPort('P', { open, listener: { onTried: (one) => tried.push(one) } });
    expect(result.module).toEqual({ baudRate: 57_600, lineEnding: 'CR', hasEcho: false });
    expect([set, tried.map(({ kind }) => kind), isClosed()]).toEqual([
      [115_200, 57_600],
      ['silent', 'silent', 'answer'],
      true,
    ]);
  });

  it('within five seconds where nothing comes at any rate', async () => {
    const { open } = far(() => undefined);
    const began = performance.now();
    const { reason, rates } = await tryPort('P', { open });
    expect([reason, rates.map(({ baudRate }) => baudRate)]).toEqual(['silent', [...detectedRates]]);
    expect(performance.now() - began).toBeLessThan(5500);
  });

  it('once where the far end has a rate of its own', async () => {
    const { open } = far((command) => (command === 'AT' ? 'OK\r\n' : 'ERROR\r\n'), false);
    const { module, rates } = await tryPort('P', { open });
    expect([module, rates.length]).toEqual([{ lineEnding: 'CR', hasEcho: false }, 1]);
  });

  it('until it answers a second time: one OK may be chance', async () => {
    let answers = 0;
    const { open } = far((_, rate) => (rate === 9600 && answers++ === 0 ? 'OK\r\n' : undefined));
    const { reason, rates } = await tryPort('P', { open, rates: [9600, 115_200] });
    expect([reason, rates.map(({ kind }) => kind)]).toEqual(['silent', ['silent', 'silent']]);
  });

  it('at the likeliest of the rates where it answers at several', async () => {
    const { open, set } = far((_, rate) => (rate === 57_600 || rate === 115_200 ? 'OK\r\n' : '\xf8\x80'));
    const { module, rates } = await tryPort('P', { open });
    expect(module?.baudRate).toBe(115_200);
    expect([set, rates.map(({ kind }) => kind)]).toEqual([[115_200], ['garbage', 'answer']]);
  });

  it('and a module that sleeps is woken by the first AT', async () => {
    let count = 0;
    const { open } = far(() => (count++ === 0 ? '\x00' : 'OK\r\n'));
    expect((await tryPort('P', { open, rates: [9600] })).module?.baudRate).toBe(9600);
  });

  it('and who is there says so, whatever comes in between', async () => {
    const answers: Readonly<Record<string, string>> = {
      AT: 'OK\r\n',
      'AT+CGMI': '+CSCON:1\r\nCMCC\r\nOK\r\n',
      'AT+CGMM': 'M5310\r\nOK\r\n',
      'AT+CGSN=1': 'ERROR\r\n',
      'AT+CGSN': '"490154203237518"\r\nOK\r\n',
    };
    const { open } = far((command) => answers[command] ?? 'ERROR\r\n');
    const { module } = await tryPort('P', { open, rates: [9600] });
    expect(module).toMatchObject({ manufacturer: 'CMCC', model: 'M5310', imei: '490154203237518' });
  });

  it('and the reason stands in the result where it cannot be opened, or breaks', async () => {
    const open = (): Promise<Link> => Promise.reject(new CodedError('PORT_BUSY', 'P: in use', 'P'));
    expect(await tryPort('P', { open })).toMatchObject({ reason: 'failed', fault: { code: 'PORT_BUSY' }, rates: [] });
    const cable = far(() => undefined);
    const trial = tryPort('P', {
      open: cable.open,
      listener: { onTrying: (rate) => rate === 115_200 && cable.pull() },
    });
    expect(await trial).toMatchObject({ reason: 'failed', rates: [{ baudRate: 9600, kind: 'silent' }] });
    expect(cable.isClosed()).toBe(true);
  });

  it('at one rate at least, however long a serial server takes to open', async () => {
    const { open } = far(okAt(9600));
    let isOpen = false;
    const clock = { ...systemClock, steadyMs: () => (isOpen ? 6000 : 0) } as unknown as Clock;
    const late = async (rate: number): Promise<Link> => {
      const link = await open(rate);
      isOpen = true;
      return link;
    };
    expect((await tryPort('P', { open: late, clock })).module).toBeDefined();
  });

  it('until a person stops it', async () => {
    const abort = new AbortController();
    const { open, isClosed } = far(() => undefined);
    const listener = { onTrying: (rate: number | undefined) => rate === 115_200 && abort.abort() };
    const { rates } = await tryPort('P', { open, listener, signal: abort.signal });
    expect([rates.length, isClosed()]).toEqual([1, true]);
  });
});
