import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowsCount, tokenizeFor, tryParams } from '../../main/at/codec.ts';
import type { LineSpec } from '../../main/at/codec.ts';
import { LineSplitter } from '../../main/at/lineSplitter.ts';
import { splitHead } from '../../main/at/tokens.ts';
import { decodeLine, isUrc, parseCommand, parseUrc } from '../../main/mipl/decode.ts';
import { urcFrames } from '../../main/mipl/urcFrames.ts';
import { commands, urcs } from '../../main/mipl/messages.ts';
import { anyText } from '../anyText.ts';

const allUrcs = Object.values<LineSpec>(urcs);
const allNames = [...allUrcs, ...Object.values(commands)].map(({ name }) => name);

/** The URC of a line with a head, read with nothing but the table. */
function plainUrc(text: string): LineSpec | undefined {
  const head = splitHead(text);
  return head && allUrcs.find((spec) => spec.name === head.name && allowsCount(spec, head.list));
}

const parameter = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 9 }).map(String) },
  { weight: 3, arbitrary: fc.nat({ max: 70_000 }).map(String) },
  fc.constantFrom('', '"abc"', '-1', '20.125', '0x200', ' 3', '"a,b"', '19E6', '温度', '"'),
  anyText({ maxLength: 5 }),
);
const parameters = fc.array(parameter, { maxLength: 11 }).map((texts) => texts.join(','));
const cased = fc
  .tuple(fc.constantFrom(...allNames), fc.boolean())
  .map(([name, isSmall]) => (isSmall ? name.toLowerCase() : name));
const line = fc.oneof(
  fc.tuple(cased, fc.constantFrom(':', ': ', ' : ', '', '+'), parameters).map((parts) => parts.join('')),
  fc.tuple(cased, fc.constantFrom('=', '?', '=?', ''), parameters).map((parts) => `AT${parts.join('')}`),
  fc.constantFrom(
    'OK',
    'ERROR',
    '+CME ERROR: 3',
    'RDY',
    'Signal power:-865',
    '0,10',
    '+FIRMWARE DOWNLOADING',
    '+firmware  UPDATING ',
  ),
  fc.tuple(fc.constantFrom('OK', 'x,', '+CSQ:1'), parameters).map(([before, list]) => `${before}+MIPLREAD:${list}`),
  anyText({ maxLength: 30 }),
);

describe('a line whose head is found by its letters', () => {
  it('has the name and the URC that the table gives it', () => {
    fc.assert(
      fc.property(line, (text) => {
        const head = splitHead(text);
        const spec = plainUrc(text);
        if (head === undefined) return;
        expect(isUrc(text)).toBe(spec !== undefined);
        const parsed = parseUrc(text);
        if (spec === undefined) expect(parsed && 'urc' in parsed).not.toBe(true);
        else {
          const read = tryParams(spec.params, tokenizeFor(spec.params, head.list));
          const params = 'params' in read ? read.params : undefined;
          // Read all the same where the number of the suite is missing (damagedHeads.test.ts).
          if (params === undefined && /^ *\d{3}/.test(head.list)) return;
          expect(parsed && 'urc' in parsed ? parsed.urc.params : undefined).toEqual(params);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('is said to be the same whatever was asked before, and asked again', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        const alone = lines.map((text) => {
          isUrc('+OTHER: 1');
          return [isUrc(text), decodeLine(text), parseUrc(text), parseCommand(text)];
        });
        const inTurn = lines.map((text) => [isUrc(text), decodeLine(text), parseUrc(text), parseCommand(text)]);
        expect(inTurn).toEqual(alone);
      }),
    );
  });

  it('comes the same from large chunks, in a buffer that is filled anew each time, as byte by byte', () => {
    const wire = fc.array(fc.tuple(line, fc.constantFrom('\r', '\n', '\r\n')), { maxLength: 200 });
    fc.assert(
      fc.property(wire, fc.integer({ min: 2, max: 3000 }), (lines, size) => {
        const bytes = Buffer.from(lines.flat().join(''));
        expect(textsOf(bytes, size)).toEqual(textsOf(bytes, 1));
      }),
    );
  });
});

function textsOf(bytes: Buffer, size: number): string[] {
  const texts: string[] = [];
  const splitter = new LineSplitter(({ text }) => texts.push(text), urcFrames);
  const chunk = Buffer.alloc(size);
  for (let from = 0; from < bytes.length; from += size) {
    const length = bytes.copy(chunk, 0, from);
    splitter.push(length === size ? chunk : chunk.subarray(0, length), 0n);
    chunk.fill('\n');
  }
  splitter.flush();
  return texts;
}
