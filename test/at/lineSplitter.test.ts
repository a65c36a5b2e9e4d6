import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counted, integer, line, optional, raw } from '../../main/at/codec.ts';
import { lineFrames } from '../../main/at/lineFrames.ts';
import { LineSplitter, maximumLineBytes } from '../../main/at/lineSplitter.ts';
import type { AtLine } from '../../main/at/lineSplitter.ts';

/** All lines of the chunks, the i-th arriving at i nanoseconds; the rest flushed. */
function split(...chunks: (string | Uint8Array)[]): AtLine[] {
  const lines: AtLine[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const [index, chunk] of chunks.entries()) {
    splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk, BigInt(index));
  }
  splitter.flush();
  return lines;
}
const texts = (lines: readonly AtLine[]): string[] => lines.map(({ text }) => text);

describe('LineSplitter', () => {
  it('splits at CR, at LF and at both, and drops empty lines', () => {
    expect(texts(split('\r\nA\rB\nC\r\n\r\n\r\nD\n'))).toEqual(['A', 'B', 'C', 'D']);
  });

  it('keeps spaces as they are', () => {
    expect(texts(split('  +X : 1 \r\n'))).toEqual(['  +X : 1 ']);
  });

  it('joins a line that comes in pieces', () => {
    expect(texts(split('+MIPL', 'READ: 0', ',1\r', '\n'))).toEqual(['+MIPLREAD: 0,1']);
  });

  it('is at rest only where no line is under way', () => {
    const splitter = new LineSplitter(() => {});
    const after = (chunk: string): boolean => {
      splitter.push(Buffer.from(chunk), 0n);
      return splitter.isAtRest;
    };
    expect(splitter.isAtRest).toBe(true);
    expect(after('O')).toBe(false);
    expect(after('K\r\n')).toBe(true);
    expect(after('x'.repeat(maximumLineBytes))).toBe(false);
    expect(after('\r\n')).toBe(true);
  });

  it('carries the times of the first byte and of the separator', () => {
    const [first, second] = split('one\r\n', 'tw', 'o', '\r\n');
    expect(first).toMatchObject({ startedNs: 0n, finishedNs: 0n });
    expect(second).toMatchObject({ startedNs: 1n, finishedNs: 3n });
  });

  it('carries place and length in bytes', () => {
    expect(split('\r\n温度\r', '\nOK\r\n')).toMatchObject([
      { text: '温度', offset: 2, length: 6 },
      { text: 'OK', offset: 10, length: 2 },
    ]);
  });

  it('decodes UTF-8 that was cut inside a character', () => {
    const bytes = Buffer.from('温度\n');
    expect(split(bytes.subarray(0, 1), bytes.subarray(1, 4), bytes.subarray(4))).toMatchObject([
      { text: '温度', damaged: false },
    ]);
  });

  it('replaces malformed bytes by U+FFFD and says so', () => {
    expect(split(Uint8Array.of(0x41, 0xff, 0x42, 0x0a))).toMatchObject([{ text: 'A\uFFFDB', damaged: true }]);
  });

  it('takes no byte above 7F for a character of its own', () => {
    expect(split(Uint8Array.of(0x80, 0x0a), Uint8Array.of(0x80), Uint8Array.of(0x0a))).toMatchObject([
      { text: '\uFFFD', damaged: true },
      { text: '\uFFFD', damaged: true },
    ]);
  });

  it('takes U+FFFD that was really sent for undamaged', () => {
    expect(split('\uFFFD\n')).toMatchObject([{ damaged: false }]);
  });

  it('does not let an earlier line spoil the next', () => {
    expect(split('é', '\nplain', '\n')).toMatchObject([{ text: 'é' }, { text: 'plain', damaged: false }]);
  });

  it('reads a view that does not begin at the start of its buffer', () => {
    const whole = new TextEncoder().encode('xxOK\r\nyy');
    expect(texts(split(new Uint8Array(whole.buffer, 2, 4)))).toEqual(['OK']);
  });

  it('does not flag a line of exactly the longest length', () => {
    const line = 'x'.repeat(maximumLineBytes);
    expect(split(`${line}\r\n`)).toMatchObject([{ text: line, cut: false, partial: false }]);
  });

  it('cuts a longer line and flags all its pieces', () => {
    const lines = split('x'.repeat(maximumLineBytes), `y\nz\n`);
    expect(lines).toMatchObject([
      { cut: true, length: maximumLineBytes },
      { text: 'y', cut: true },
      { text: 'z', cut: false },
    ]);
  });

  it('keeps no more than one line of 64 KB without newline', () => {
    const splitter = new LineSplitter(() => undefined);
    for (let count = 0; count < 1024; count++) {
      splitter.push(Buffer.alloc(64, 0x78), 0n);
      expect(splitter.pendingBytes).toBeLessThanOrEqual(maximumLineBytes);
    }
  });

  it('flushes what is open as a partial line', () => {
    expect(split('OK\r\n> ')).toMatchObject([
      { text: 'OK', partial: false },
      { text: '> ', partial: true, offset: 4, length: 2, cut: false },
    ]);
  });

  it('flushes nothing when no line is open', () => {
    expect(split('OK\r\n')).toHaveLength(1);
  });

  it('begins a new line after a flush', () => {
    const lines: AtLine[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    splitter.push(Buffer.from('x'.repeat(maximumLineBytes + 1)), 0n);
    splitter.flush();
    splitter.push(Buffer.from('OK\r\n'), 1n);
    expect(lines).toMatchObject([
      { cut: true },
      { cut: true, partial: true },
      { text: 'OK', cut: false, startedNs: 1n },
    ]);
  });
});

describe('noise before the line of a start', () => {
  it.each(['BC95', 'RDY', 'REBOOT_CAUSE_APPLICATION_AT', 'Neul', '+MIPLREAD: 0,1,3303,0,5700', 'OK'])(
    'falls away where a module that wakes prints it before %s',
    (text) => {
      const noise = Buffer.of(0xff, 0xfe, 0x00, 0xf8);
      const [first] = split(Buffer.concat([noise, Buffer.from(`${text}\r\n`)]));
      expect(first).toMatchObject({ text, strayBytes: noise.length, damaged: false });
    },
  );
});

describe('LineSplitter, for any bytes', () => {
  /** Bytes as they come from a line: text, separators, noise. */
  const stream = fc
    .array(
      fc.oneof(
        fc.uint8Array({ maxLength: 30 }),
        fc
          .constantFrom('\r\n', '\r', '\n', 'OK', '+MIPLREAD: 0,1', '温度', 'x'.repeat(3000))
          .map((text) => Buffer.from(text)),
      ),
      { maxLength: 20 },
    )
    .map((parts) => Buffer.concat(parts));
  const cuts = fc.array(fc.nat({ max: 12_000 }), { maxLength: 12 });
  const cutAt = (bytes: Buffer, places: readonly number[]): Buffer[] => {
    const sorted = [0, ...[...places].sort((left, right) => left - right), bytes.length];
    return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
  };
  const untimed = (lines: readonly AtLine[]) => lines.map(({ startedNs: _, finishedNs: __, ...line }) => line);

  it('gives the same lines whatever the cut', () => {
    fc.assert(
      fc.property(stream, cuts, (bytes, places) => {
        expect(untimed(split(...cutAt(bytes, places)))).toEqual(untimed(split(bytes)));
      }),
    );
  });

  it('accounts for every byte: lines and separators make the stream', () => {
    fc.assert(
      fc.property(stream, cuts, (bytes, places) => {
        const isSeparator = (byte: number): boolean => byte === 0x0a || byte === 0x0d;
        let place = 0;
        for (const { offset, length, strayBytes, strayBytesBehind } of split(...cutAt(bytes, places))) {
          expect(bytes.subarray(place, offset - strayBytes).every(isSeparator)).toBe(true);
          place = offset + length + strayBytesBehind;
          expect(bytes.subarray(offset, place).some(isSeparator)).toBe(false);
        }
        expect(bytes.subarray(place).every(isSeparator)).toBe(true);
      }),
    );
  });

  it('says damaged exactly when the bytes are not the text', () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        for (const { text, offset, length, damaged } of split(bytes)) {
          expect(damaged).toBe(!Buffer.from(text).equals(bytes.subarray(offset, offset + length)));
        }
      }),
    );
  });
});

