import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowsCount, countedPlaceOf, formatCommand, formatLine } from '../../main/at/codec.ts';
import type { CommandSpec, Field, LineSpec, Shape } from '../../main/at/codec.ts';
import { Conversation } from '../../main/log/conversation.ts';
import { claimsOf, decodeLine, isUrc, parseCommand, parseUrc, readAnswer } from '../../main/mipl/decode.ts';
import { commands, urcs } from '../../main/mipl/messages.ts';
import { anyText } from '../anyText.ts';

const allCommands = Object.entries<CommandSpec>(commands);
const allUrcs = Object.entries<LineSpec>(urcs);

/** Text that stands between commas without quotes and comes back: no blanks outside, no quote in front. */
const bareText = fc.string({ unit: 'grapheme' }).filter((text) => /^(?![ \t"])[^\x00-\x1f\x7f]*(?<![ \t])$/.test(text));

/** What a command line can carry between quotes. */
const printableText = anyText().map((text) => text.replace(/[\x00-\x1f\x7f]/g, '').toWellFormed());

/** Where a value's length stands before it, it is that of the value; without a value the line ends there. */
function withLengths(shape: Shape, params: Record<string, unknown>): Record<string, unknown> {
  const names = Object.keys(shape);
  const place = countedPlaceOf(shape);
  if (!place) return params;
  const value = params[names[place.index] as string];
  if (value === undefined)
    return Object.fromEntries(
      names.slice(0, place.index - 1).flatMap((name) => (name in params ? [[name, params[name]]] : [])),
    );
  const isNumber = 'valueType' in shape && params['valueType'] !== 1;
  return { ...params, [names[place.index - 1] as string]: isNumber ? 4 : Buffer.byteLength(String(value)) };
}

/** Values a field can take, from what it says of itself. */
function valuesOf(field: Field<unknown>, isString: boolean, shape: Shape): fc.Arbitrary<unknown> {
  const range = /^integer (-?\d+)\.\.(\d+)$/.exec(field.kind);
  if (range) return fc.integer({ min: Number(range[1]), max: Number(range[2]) });
  if (field.counted && (!field.counted.isTyped || isString)) return printableText;
  if (field.quoted) return printableText.map((text) => text.replaceAll('"', ''));
  // An optional parameter that is bare and empty is one that is absent.
  const single = field.kind === 'text to the end' ? bareText : bareText.filter((text) => !text.includes(','));
  // What stands behind a counted value is flags and numbers.
  const bare = countedPlaceOf(shape) ? single.filter((text) => !text.includes('"')) : single;
  return field.optional ? bare.filter((text) => text !== '') : bare;
}

/** Parameters of a shape: required ones always, optional ones at times. */
function paramsOf(shape: Shape): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(shape) as [string, Field<unknown>][];
  return fc.constantFrom(true, false).chain((isString) => {
    const all = fc.record(
      Object.fromEntries(entries.map(([name, field]) => [name, valuesOf(field, isString, shape)])),
      {
        requiredKeys: entries.filter(([, field]) => !field.optional).map(([name]) => name),
        noNullPrototype: true,
      },
    );
    const typed = 'valueType' in shape ? all.map((params) => ({ ...params, valueType: isString ? 1 : 4 })) : all;
    return typed.map((params) => withLengths(shape, params));
  });
}

describe.each(allCommands)('the command %s', (_, spec) => {
  it('comes back as it was when it is formatted and parsed', () => {
    fc.assert(
      fc.property(paramsOf(spec.params), (params) => {
        const text = formatCommand(spec, params as never);
        expect(parseCommand(text)).toEqual({ name: spec.name, form: spec.form, spec, params });
        expect(decodeLine(text)).toMatchObject({ kind: 'command', form: spec.form, params });
      }),
      { numRuns: 40 },
    );
  });
});

const answered = allCommands.flatMap(([key, spec]) => (spec.answer ? [{ key, spec, answer: spec.answer }] : []));

describe.each(answered)('the information text of $key', ({ spec, answer }) => {
  it('comes back as it was when it is formatted and read', () => {
    fc.assert(
      fc.property(paramsOf(answer.params), fc.constantFrom('', ' '), (params, space) => {
        const text = formatLine(answer, params as never, space);
        // A bare text may look like a line with a head, a line of this name may have a count it does not allow.
        fc.pre(claimsOf(spec)(text));
        expect(readAnswer(spec.name, answer, text)).toEqual({ params });
      }),
      { numRuns: 40 },
    );
  });
});

describe.each(allUrcs)('the URC %s', (_, spec) => {
  it('comes back as it was when it is formatted and parsed, whatever spaces the module prints', () => {
    fc.assert(
      fc.property(
        paramsOf(spec.params),
        fc.constantFrom('', ' '),
        fc.constantFrom(',', ', '),
        (params, separator, comma) => {
          const text = formatLine(spec, params as never, separator, comma);
          fc.pre(allowsCount(spec, text, text.indexOf(':') + 1));
          expect(isUrc(text)).toBe(true);
          expect(parseUrc(text)).toEqual({ urc: { name: spec.name, params } });
          expect(decodeLine(text)).toEqual({ kind: 'urc', name: spec.name, params });
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('the table', () => {
  it('has no two commands with the same name and form', () => {
    const keys = allCommands.map(([, spec]) => `${spec.name} ${spec.form}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('has no two URCs that a line could be both', () => {
    const shapes = allUrcs.flatMap(([, { name, counts }]) => (counts ?? ['any']).map((count) => `${name} ${count}`));
    expect(new Set(shapes).size).toBe(shapes.length);
    const names = new Set(allUrcs.filter(([, { counts }]) => counts === undefined).map(([, { name }]) => name));
    for (const name of names) expect(allUrcs.filter(([, spec]) => spec.name === name)).toHaveLength(1);
  });

  it('has optional parameters only behind all required ones', () => {
    for (const [name, spec] of [...allCommands, ...allUrcs]) {
      const entries = Object.values(spec.params) as Field<unknown>[];
      // The length of a value may be empty (MT2625 prints none for numbers).
      const fields = entries.filter((_, position) => entries[position + 1]?.counted === undefined);
      const firstOptional = fields.findIndex((field) => field.optional);
      if (firstOptional < 0) continue;
      expect(
        fields.slice(firstOptional).every((field) => field.optional),
        name,
      ).toBe(true);
    }
  });

  it('gives every command a time limit', () => {
    for (const [name, spec] of allCommands) expect(spec.timeoutMs, name).toBeGreaterThan(0);
  });
});

describe('any line', () => {
  const parts = [
    ...[
      '"',
      ',',
      ' ',
      ':',
      '=',
      '?',
      '-',
      '\\',
      '\0',
      '\t',
      '999999999999',
      '0',
      '-1',
      '温度',
      'OK',
      'ERROR',
      'AT',
      '+',
    ],
    ...allUrcs.map(([, spec]) => spec.name),
    ...allCommands.map(([, spec]) => `AT${spec.name}`),
    ...['+CME ERROR:', '+CIS ERROR: 602', 'REBOOT_CAUSE_X', 'Neul'],
  ];
  const anyLine = fc.oneof(
    anyText(),
    fc.array(fc.constantFrom(...parts), { maxLength: 12 }).map((some) => some.join('')),
  );
  const anyPending = fc.option(fc.constantFrom(...allCommands.map(([, spec]) => spec)), { nil: undefined });

  it('is decoded without an exception, and what is unknown has a reason', () => {
    fc.assert(
      fc.property(anyLine, anyPending, (text, pending) => {
        const decoded = decodeLine(text, pending);
        if (decoded.kind === 'unknown' || decoded.kind === 'data') expect(decoded.note).toBeTruthy();
        else expect(decoded.name).toBeTruthy();
        expect(() => JSON.stringify(decoded)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });

  it('is the same URC to the channel, the parser and the log', () => {
    fc.assert(
      fc.property(anyLine, (text) => {
        const parsed = parseUrc(text);
        if (parsed && 'urc' in parsed) expect(isUrc(text)).toBe(true);
        if (!isUrc(text) && parsed) expect(parsed).toHaveProperty('fault');
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves a conversation able to read the next', () => {
    fc.assert(
      fc.property(fc.array(anyLine), (texts) => {
        const conversation = new Conversation();
        for (const text of texts) conversation.decode(text);
        conversation.decode('OK');
        expect(conversation.decode('+MIPLEVENT:0,6')).toEqual({
          kind: 'urc',
          name: '+MIPLEVENT',
          params: { ref: 0, event: 6 },
        });
      }),
    );
  });

  it.each([
    ['quotes that never close', '"a,'],
    ['commas', ','],
    ['blanks', ' '],
    ['digits', '1'],
    ['heads', '+MIPLREAD:'],
  ])('takes linear time: 100 KB of %s', (_, unit) => {
    // Of the processor, not of the clock: the machine may have other things to do.
    const started = process.cpuUsage();
    for (const start of ['+MIPLWRITE:', '+CEREG:', 'AT+MIPLNOTIFY=', 'AT', '+CME ERROR: ', '']) {
      const text = `${start}${unit.repeat(100_000 / unit.length)}x`;
      for (const pending of [undefined, commands.imsi, commands.registrationState]) decodeLine(text, pending);
      parseUrc(text);
      isUrc(text);
    }
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
  });
});

describe('decodeLine', () => {
  it.each([
    ['+CEREG: 1', undefined, { kind: 'urc', name: '+CEREG', params: { status: 1 } }],
    ['+CEREG: 0,1', undefined, { kind: 'response', name: '+CEREG', params: { mode: 0, status: 1 } }],
    ['+CEREG: 0,1', commands.registrationState, { kind: 'response', name: '+CEREG', params: { mode: 0, status: 1 } }],
    ['+CFUN: 1', undefined, { kind: 'urc', name: '+CFUN', params: { level: 1 } }],
    ['+CFUN: 1', commands.functionalityState, { kind: 'response', name: '+CFUN', params: { level: 1 } }],
    ['+CSQ: x,99', undefined, { kind: 'unknown', name: '+CSQ', note: 'rssi: "x" is not a whole number' }],
    ['+CSQ: x,99', commands.signalQuality, { kind: 'unknown', name: '+CSQ', note: 'rssi: "x" is not a whole number' }],
    ['+NPSMR: 1,2,3', undefined, { kind: 'unknown', name: '+NPSMR', note: '+NPSMR: has another count of parameters' }],
    ['+NSOCR:0', commands.socketCreate, { kind: 'response', name: '+NSOCR', params: { socket: 0 } }],
    ['+NSONMI:0,30', commands.socketReceive, { kind: 'urc', name: '+NSONMI', params: { socket: 0, length: 30 } }],
    ['+NSONMI:0,2,4869', undefined, { kind: 'urc', name: '+NSONMI', params: { socket: 0, length: 2, data: '4869' } }],
    [
      '+NSONMI:0,183.230.40.150,36000,2,4869',
      undefined,
      {
        kind: 'urc',
        name: '+NSONMI',
        params: { socket: 0, address: '183.230.40.150', port: 36000, length: 2, data: '4869' },
      },
    ],
    [
      'NUESTATS:CELL,3555,407,1,-865',
      commands.statisticsOf,
      { kind: 'response', name: '+NUESTATS', params: { text: 'NUESTATS:CELL,3555,407,1,-865' } },
    ],
    [
      '+COPS: (2,"CHINA MOBILE","CM","46000",9),,(0-2)',
      commands.operatorScan,
      { kind: 'response', name: '+COPS', params: { list: '(2,"CHINA MOBILE","CM","46000",9),,(0-2)' } },
    ],
    ['+MIPLNMI: 0', undefined, { kind: 'urc', name: '+MIPLNMI', params: { ref: 0 } }],
    ['+MIPLNMI: 0,1', undefined, { kind: 'response', name: '+MIPLNMI', params: { ref: 0, mode: 1 } }],
    ['+FOO: 1', undefined, { kind: 'unknown', name: '+FOO', note: 'not in the message table' }],
    ['+FOO: 1', commands.open, { kind: 'data', note: 'belongs to no entry of the message table' }],
    ['AT+FOO=1', undefined, { kind: 'unknown', name: '+FOO', form: 'write', note: 'not in the message table' }],
    [
      'AT+MIPLCLOSE=0,1',
      undefined,
      { kind: 'command', name: '+MIPLCLOSE', form: 'write', params: { ref: 0 }, note: 'extra parameters: 1' },
    ],
    [
      '+MIPLREAD:0,1,3303,0,5700,0,7',
      undefined,
      {
        kind: 'urc',
        name: '+MIPLREAD',
        params: { ref: 0, msgId: 1, objectId: 3303, instanceId: 0, resourceId: 5700, count: 0 },
        note: 'extra parameters: 7',
      },
    ],
    ['+CIS ERROR: 602', undefined, { kind: 'final', name: '+CIS ERROR', params: { detail: '602' } }],
    ['+CME ERROR', undefined, { kind: 'final', name: '+CME ERROR' }],
    ['*MATREADY: 1', undefined, { kind: 'banner', name: '*MATREADY: 1' }],
    ['M5310-A', commands.model, { kind: 'response', name: '+CGMM', params: { text: 'M5310-A' } }],
    ['M5310-A', commands.open, { kind: 'banner', name: 'M5310-A' }],
    ['REBOOT_CAUSE_APPLICATION_AT', commands.model, { kind: 'banner', name: 'REBOOT_CAUSE_APPLICATION_AT' }],
  ] as const)('reads %s', (text, pending, decoded) => {
    expect(decodeLine(text, pending)).toEqual(decoded);
  });
});

describe('claimsOf', () => {
  it.each([
    [commands.registrationState, '+CEREG: 0,1', true],
    [commands.registrationState, '+CEREG: 1', false],
    [commands.imsi, '460040000000001', true],
    [commands.statistics, '+PCI:407', true],
    [commands.imsi, '+MIPLEVENT: 0,6', false],
    [commands.socketReceive, '+NSORF:0,1.2.3.4,5,1,00,0', true],
    [commands.queueState, '+MIPLQMGR: QUEUES=1', true],
    [commands.registrationReport, '+CEREG: 1', false],
    [commands.open, '+MIPLEVENT: 0,6', false],
  ] as const)('of %s says whether %s belongs to its answer', (spec, text, belongs) => {
    expect(claimsOf(spec)(text)).toBe(belongs);
  });
});
