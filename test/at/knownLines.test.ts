import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownLine, knownLines } from '../../main/at/knownLines.ts';
import { readLine } from '../../main/at/lineReader.ts';
import type { HeardLine } from '../../main/at/lineReader.ts';
import type { AtLine } from '../../main/at/lineSplitter.ts';
import { messageTable } from '../../main/mipl/messageTable.ts';
import { anyText } from '../anyText.ts';
import { readTranscripts } from '../transcript.ts';

const whole: Omit<AtLine, 'text'> = {
  startedNs: 1n,
  finishedNs: 2n,
  offset: 0,
  length: 1,
  strayBytes: 0,
  strayBytesBehind: 0,
  damaged: false,
  cut: false,
  partial: false,
};

/** A line that comes while a command's answer is awaited, or none is. */
interface Coming {
  readonly line: AtLine;
  readonly command?: string;
  readonly hasAnswer?: boolean;
  readonly isTagged?: boolean;
}

/** What is heard, with lines that are `of` a text. */
function heardWith(of: (text: string) => KnownLine, { line, command, hasAnswer, isTagged }: Coming): HeardLine {
  const inFlight = command === undefined ? undefined : { known: of(command).command, exchange: 7 };
  return readLine(
    of(line.text),
    line,
    inFlight && { ...inFlight, ...(hasAnswer && { hasAnswer }), ...(isTagged && { tag: { task: 'console' } }) },
  );
}

const kept = (text: string): KnownLine => knownLines(messageTable).of(text);
const anew = (text: string): KnownLine => new KnownLine(text, messageTable);

const said = readTranscripts().flatMap(({ lines }) => lines);
const commandText = fc.oneof(
  fc.constantFrom(...new Set(said.filter(({ from }) => from === 'host').map(({ text }) => text))),
  fc.constantFrom(
    'AT',
    'ATI',
    'AT+CGMM',
    'AT+CGSN',
    'AT+CEREG?',
    'AT+CSCON?',
    'AT+CSQ;+CEREG?',
    'AT+CLAC',
    'AT+NOSUCH',
  ),
);
const lineText = fc.oneof(
  fc.constantFrom(...new Set(said.map(({ text }) => text))),
  fc.constantFrom('OK', 'ERROR', '+CME ERROR: 50', '+CEREG: 0,1', '+CEREG:1', '+CSQ:20,99', 'M5310-A', 'RDY', 'RING'),
  fc.constantFrom('+MIPLREAD:0,x,3303', '+MIPLREAD:0,5', 'AT+CGMM', '+CGMM: M5310', '+CSQ:x,99'),
  commandText,
  anyText({ maxLength: 20 }),
);
const coming = fc.record(
  {
    line: fc
      .record({ text: lineText, cut: fc.boolean(), partial: fc.boolean() })
      .chain((line) => fc.constantFrom({ ...whole, text: line.text }, { ...whole, ...line })),
    command: commandText,
    hasAnswer: fc.boolean(),
    isTagged: fc.boolean(),
  },
  { requiredKeys: ['line'] },
);

describe('what is known of a line', () => {
  it('is what a reading of its own would say, whatever was read before and as answer to what', () => {
    fc.assert(
      fc.property(fc.array(coming), (comings) => {
        for (const one of comings) expect(heardWith(kept, one)).toEqual(heardWith(anew, one));
      }),
    );
  });

  it('is found out once for all lines that say it', () => {
    const [first, second] = [0, 1].map(() =>
      heardWith(kept, { line: { ...whole, text: '+MIPLREAD:0,5,3303,0,5700' } }),
    );
    expect(first?.decoded).toBe(second?.decoded);
  });

  it('is an answer to the command that has such answers, and a state of its own to another or none', () => {
    const line = { ...whole, text: '+CEREG: 0,1' };
    const alone = heardWith(anew, { line });
    expect(heardWith(kept, { line, command: 'AT+CEREG?' })).toMatchObject({ role: 'answer', answer: { status: 1 } });
    expect(heardWith(kept, { line, command: 'AT+CSQ' })).toMatchObject({ role: 'unasked' });
    expect(heardWith(kept, { line })).toEqual(alone);
    expect(alone.answer).toBeUndefined();
  });

  it.each([
    ['AT+CSQ', 'M5310-A', 'boot'],
    ['ATI', 'M5310-A', 'answer'],
    ['ATI', 'RDY', 'boot'],
    ['AT+CSQ', 'ERROR', 'final'],
    ['AT+CSQ', '+NSONMI: 1,5', 'urc'],
  ])('while %s is awaited: %s is told as %s', (command, text, role) => {
    expect(heardWith(kept, { line: { ...whole, text }, command })).toMatchObject({ role });
  });

  it('keeps why a URC cannot be read where it came as if it were an answer', () => {
    const heard = heardWith(kept, { line: { ...whole, text: '+NSONMI: 1' }, command: 'AT+NOSUCH', isTagged: true });
    expect(heard).toMatchObject({ role: 'answer', exchange: 7, tag: { task: 'console' } });
    expect(heard.unreadable?.fault).toBe('+NSONMI: has another count of parameters');
  });
});