/** The two ways of the message table, without its names. */
const frames = lineFrames([
  line('+WRITE', {
    id: integer(),
    valueType: integer(0, 6),
    length: optional(integer()),
    value: counted({ isTyped: true, isStrict: true }),
    flag: integer(0, 2),
    index: optional(integer()),
  }),
  line('+EXECUTE', { id: integer(), length: optional(integer()), value: optional(counted({ isStrict: true })) }),
  line('+LIST', { length: integer(), value: counted({ isPlain: true }) }),
  line('+SHORT', { length: integer(), value: counted({ isStrict: true }) }),
  line('+OTHER', { text: raw() }),
]);

/** As {@link split}; a chunk may come with a time of its own, milliseconds. */
function frame(...chunks: (string | Buffer | readonly [text: string, atMs: number])[]): AtLine[] {
  const lines: AtLine[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), frames);
  for (const chunk of chunks) {
    const [bytes, atMs] = typeof chunk === 'string' || Buffer.isBuffer(chunk) ? [chunk, 0] : chunk;
    splitter.push(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, BigInt(atMs) * 1_000_000n);
  }
  splitter.flush();
  return lines;
}

describe('a value with a line break inside', () => {
  it.each([
    ['between quotes', '+WRITE: 1,1,6,"a\r\nb,c",0,0'],
    ['bare', '+WRITE: 1,1,6,a\r\nb,c,0,0'],
    ['CR alone', '+WRITE: 1,1,3,"a\rb",0'],
    ['LF alone', '+WRITE: 1,1,3,"a\nb",0'],
    ['with the length as the first parameter', '+SHORT: 4,"a\r\nb"'],
    ['several', '+WRITE: 1,1,8,"\r\n\r\na\n\r\n",0'],
    ['at its end, bare, with nothing behind', '+EXECUTE: 1,4,ab\r\n'],
    ['at its end, between quotes, with nothing behind', '+EXECUTE: 1,6,"reset\n"'],
    ['nothing but one', '+EXECUTE: 1,1,"\r"'],
    ['CR LF counted as one', '+WRITE: 1,1,5,"a\r\nb,c",0,0'],
    ['that reads OK', '+WRITE: 1,1,7,"a\r\nOK\r\n",0,0'],
    ['that reads a URC', '+WRITE: 1,1,17,"\r\n+OTHER: 1\r\nOK\r\n",0,0'],
    ['that reads a whole line of its kind', '+EXECUTE: 1,24,"+WRITE: 1,1,3,"a\r\nb",0,0\n"'],
    ['that looks like its end', '+WRITE: 1,1,10,"a",0,0\r\nb",0,0'],
    ['in text of several bytes a character', '+WRITE: 1,1,8,"温\r\n度",0,0'],
    ['small letters in the name, blanks before it', '  +write : 1, 1, 4, "a\r\nb", 0, 0'],
    ['stray bytes before it', '\0\0+WRITE: 1,1,4,"a\r\nb",0,0'],
    ['the value behind breaks', '+WRITE:1,2,4,\r\n\r\n01020304,1'],
  ])('stays one line: %s', (_, text) => {
    const stream = `\r\n${text}\r\n\r\nOK\r\n`;
    expect(texts(frame(stream))).toEqual([text.replaceAll('\0', ''), 'OK']);
    expect(texts(frame(...stream))).toEqual([text.replaceAll('\0', ''), 'OK']);
  });

  it('carries place, length and the times of its first byte and its end', () => {
    expect(frame(['OK\r\n+WRITE: 1,1,3,"a', 1], ['\n', 2], ['b",0\r\n', 3])).toMatchObject([
      { text: 'OK' },
      { offset: 4, length: 21, startedNs: 1_000_000n, finishedNs: 3_000_000n },
    ]);
  });

  it.each([
    ['numbers, whose length is a width', '+WRITE: 1,4,8,20.5,0,0'],
    ['a length that is empty', '+WRITE: 1,1,,a,0,0'],
    ['a length that is none', '+WRITE: 1,1,-5,a,0,0'],
    ['a list that never holds breaks', '+LIST: 90,"pmin=1"'],
    ['a line that is cut off before its value', '+WRITE: 1,1,5'],
    ['a name of the table without a colon', '+WRITE 1,1,50,a'],
    ['another name', '+OTHER: 1,1,50,a'],
    ['hex', '+WRITE: 1,2,4,01020304,0,0'],
    ['a value that is whole', '+EXECUTE: 1,4,"on"'],
    ['a length beyond the longest line', `+WRITE: 1,1,${maximumLineBytes},"a",0,0`],
    ['a text that is longer than its length', '+WRITE: 1,1,2,"abcdef",0,0'],
  ])('is not waited for: %s', (_, text) => {
    const lines: AtLine[] = [];
    const splitter = new LineSplitter((line) => lines.push(line), frames);
    splitter.push(Buffer.from(`${text}\r\n`), 0n);
    expect(splitter.isHolding).toBe(false);
    expect(texts(lines)).toEqual([text]);
  });
});

