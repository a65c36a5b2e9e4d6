import { describe, expect, it } from 'vitest';
import type { AtLine } from '../../main/at/lineSplitter.ts';
import { Conversation } from '../../main/log/conversation.ts';
import type { LogRow } from '../../main/log/logRow.ts';

const line = (text: string, change: Partial<AtLine> = {}): AtLine => ({
  text,
  startedNs: 0n,
  finishedNs: 0n,
  offset: 0,
  length: text.length,
  strayBytes: 0,
  strayBytesBehind: 0,
  damaged: false,
  cut: false,
  partial: false,
  ...change,
});

/** The rows of a whole log; `>` before what the host says. */
function read(...texts: readonly (string | AtLine)[]): LogRow[] {
  const conversation = new Conversation({ isWhole: true });
  return texts.map((text) => {
    if (typeof text !== 'string') return conversation.read(text, 'module');
    return text.startsWith('>')
      ? conversation.read(line(text.slice(1)), 'host')
      : conversation.read(line(text), 'module');
  });
}

/** `answer 1 response +CSQ` of each row. */
const sayings = (rows: readonly LogRow[]): string[] =>
  rows.map(({ kind, exchange = '–', decoded, problem }) =>
    [kind, exchange, decoded.kind, decoded.name ?? '–', ...(problem ? ['!'] : [])].join(' '),
  );

describe('a log that has all that was said', () => {
  it('joins answers with their command, and leaves what came in between on its own', () => {
    expect(
      sayings(read('>AT+CEREG?', 'AT+CEREG?', '+CEREG:1', '+CEREG:1,1', '+MIPLEVENT:0,9', 'OK', '+CEREG:2', 'OK')),
    ).toEqual([
      'engine 1 command +CEREG',
      'answer 1 command +CEREG',
      'unasked – urc +CEREG',
      'answer 1 response +CEREG',
      'unasked – urc +MIPLEVENT',
      'answer 1 final OK',
      'unasked – urc +CEREG',
      'unasked – final OK',
    ]);
  });

  it.each(
    [
      'AT+COPS?',
      'AT+CGATT?',
      'AT+CSCON=1',
      'AT+CFUN=1',
      'AT+NUESTATS',
      'AT+CGSN=1',
      'AT+MIPLCREATE',
      'AT+NSORF=0,10',
    ].flatMap((command) =>
      ['+CEREG:2,1', '+CEREG: 5,1,"19E6","94",9,,,"00000010","00100100"', '+NPSMR: 1,0'].map((state) => [
        command,
        state,
      ]),
    ),
  )('takes no state for the text of a command of another name: %s, %s', (command, state) => {
    const [, told, final] = read(`>${command}`, state, 'OK');
    expect([told?.kind, told?.exchange, told?.decoded.kind]).toEqual(['unasked', undefined, 'response']);
    expect(final?.exchange).toBe(1);
  });

  it.each([
    '^SIMST:1',
    '%CESQ: 30,2',
    '*MATWAKEUP',
    '#QSS: 1',
    '$QCRMCALL: 1',
    '!GSTATUS: 1',
    '@EVENT: 1',
    '&FOO: 1',
    'RING',
  ])('makes no maker, model or number of a line with the sign of another: %s', (text) => {
    for (const command of ['AT+CGMI', 'AT+CGMM', 'AT+CGMR', 'ATI', 'AT+CGSN', 'AT+CIMI']) {
      expect([command, read(`>${command}`, text)[1]?.kind]).toEqual([command, 'unasked']);
    }
  });

  it.each([
    ['AT+CSQ;+CEREG?', '+CEREG:2,1'],
    ['AT+CGDCONT=0,"IP","a";+CSQ', '+CSQ:20,99'],
    ['AT+CEREG?', '+CEREG:2,1'],
    ['AT+XCFG?', '+CEREG:2,1'],
    ['ATI', 'Revision: +CEREG'],
    ['AT+CGATT?', '+XYZ: 1'],
  ])('takes what %s may have asked for as its text', (command, text) => {
    expect(read(`>${command}`, text)[1]).toMatchObject({ kind: 'answer', exchange: 1 });
  });

  it('guesses nothing of what has no command before it', () => {
    expect(sayings(read('M5310-A', '869334030000010', '>hello', 'CMCC', 'ERROR'))).toEqual([
      'unasked – banner M5310-A',
      'unasked – unknown – !',
      'engine 1 data –',
      'answer 1 unknown – !',
      'answer 1 final ERROR !',
    ]);
    expect(read('M5310-A')[0]?.decoded.note).toBeUndefined();
  });

  it('knows questions that find out which answer is whose: at the beginning, and where a command has no answer', () => {
    const lost = ['>ATE0', 'OK', '>AT+CIMI', '>AT', '460041234567899', 'OK', 'OK'];
    expect(sayings(read('>AT', '>AT', 'OK', '>AT+CMEE?', 'OK', '+CMEE: 1', 'OK', ...lost))).toEqual([
      'engine 1 command AT',
      'engine 2 command AT',
      'answer 1 final OK',
      'engine 3 command +CMEE',
      'answer 2 final OK',
      'answer 3 response +CMEE',
      'answer 3 final OK',
      'engine 4 command E0',
      'answer 4 final OK',
      'engine 5 command +CIMI',
      'engine 6 command AT',
      'unasked – unknown – !',
      'answer 6 final OK',
      'unasked – final OK',
    ]);
  });

  it('lets nothing answer what was asked before a start', () => {
    expect(
      sayings(read('>AT+NRB', 'REBOOTING', 'OK', '>AT', 'REBOOT_CAUSE_APPLICATION_AT', 'OK', '>AT', 'OK')),
    ).toEqual([
      'engine 1 command +NRB',
      'unasked 1 final REBOOTING',
      'unasked – final OK',
      'engine 2 command AT',
      'unasked – banner REBOOT_CAUSE_APPLICATION_AT',
      'unasked – final OK',
      'engine 3 command AT',
      'answer 3 final OK',
    ]);
  });

  it('keeps pieces of lines apart from everything: they may well read OK', () => {
    const rows = read('>AT+CGATT?', line('OK', { cut: true }), line('+MIPLEVENT:0,9', { partial: true }), 'OK');
    expect(sayings(rows)).toEqual([
      'engine 1 command +CGATT',
      'unasked 1 final OK !',
      'unasked – urc +MIPLEVENT',
      'answer 1 final OK',
    ]);
  });

  it('says what is odd about a line', () => {
    const [row] = read(
      line('+CIS ERROR:651', { strayBytes: 2, strayBytesBehind: 1, damaged: true, cut: true, partial: true }),
    );
    expect(row?.decoded.note?.split('; ').slice(-5)).toEqual([
      '2 stray bytes before the line',
      '1 stray bytes behind the line',
      'bytes that are no UTF-8',
      'part of a line longer than 8192 bytes',
      'a line without end',
    ]);
    expect(row?.problem).toBe(true);
    expect(read('+CIS ERROR:busy')[0]?.decoded.note).toBeUndefined();
    expect(read('+CIS ERROR:601')[0]?.decoded.note).toMatch(/\w/);
  });

  it('takes nothing but 15 digits for an IMEI', () => {
    expect(read('>AT+CGSN', '"869334030000010"', 'M5310')[1]?.decoded).toMatchObject({
      kind: 'response',
      name: '+CGSN',
    });
    expect(read('>AT+CGSN', '86933')[1]?.decoded).toEqual({ kind: 'data', note: 'no IMEI: that has 15 digits' });
  });

  it('shows which firmware speaks: only one kind knows MIPLCREATEEX', () => {
    const dialectAfter = (...texts: readonly string[]): string => {
      const conversation = new Conversation({ isWhole: true });
      for (const text of texts) conversation.read(line(text), text.startsWith('AT') ? 'host' : 'module');
      return conversation.dialect;
    };
    expect(dialectAfter('AT+MIPLCREATEEX=?', 'OK')).toBe('cmcc');
    expect(dialectAfter('AT+MIPLCREATEEX=?', 'ERROR')).toBe('cis');
    expect(dialectAfter('AT+CSQ', 'OK')).toBe('cis');
  });
});

