import { describe, expect, it } from 'vitest';
import { bareName, eventPhrase, explain, explained, registrationPhrase, resultPhrase } from '../../shared/explain.ts';
import type { ExplainContext } from '../../shared/explain.ts';
import { lineTranslate } from '../../shared/lineTexts.ts';
import type { DecodedLine, LineKind, LogKind, ParamValue } from '../../shared/log.ts';
import { speak } from '../../shared/phrase.ts';
import type { Phrase } from '../../shared/phrase.ts';

const context: ExplainContext = { dialect: 'cis', deadlineMs: 3000 };
const [en, zh] = [lineTranslate('en'), lineTranslate('zh')];

/** Both languages have a text for it, and every place in the text is filled. */
function expectSpoken(sentence: Phrase): void {
  for (const translate of [en, zh]) {
    const words = speak(sentence, translate);
    expect([sentence, words]).not.toEqual([sentence, sentence.key]);
    expect(words).not.toMatch(/\{\w+\}|^explain\./);
  }
}

const say = (decoded: DecodedLine | undefined, text = '', kind: LogKind = 'answer', how = context): Phrase =>
  explain({ kind, text, ...(decoded === undefined ? {} : { decoded }) }, how);

/** Every field that a sentence reads. */
const fields = [
  ...['msgId', 'result', 'objectId', 'instanceId', 'resourceId', 'valueType', 'value', 'index', 'arguments', 'flag'],
  ...['attributes', 'event', 'extra', 'status', 'connected', 'level', 'asleep', 'data', 'socket', 'length', 'address'],
  ...['port', 'sequence', 'state', 'roundTripMs', 'error', 'text', 'config', 'server', 'instanceCount', 'lifetime'],
  ...['attributeCount', 'actionCount', 'withObjects', 'ackId', 'resources', 'operator', 'attached', 'ref', 'version'],
  ...['rssi', 'imei', 'iccid', 'apn'],
] as const;
const values: readonly (ParamValue | undefined)[] = [undefined, '', 0, 1, -1, 4, 6, 14, 20, 25, 26, 99, 'a'];

function withAll(value: ParamValue | undefined): Record<string, ParamValue> {
  return Object.fromEntries(fields.flatMap((field) => (value === undefined ? [] : [[field, value]])));
}

/** All fields alike, and each in turn another way: whatever two of them do together has its sentence. */
function* manyParams(): Generator<Record<string, ParamValue>> {
  for (const base of values) {
    const all = withAll(base);
    yield all;
    for (const field of fields) {
      const { [field]: _, ...without } = all;
      yield without;
      for (const value of [0, 1, 4]) yield { ...all, [field]: value };
    }
  }
}

const kinds = ['urc', 'command', 'response'] as const;

describe('a sentence about a line', () => {
  it.each(kinds)('every %s of the table has one in both languages, whatever its values', (kind) => {
    const seen = new Set<string>();
    for (const name of [...explained[kind], 'NOT-IN-THE-TABLE']) {
      for (const params of manyParams()) {
        const sentence = say({ kind, name: `+${name}`, params });
        const known = `${sentence.key} ${Object.entries(sentence.values)
          .map(([key, value]) => (typeof value === 'object' ? value.key : key))
          .join(' ')}`;
        if (seen.has(known)) continue;
        seen.add(known);
        expectSpoken(sentence);
      }
    }
    expect(seen.size).toBeGreaterThan(explained[kind].length / 2);
  });

  it('every kind of line has one, with and without a name or a note', () => {
    const all: LineKind[] = ['command', 'urc', 'response', 'final', 'banner', 'data', 'unknown'];
    for (const kind of all) {
      for (const note of [undefined, 'a note']) expectSpoken(say({ kind, ...(note === undefined ? {} : { note }) }));
    }
    expectSpoken(say(undefined));
    expectSpoken(say(undefined, '', 'note'));
  });

  it('a test form and a configuration have their own', () => {
    expect(say({ kind: 'command', name: '+CSQ', form: 'test' }).key).toBe('explain.command.test');
    expect(say({ kind: 'command', name: '+MIPLCREATE', note: 'direct' }).key).toBe(
      'explain.command.MIPLCREATE.decoded',
    );
  });

  it('results and the restart in the place of OK', () => {
    expect(say({ kind: 'final' }, ' OK ').key).toBe('explain.final.OK');
    expect(say({ kind: 'final', name: 'REBOOTING' }, 'REBOOTING').key).toBe('explain.final.REBOOTING');
    expect(say({ kind: 'final' }, 'ERROR').key).toBe('explain.final.ERROR');
    for (const text of ['+CIS ERROR:601', '+CIS ERROR: 9999', '+CME ERROR: 50', '+CME ERROR: 4711', '+CMS ERROR: 1']) {
      for (const dialect of ['cis', 'cmcc'] as const) {
        const sentence = say({ kind: 'final' }, text, 'answer', { ...context, dialect });
        expect(sentence.key).toBe('explain.final.coded');
        expectSpoken(sentence);
      }
    }
  });

  it('numbers that nobody has documented are said as such', () => {
    for (const sentence of [eventPhrase(77), resultPhrase(77), registrationPhrase(77)]) expectSpoken(sentence);
  });

  it('a name is the same with and without its marks', () => {
    expect(['+CSQ', 'AT+CSQ?', 'CSQ', 'AT*CSQ=?'].map(bareName)).toEqual(['CSQ', 'CSQ', 'CSQ', 'CSQ']);
    expect(bareName('')).toBe('AT');
  });

  it('a read says what its answer costs, where that is known', () => {
    const read: DecodedLine = { kind: 'urc', name: '+MIPLREAD', params: { objectId: 3303 } };
    const answer = { lines: 12, smallestMs: 1234 };
    const costs = say(read, '', 'unasked', { ...context, answer });
    expect([costs.key, costs.values['time']]).toEqual(['explain.withAnswer', '1.23']);
    expect(say(read, '', 'unasked', { ...context, answer: { ...answer, baudRate: 9600 } }).key).toBe(
      'explain.withAnswerAt',
    );
  });

  it('shows what nobody would see', () => {
    const sentence = say({ kind: 'response', name: '+CGSN', params: { imei: '\u0000\u007f\u202e' } });
    expect(sentence.values['imei']).toBe('␀␡⟨202E⟩');
  });
});