it('lines of a table without counted values, or with one, are found all the same', () => {
  const bytes = Buffer.from('+ONE: 5,"a');
  expect(lineFrames([]).missing(bytes, 0, bytes.length, false)).toBe(0);
  const one = lineFrames([line('+ONE', { length: integer(), value: counted() })]);
  expect(one.missing(bytes, 0, bytes.length, false)).toBe(3);
  expect(one.missing(Buffer.from('-'), 0, 1, false)).toBe(0);
});

describe('a length that is a little wrong', () => {
  it.each([
    ['one too many', '+WRITE: 1,1,7,"a\r\nb,c",0,0'],
    ['two too many', '+WRITE: 1,1,8,"a\r\nb,c",0,0'],
    ['two too few', '+WRITE: 1,1,4,"a\r\nb,c",0,0'],
    ['some breaks not counted', '+WRITE: 1,1,10,"abcd\r\n\r\nefgh\r\n",0'],
    ['one too few, and OK behind the break', '+WRITE: 1,1,5,"ab\r\nOK",0,0'],
    ['one too few, and a URC behind the break', '+WRITE: 1,1,13,"ab\r\n+OTHER: 9",0,0'],
    ['one too few, and nothing behind the text', '+EXECUTE: 1,3,"a\nb""'],
  ])('leaves one line: %s', (_, text) => {
    const stream = `\r\n${text}\r\n\r\nOK\r\n+OTHER: 1\r\n`;
    expect(texts(frame(stream))).toEqual([text, 'OK', '+OTHER: 1']);
    expect(texts(frame(...stream))).toEqual([text, 'OK', '+OTHER: 1']);
  });

  it.each([
    ['bare text that lost its end', '+EXECUTE: 1,4,ab', 'OK'],
    ['text that lost its closing quote', '+WRITE: 1,1,6,"abc', '+WRITE: 2,1,3,"abc",0,0'],
  ])('swallows no other line: %s', (_, cutOff, next) => {
    expect(texts(frame(`${cutOff}\r\n${next}\r\nOK\r\n+OTHER: 1\r\n`))).toEqual([cutOff, next, 'OK', '+OTHER: 1']);
  });
});