describe('a whole log that is read from a place on', () => {
  it('goes on as the one before it would have', () => {
    const before = new Conversation({ isWhole: true });
    for (const text of ['AT+MIPLCREATEEX=?', 'OK', 'AT+CSQ', '+CSQ:20,99', 'OK'])
      before.read(line(text), text.startsWith('AT') ? 'host' : 'module');
    const rest = before.rest();
    expect(rest).toEqual({ lastExchange: 2, dialect: 'cmcc', isProbing: false });
    const after = new Conversation({ isWhole: true, resumed: rest as NonNullable<typeof rest> });
    expect(after.rest()).toEqual(rest);
    for (const conversation of [before, after])
      expect(conversation.read(line('AT+CEREG?'), 'host')).toMatchObject({ exchange: 3 });
  });

  it('cannot begin where an answer is awaited', () => {
    const conversation = new Conversation({ isWhole: true });
    conversation.read(line('AT+CSQ'), 'host');
    expect(conversation.rest()).toBeUndefined();
  });

  it('cannot begin while it is being found out which answer is whose', () => {
    const conversation = new Conversation({ isWhole: true });
    conversation.read(line('AT'), 'host');
    expect(conversation.rest()).toBeUndefined();
  });
});

describe('a log of which nobody knows who spoke', () => {
  it('is read by the shape of its lines', () => {
    const conversation = new Conversation();
    const rows = ['AT+CSQ', '+CSQ:20,99', 'OK', 'OK', 'CMCC'].map((text) => conversation.read(line(text)));
    expect(sayings(rows)).toEqual([
      'engine 1 command +CSQ',
      'answer 1 response +CSQ',
      'answer 1 final OK',
      'unasked – final OK',
      'unasked – data –',
    ]);
  });
});
