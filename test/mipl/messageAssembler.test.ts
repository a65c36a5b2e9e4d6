import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UrcOf } from '../../main/mipl/messages.ts';
import { MessageAssembler } from '../../main/mipl/messageAssembler.ts';

type WriteParams = UrcOf<'+MIPLWRITE'>['params'];

/** How firmware marks the lines of one write: index and flag 0 (document), index and 1, 2, 0 (Xinyi), 1, 2, 0 alone (cmcc). */
const styles = ['document', 'xinyi', 'cmcc'] as const;
type Style = (typeof styles)[number];

function marksOf(style: Style, position: number, count: number): Pick<WriteParams, 'flag' | 'index'> {
  const index = count - 1 - position;
  const going = position === 0 ? 1 : 2;
  const flag = index === 0 ? 0 : going;
  if (style === 'cmcc') return { flag };
  return { flag: style === 'xinyi' ? flag : 0, index };
}

const writeAssembler = () => new MessageAssembler<WriteParams>(({ value }) => value);

/** The lines of a write of `count` resources. */
function linesOf(style: Style, msgId: number, count: number): WriteParams[] {
  return Array.from({ length: count }, (_, position) => ({
    ref: 0,
    msgId,
    objectId: 3306,
    instanceId: 0,
    resourceId: 5850 + position,
    valueType: 2,
    length: 1,
    value: `0${position}`,
    ...marksOf(style, position, count),
  }));
}

function addAll(assembler: MessageAssembler<WriteParams>, lines: readonly WriteParams[]) {
  return lines.flatMap((line) => assembler.add(line) ?? []);
}

describe.each(styles)('lines marked as %s does', (style) => {
  const lines = (count: number, msgId = 7): WriteParams[] => linesOf(style, msgId, count);

  it('are whole with the last, in their order', () => {
    expect(addAll(writeAssembler(), lines(4))).toEqual([{ ref: 0, msgId: 7, parts: lines(4) }]);
  });

  it('are whole at once where there is one', () => {
    expect(addAll(writeAssembler(), lines(1))).toHaveLength(1);
  });

  it('that come twice each are one write', () => {
    const twice = lines(4).flatMap((line) => [line, line]);
    expect(addAll(writeAssembler(), twice.slice(0, -1))).toEqual([{ ref: 0, msgId: 7, parts: lines(4) }]);
  });

  it('that come again from the start are one write', () => {
    const [first, second, third] = lines(3) as [WriteParams, WriteParams, WriteParams];
    const assembler = writeAssembler();
    for (const line of [first, second, first, second]) expect(assembler.add(line)).toBeUndefined();
    expect(assembler.add(third)?.parts).toEqual([first, second, third]);
  });

  it('may be mixed with those of other writes', () => {
    const [one, other] = [lines(3, 1), lines(3, 2)];
    const mixed = one.flatMap((line, position) => [line, other[position] as WriteParams]);
    expect(addAll(writeAssembler(), mixed).map(({ msgId, parts }) => [msgId, parts])).toEqual([
      [1, one],
      [2, other],
    ]);
  });

  it('are forgotten when the module starts anew, or the rest does not come', () => {
    for (const forget of [
      (assembler: MessageAssembler<WriteParams>) => assembler.clear(),
      (assembler: MessageAssembler<WriteParams>) => assembler.drop(7),
    ]) {
      const assembler = writeAssembler();
      const [first, ...rest] = lines(3) as [WriteParams, ...WriteParams[]];
      assembler.add(first);
      forget(assembler);
      expect(addAll(assembler, rest).filter(({ parts }) => parts.length === 3)).toEqual([]);
    }
  });
});

describe('a line that was lost', () => {
  it.each([
    ['document', 1],
    ['document', 2],
    ['xinyi', 0],
    ['xinyi', 1],
    ['xinyi', 2],
    ['cmcc', 0],
  ] as const)('is missed where it shows, and the repetition fills it in: %s, line %i of 4', (style, lost) => {
    const assembler = writeAssembler();
    const lines = linesOf(style, 7, 4);
    expect(addAll(assembler, lines.toSpliced(lost, 1))).toEqual([]);
    expect(addAll(assembler, lines)[0]).toEqual({ ref: 0, msgId: 7, parts: lines });
  });

  it('makes nothing whole as the last one', () => {
    for (const style of styles) {
      expect(addAll(writeAssembler(), linesOf(style, 7, 4).slice(0, -1))).toEqual([]);
    }
  });
});

describe('whatever comes', () => {
  const shape = fc.tuple(fc.constantFrom(...styles), fc.integer({ min: 1, max: 6 }));

  it('writes of different msgids are assembled however their lines are mixed and repeated', () => {
    fc.assert(
      fc.property(
        fc.array(shape, { minLength: 1, maxLength: 20 }),
        fc.infiniteStream(fc.nat()),
        fc.infiniteStream(fc.boolean()),
        (shapes, choices, repeats) => {
          const lines = shapes.map(([style, count], msgId) => linesOf(style, msgId, count));
          const waiting = lines.map((parts) => [...parts]);
          const assembler = writeAssembler();
          const whole = new Map<number, readonly WriteParams[]>();
          while (waiting.some((parts) => parts.length > 0)) {
            const open = waiting.filter((parts) => parts.length > 0);
            const chosen = open[(choices.next().value as number) % open.length] as WriteParams[];
            const next = chosen.shift() as WriteParams;
            // The ledger keeps repetitions of what is whole away.
            const times = chosen.length > 0 && repeats.next().value === true ? 2 : 1;
            for (let time = 0; time < times; time++) {
              const write = assembler.add(next);
              if (write) whole.set(write.msgId, write.parts);
            }
          }
          expect([...whole.entries()].sort(([a], [b]) => a - b)).toEqual(lines.map((parts, id) => [id, parts]));
        },
      ),
    );
  });

  it('lines with an index are whole only with every one of them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('document', 'xinyi'),
        fc.integer({ min: 2, max: 8 }),
        fc.nat(),
        (style, count, at) => {
          const lines = linesOf(style, 7, count);
          // All but the first: without it the rest may be a smaller write.
          const lost = 1 + (at % (count - 1));
          expect(addAll(writeAssembler(), lines.toSpliced(lost, 1))).toEqual([]);
        },
      ),
    );
  });

  it('the oldest of more than 64 unfinished writes goes', () => {
    const assembler = writeAssembler();
    const [first, last] = [linesOf('document', 0, 2)[0], linesOf('document', 0, 2)[1]] as [WriteParams, WriteParams];
    for (let msgId = 0; msgId <= 64; msgId++) assembler.add({ ...first, msgId });
    expect(assembler.add({ ...last, msgId: 64 })?.parts).toHaveLength(2);
    expect(assembler.add({ ...last, msgId: 0 })?.parts).toHaveLength(1);
  });

  it('no more than 1024 lines are kept of one write', () => {
    const assembler = writeAssembler();
    const [line] = linesOf('document', 7, 1) as [WriteParams];
    for (let index = 1100; index > 0; index--) assembler.add({ ...line, index });
    expect(assembler.add(line)).toBeUndefined();
  });
});