describe('a length that is wrong', () => {
  const lying = '+WRITE: 1,1,500,"abc",0,0';

  it('gives all lines back when nothing more comes, in their order', () => {
    expect(texts(frame(`${lying}\r\n\r\n+OTHER: 1\r\n\r\nOK\r\n> `))).toEqual([lying, '+OTHER: 1', 'OK', '> ']);
  });

  it('gives them back when the next byte comes a second later, with the times they had', () => {
    expect(frame([`${lying}\r\n`, 100], ['OK\r\n', 1101])).toMatchObject([
      { text: lying, startedNs: 100_000_000n, finishedNs: 100_000_000n, partial: false },
      { text: 'OK', finishedNs: 1_101_000_000n, partial: false },
    ]);
  });

  it('holds a module that never falls silent for ten seconds at most', () => {
    const splitter = new LineSplitter(() => seen++, frames);
    let seen = 0;
    splitter.push(Buffer.from('+WRITE: 1,1,8000,"abc",0,0\r\n'), 0n);
    for (let ms = 500; ms <= 10_000; ms += 500) splitter.push(Buffer.from('+OTHER: 1\r\n'), BigInt(ms) * 1_000_000n);
    expect(seen).toBe(0);
    splitter.push(Buffer.from('+OTHER: 1\r\n'), 10_001_000_000n);
    expect(seen).toBe(22);
  });

  it('gives them back as soon as the bytes are there and do not fit', () => {
    const few = '+WRITE: 1,1,12,"abc",0,0';
    const lines: AtLine[] = [];
    const splitter = new LineSplitter((line) => lines.push(line), frames);
    splitter.push(Buffer.from(`${few}\r\n+OTHER: 12\r\nOK\r\n`), 7n);
    expect(lines).toMatchObject([
      { text: few, offset: 0, length: few.length },
      { text: '+OTHER: 12', offset: few.length + 2, length: 10, finishedNs: 7n },
      { text: 'OK', offset: few.length + 14 },
    ]);
  });

  it('may be followed by one that is right', () => {
    const right = '+WRITE: 2,1,4,"a\r\nb",0,0';
    expect(texts(frame(`+EXECUTE: 1,30,x\r\n${right}\r\nOK\r\n`))).toEqual(['+EXECUTE: 1,30,x', right, 'OK']);
  });

  it('gives them back before a line passes the longest there is', () => {
    const other = `+OTHER: ${'x'.repeat(5000)}`;
    expect(texts(frame(`+WRITE: 1,1,6000,"abc",0,0\r\n${other}\r\n${other}\r\nOK\r\n`))).toEqual([
      '+WRITE: 1,1,6000,"abc",0,0',
      other,
      other,
      'OK',
    ]);
  });
});

