import { Buffer } from 'node:buffer';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { maximumLineBytes } from '../../main/at/lineSplitter.ts';
import { Wire } from './wire.ts';

/**
 * What a bad line, a bad module or a bad day puts on the wire. Whatever it is: every byte is in the journal, the log shows
 * it, and the next read of the platform is answered.
 */
describe('the session over a terminal pair', () => {
  let wire: Wire;
  let logBefore = 0;
  beforeAll(async () => {
    wire = await Wire.online();
  }, 60_000);
  afterAll(() => wire.close());
  beforeEach(() => {
    logBefore = wire.log.length;
  });
  afterEach(async () => {
    wire.change = (text) => text;
    await wire.expectStillAnswering();
    await wire.expectJournalExact();
  });
  const isNew = ({ seq }: { readonly seq: number }): boolean => seq > logBefore;

  it('keeps random bytes', async () => {
    // All byte values in a fixed disorder, ended so that the next line begins clean.
    const noise = Buffer.from(Array.from({ length: 2048 }, (_, place) => (place * 167 + (place >> 3) * 31) & 0xff));
    wire.inject(noise);
    wire.inject('\r\n');
    const entries = await wire.entries((entry) => isNew(entry) && entry.problem === true);
    expect(entries.every(({ kind }) => kind === 'unasked')).toBe(true);
  });

  it('keeps 64 KB without a line end, shown in pieces', async () => {
    wire.inject(Buffer.alloc(65_536, 'x'));
    const entries = await wire.entries((entry) => isNew(entry) && /^x+$/.test(entry.text), 65_536 / maximumLineBytes);
    expect(entries.map(({ text }) => text.length).reduce((sum, length) => sum + length, 0)).toBe(65_536);
    expect(entries.every(({ text, problem }) => text.length <= maximumLineBytes && problem === true)).toBe(true);
    expect(entries[0]?.decoded?.note).toContain(`part of a line longer than ${maximumLineBytes} bytes`);
  });

  it('keeps invalid UTF-8 and shows what can be shown of it', async () => {
    wire.inject(Buffer.from('+MIPLEVENT: 0,\xc3\x28\xff\xfe!\r\n', 'latin1'));
    const [entry] = await wire.entries((candidate) => isNew(candidate) && candidate.text.includes('\uFFFD'));
    expect(entry).toMatchObject({ text: '+MIPLEVENT: 0,\uFFFD(\uFFFD\uFFFD!', kind: 'unasked', problem: true });
    expect(entry?.decoded?.note).toContain('no UTF-8');
  });

  it('tells a URC in the middle of an answer from the answer', async () => {
    wire.change = (text) => text.replace('+CSQ:', '+CSCON:0\r\n\r\n+CSQ:');
    await wire.device.session.engine.sendLine('AT+CSQ');
    const [urc] = await wire.entries((entry) => isNew(entry) && entry.text === '+CSCON:0');
    const [answer] = await wire.entries((entry) => isNew(entry) && entry.text.startsWith('+CSQ:'));
    expect(urc).toMatchObject({ kind: 'unasked' });
    expect(answer).toMatchObject({ kind: 'answer' });
    await vi.waitFor(() => expect(wire.device.state.state.network.radioConnected).toBeDefined());
  });

  it('answers a request that arrives in the middle of an answer', async () => {
    wire.change = (text) => text.replace('+CSQ:', '+MIPLREAD:0,60001,3303,0,5701\r\n\r\n+CSQ:');
    await wire.device.session.engine.sendLine('AT+CSQ');
    await vi.waitFor(() =>
      expect(wire.requests.find(({ msgId }) => msgId === 60001)).toMatchObject({ kind: 'read', path: '/3303/0/5701' }),
    );
    await wire.entries((entry) => isNew(entry) && entry.text === 'AT+MIPLREADRSP=0,60001,1,3303,0,5701,1,3,"Cel",0,0');
  });

  it('shows a URC it does not know and skips it', async () => {
    wire.inject('\r\n+MYSTERY: 1,"two",3\r\n');
    const [entry] = await wire.entries((candidate) => isNew(candidate) && candidate.text.startsWith('+MYSTERY'));
    expect(entry).toMatchObject({ text: '+MYSTERY: 1,"two",3', kind: 'unasked', problem: true });
    expect(entry?.decoded?.kind).toBe('unknown');
  });

  it('shows a request with fields missing as what it is, and refuses the one whose msgid can be read', async () => {
    const before = wire.requests.map(({ id }) => id);
    wire.inject('\r\n+MIPLREAD:0,abc\r\n\r\n+MIPLREAD:0\r\n\r\n+MIPLWRITE:0,1,3306,0,5850,2,99999999,01,0,0\r\n');
    const injected = /^\+MIPL(READ:0(,abc)?|WRITE:0,1,.*)$/;
    const entries = await wire.entries((entry) => isNew(entry) && injected.test(entry.text), 3);
    expect(entries.map(({ problem }) => problem)).toEqual([true, true, true]);
    await wire.entries((entry) => isNew(entry) && entry.text === 'AT+MIPLWRITERSP=0,1,11', 1);
    const met = wire.requests.filter(({ id }) => !before.includes(id)).map(({ kind, msgId }) => ({ kind, msgId }));
    expect(met).toEqual([{ kind: 'write', msgId: 1 }]);
  });

  it('answers a msgid that arrives twice only once and counts the repeat', async () => {
    const line = '\r\n+MIPLREAD:0,60002,3303,0,5700\r\n';
    wire.inject(line);
    wire.inject(line);
    await vi.waitFor(() => {
      const found = wire.requests.filter(({ msgId }) => msgId === 60002);
      expect(found).toEqual([expect.objectContaining({ repeats: 1, totalLines: 1 }) as unknown]);
      expect(['answered', 'refused', 'failed']).toContain(found[0]?.status);
    });
    const answers = wire.log.filter(({ text }) => text.startsWith('AT+MIPLREADRSP=0,60002'));
    expect(answers).toHaveLength(1);
  });

  it('finds back into step after an answer that never came', async () => {
    wire.change = (text) => {
      if (text.includes('OK')) wire.change = (later) => later;
      return '';
    };
    await expect(wire.device.session.engine.sendLine('AT+CSQ')).rejects.toMatchObject({ code: 'AT_TIMEOUT' });
    await wire.device.session.engine.sendLine('AT+CSQ');
    const notes = wire.log.filter((entry) => isNew(entry) && entry.kind === 'note').map(({ remark }) => remark?.code);
    expect(notes).toEqual(['lineLost', 'lineRegained']);
  });

  it('takes a line that arrives byte by byte', async () => {
    for (const byte of Buffer.from('\r\n+MIPLREAD:0,60003,3303,0,5602\r\n')) wire.inject(Buffer.from([byte]));
    await wire.entries((entry) => isNew(entry) && entry.text === 'AT+MIPLREADRSP=0,60003,1,3303,0,5602,4,4,60.2,0,0');
  });

  it('goes on when the module restarts by itself', async () => {
    wire.inject('\r\nREBOOT_CAUSE_SECURITY_RESET_PIN\r\n\r\nOK\r\n');
    await wire.entries((entry) => isNew(entry) && entry.text.startsWith('The module restarted'));
    await vi.waitFor(() => expect(wire.device.state.state.stages.onenet.status).toBe('stale'));
    await vi.waitFor(() => expect(wire.device.state.state.observations).toHaveLength(3), {
      timeout: 30_000,
      interval: 50,
    });
    expect(wire.device.state.state.stages.onenet.status).toBe('done');
  });
});