describe('stray bytes of a port that wakes', () => {
  it.each([
    ['NUL', [0, 0], '+OTHER: 1'],
    ['form feed', [0x0c], '+OTHER: 1'],
    ['XON and XOFF', [0x11, 0x13], 'OK'],
    ['FF', [0xff], '+OTHER: 1'],
    ['noise', [0xf8, 0x00, 0x80, 0x7f], '*READY: 1'],
    ['FF before a result', [0xff], 'OK'],
    ['FF before an error', [0xff, 0xfe], 'ERROR'],
  ])('fall away before a line: %s', (_, stray, text) => {
    const [line] = split(Buffer.concat([Buffer.from(stray), Buffer.from(`${text}\r\n`)]));
    expect(line).toMatchObject({
      text,
      strayBytes: stray.length,
      offset: stray.length,
      length: text.length,
      damaged: false,
    });
  });

  it.each([
    ['characters of UTF-8', '温度+OTHER: 1'],
    ['text that is no head', Buffer.from([0xd6, 0xd0, 0x41, 0x54])],
    ['nothing but control characters', '\0\0'],
    ['a tab', '\t+OTHER: 1'],
  ])('are not: %s', (_, bytes) => {
    const chunk = Buffer.from(bytes as string);
    expect(split(chunk, '\r\n')).toMatchObject([{ strayBytes: 0, length: chunk.length }]);
  });
});

describe('stray bytes behind a line', () => {
  it.each([
    ['NUL that ends a text in C', 'RDY', [0]],
    ['NUL behind an event', '+OTHER: 6', [0, 0]],
    ['bell', 'OK', [0x07]],
    ['XOFF', '+OTHER: 1', [0x13]],
    ['FF', '+OTHER: 1', [0xff]],
    ['noise behind a start', 'RDY', [0xf8, 0x00, 0x80]],
    ['NUL behind a request', '+WRITE: 1,1,3,"abc",0,0', [0]],
    ['NUL behind a value with breaks', '+WRITE: 1,1,4,"a\r\nb",0,0', [0]],
    ['NUL behind arguments that are whole', '+EXECUTE: 1,2,ab', [0]],
  ])('fall away: %s', (_, text, stray) => {
    const lines = frame(Buffer.concat([Buffer.from(text), Buffer.from(stray), Buffer.from('\r\nOK\r\n')]));
    expect(texts(lines)).toEqual([text, 'OK']);
    const [{ length }, strayBytesBehind] = [text, stray.length];
    expect(lines[0]).toMatchObject({ strayBytes: 0, strayBytesBehind, offset: 0, length, damaged: false });
  });

  it.each([
    ['what the length counts', '+EXECUTE: 1,3,ab\0'],
    ['characters of UTF-8', '+OTHER: 温'],
    ['text of another character set', Buffer.from([0x41, 0x54, 0xd6, 0xd0])],
    ['a tab', '+OTHER: 1\t'],
  ])('are not: %s', (_, bytes) => {
    const chunk = Buffer.from(bytes as string);
    expect(frame(Buffer.concat([chunk, Buffer.from('\r\n')]))).toMatchObject([
      { strayBytesBehind: 0, length: chunk.length },
    ]);
  });
});

describe('lines with values of counted length, for any bytes', () => {
  const part = fc.constantFrom(
    '"',
    ',',
    '\r',
    '\n',
    '\r\n',
    ' ',
    'a',
    '温',
    'OK',
    '+OTHER: 1',
    '",0,0',
    '\r\nOK\r\n',
    '+WRITE: 1,1,9,"',
  );
  const value = fc.array(part, { maxLength: 10 }).map((parts) => parts.join(''));
  const request = fc
    .tuple(fc.constantFrom('quoted', 'bare', 'arguments', 'hex'), value) // The same bytes are bare text of that length; the parser takes them for that.
    .filter(([form, text]) => form !== 'arguments' || !/"[\r\n]$/.test(text))
    .map(([form, text]) => {
      const length = Buffer.byteLength(text);
      if (form === 'quoted') return `+WRITE: 1,1,${length},"${text}",0,0`;
      if (form === 'bare') return `+WRITE: 1,1,${length},${text},0`;
      if (form === 'arguments') return `+EXECUTE: 1,${length},"${text}"`;
      return `+WRITE: 1,2,${length},${Buffer.from(text).toString('hex')},0,0`;
    });
  const other = fc.constantFrom('OK', '+OTHER: 5', 'ERROR', '+CSQ:20,99');
  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 20 });
  const pieces = (bytes: Buffer, places: readonly number[]): Buffer[] => {
    const sorted = [0, ...[...places].sort((left, right) => left - right), bytes.length];
    return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], Math.max(end, sorted[index] as number)));
  };

  it('come whole, wherever the chunks are cut, and what stands around them too', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(request, other), { maxLength: 6 }), cuts, (wanted, places) => {
        const stream = Buffer.from(wanted.map((text) => `\r\n${text}\r\n`).join(''));
        const lines: AtLine[] = [];
        const splitter = new LineSplitter((line) => lines.push(line), frames);
        for (const chunk of pieces(stream, places)) splitter.push(chunk, 0n);
        expect(texts(lines)).toEqual(wanted);
      }),
      { numRuns: 1000 },
    );
  });

  it('lose no byte, whatever the lengths say', () => {
    const wrong = fc.tuple(fc.nat({ max: 60 }), value).map(([length, text]) => `+WRITE: 1,1,${length},"${text}",0,0`);
    const isSeparator = (byte: number): boolean => byte === 0x0a || byte === 0x0d;
    fc.assert(
      fc.property(fc.array(fc.oneof(wrong, request, other), { maxLength: 8 }), cuts, (wanted, places) => {
        const stream = Buffer.from(wanted.map((text) => `${text}\r\n`).join(''));
        const lines: AtLine[] = [];
        const splitter = new LineSplitter((line) => lines.push(line), frames);
        for (const chunk of pieces(stream, places)) splitter.push(chunk, 0n);
        splitter.flush();
        let place = 0;
        for (const { text, offset, length } of lines) {
          expect(stream.subarray(place, offset).every(isSeparator)).toBe(true);
          place = offset + length;
          expect(stream.toString('utf8', offset, place)).toBe(text);
        }
        expect(stream.subarray(place).every(isSeparator)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
