import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BlockWrites } from '../../main/mipl/blockWrites.ts';
import type { UrcOf } from '../../main/mipl/messages.ts';
import { modelOf, registered, settle } from './rig.ts';

const PACKAGE = '/5/0/0';
const model = modelOf({
  [PACKAGE]: ['opaque', 'W', ''],
  '/5/0/3': ['integer', 'R', '0'],
  '/5/0/1': ['string', 'W', ''],
});
const block = (msgId: number, flag: number, bytes: number, hex: string): string =>
  `+MIPLWRITE:0,${msgId},5,0,0,2,${bytes},${hex.repeat(bytes)},${flag}`;

afterEach(() => void vi.useRealTimers());

describe('a long value in blocks', () => {
  it('is taken whole, and each block is answered under its own msgid', async () => {
    const { sent, say, store, requests, standings } = await registered({ dialect: 'cmcc', model });
    say(block(27496, 1, 1024, 'C7'), block(27497, 2, 1024, 'D3'));
    await settle();
    expect(store.valueOf(PACKAGE)).toBe('');
    say(block(27509, 0, 346, 'CF'));
    await settle();
    expect(sent).toEqual([27496, 27497, 27509].map((msgId) => `AT+MIPLWRITERSP=0,${msgId},2`));
    expect(store.valueOf(PACKAGE)).toBe('C7'.repeat(1024) + 'D3'.repeat(1024) + 'CF'.repeat(346));
    expect(requests().map(({ status }) => status)).toEqual(['answered', 'answered', 'answered']);
    expect(standings).toEqual([`${PACKAGE} writtenByPlatform`]);
  });

  it('is known by its text where firmware leaves the length out', async () => {
    const { sent, say, store } = await registered({ dialect: 'cmcc', model });
    const part = (msgId: number, text: string, flag: number): string =>
      `+MIPLWRITE:0,${msgId},5,0,1,1,,${text},${flag}`;
    say(part(1, 'a'.repeat(1024), 1), part(2, 'b', 0));
    await settle();
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,1,2', 'AT+MIPLWRITERSP=0,2,2']);
    expect(store.valueOf('/5/0/1')).toBe(`${'a'.repeat(1024)}b`);
  });

  it('is refused at its first block where nothing can be written', async () => {
    const { sent, say } = await registered({ dialect: 'cmcc', model });
    say(block(1, 1, 1024, 'C7').replace('5,0,0', '5,0,9'), block(2, 1, 1024, 'C7').replace('5,0,0', '5,0,3'));
    await settle();
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,1,13', 'AT+MIPLWRITERSP=0,2,14']);
  });

  it('is forgotten when the module starts anew', async () => {
    const { say, store, engine } = await registered({ dialect: 'cmcc', model });
    say(block(1, 1, 1024, 'C7'));
    await settle();
    engine.reset();
    say(block(2, 0, 2, 'CF'));
    await settle();
    expect(store.valueOf(PACKAGE)).toBe('CFCF');
  });
});

describe('blocks', () => {
  type Part = UrcOf<'+MIPLWRITE'>['params'];
  const part = (change: Partial<Part>): Part => ({
    ref: 0,
    msgId: 1,
    objectId: 5,
    instanceId: 0,
    resourceId: 0,
    valueType: 2,
    length: 1024,
    value: 'AA',
    flag: 1,
    ...change,
  });

  it.each([
    ['lines with an index', [{ index: 1 }]],
    ['a first line that is short', [{ length: 1023 }]],
    ['a last line without a first', [{ flag: 0 }]],
    ['lines of one write, which share their msgid', [{}, { flag: 2 }]],
    ['a block that comes half a minute later', [{}, { msgId: 2, flag: 2, at: 31_000 }]],
  ] as const)('are not %s', (_, changes) => {
    const blocks = new BlockWrites();
    const steps = changes.map((change) => blocks.add(part(change), 'at' in change ? change.at : 0));
    expect(steps.at(-1)).toBeUndefined();
  });

  it('begin anew when the first comes again', () => {
    const blocks = new BlockWrites();
    for (const [msgId, flag, value] of [
      [1, 1, 'AA'],
      [2, 1, 'BB'],
    ] as const)
      expect(blocks.add(part({ msgId, flag, value }), 0)).toEqual({ isLast: false });
    const last = blocks.add(part({ msgId: 3, flag: 0, value: 'CC', length: 1 }), 0);
    expect(last).toMatchObject({ isLast: true, write: { msgId: 3, parts: [{ value: 'BBCC', length: 1025 }] } });
  });

  it('whose answer was lost come again and are taken once', () => {
    const blocks = new BlockWrites();
    const lines = [
      part({ msgId: 1, flag: 1, value: 'AA' }),
      part({ msgId: 2, flag: 2, value: 'BB' }),
      part({ msgId: 3, flag: 0, value: 'CC', length: 1 }),
    ];
    const outcomes = lines.flatMap((line) => [line, line]).map((line) => blocks.add(line, 0));
    expect(outcomes.map((outcome) => outcome?.isLast)).toEqual([false, false, false, false, true, true]);
    expect(outcomes[5]).toEqual(outcomes[4]);
    expect(outcomes[5]).toMatchObject({ write: { parts: [{ value: 'AABBCC', length: 2049 }] } });
  });

  it('are over with the last: what follows is a write of its own', () => {
    const blocks = new BlockWrites();
    blocks.add(part({ msgId: 1 }), 0);
    blocks.add(part({ msgId: 2, flag: 0 }), 0);
    expect(blocks.add(part({ msgId: 3, flag: 0 }), 0)).toBeUndefined();
    expect(blocks.add(part({ msgId: 3, flag: 2 }), 0)).toBeUndefined();
  });

  it('of several resources are joined each for itself, whatever their number and however they are mixed', () => {
    const values = fc.array(fc.integer({ min: 2, max: 12 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(values, fc.infiniteStream(fc.nat()), (counts, choices) => {
        const blocks = new BlockWrites();
        const waiting = counts.map((count, resourceId) =>
          Array.from({ length: count }, (_, position) => {
            const isLast = position === count - 1;
            const value = `${resourceId}${position}`.padStart(4, '0');
            const going = position === 0 ? 1 : 2;
            const flag = isLast ? 0 : going;
            return part({ resourceId, msgId: 100 * resourceId + position, flag, value, length: isLast ? 7 : 1024 });
          }),
        );
        const expected = waiting.map((parts) => [
          parts.map(({ value }) => value).join(''),
          1024 * (parts.length - 1) + 7,
        ]);
        const whole: unknown[] = [];
        while (waiting.some((parts) => parts.length > 0)) {
          const open = waiting.filter((parts) => parts.length > 0);
          const next = open[(choices.next().value as number) % open.length]?.shift() as Part;
          const block = blocks.add(next, 0);
          if (block?.isLast) {
            const [joined] = block.write.parts;
            whole[next.resourceId] = [joined?.value, joined?.length];
          } else expect(block).toEqual({ isLast: false });
        }
        expect(whole).toEqual(expected);
      }),
    );
  });

  it('come to an end at 4096', () => {
    const blocks = new BlockWrites();
    blocks.add(part({}), 0);
    for (let msgId = 2; msgId <= 4096; msgId++)
      expect(blocks.add(part({ msgId, flag: 2 }), 0)).toEqual({ isLast: false });
    expect(blocks.add(part({ msgId: 4097, flag: 2 }), 0)).toBeUndefined();
  });
});

describe('a write whose rest does not come', () => {
  const FIRST = '+MIPLWRITE:0,6,3306,0,5850,2,1,01,0,2';

  it('is refused after ten seconds with the reason, and its lines are forgotten', async () => {
    const { say, requests, sent, store } = await registered();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    say(FIRST);
    await vi.advanceTimersByTimeAsync(5_000);
    say('+MIPLWRITE:0,6,3306,0,5851,2,1,16,0,0');
    await vi.advanceTimersByTimeAsync(4_999);
    expect(requests()).toMatchObject([{ status: 'assembling' }]);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,6,11']);
    expect(requests()).toMatchObject([
      { status: 'refused', result: 11, path: '/3306/0/5850', fault: { code: 'MIPL_INCOMPLETE' } },
    ]);
    expect([store.valueOf('/3306/0/5850'), store.valueOf('/3306/0/5851')]).toEqual(['0', '0']);
    say('+MIPLWRITE:0,6,3306,0,5853,2,1,61,0,1');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
  });

  it('is taken whole when the platform repeats it in time', async () => {
    const { say, requests, sent, store } = await registered();
    const lost = '+MIPLWRITE:0,6,3306,0,5853,2,2,6f6e,0,1';
    const last = '+MIPLWRITE:0,6,3306,0,5851,2,1,16,0,0';
    say(FIRST, last, FIRST, lost, last);
    await settle();
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,6,2']);
    expect(['5850', '5851', '5853'].map((id) => store.valueOf(`/3306/0/${id}`))).toEqual(['1', '22', 'on']);
    expect(requests()).toMatchObject([{ status: 'answered', payload: '5850=01 5853=6f6e 5851=16' }]);
  });

  it('is whole when the rest comes in time', async () => {
    const { say, requests } = await registered();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    say('+MIPLWRITE:0,6,3306,0,5850,2,1,01,0,1', '+MIPLWRITE:0,6,3306,0,5851,2,1,16,0,0');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(requests()).toMatchObject([{ status: 'answered' }]);
  });
});

describe('a write of several resources', () => {
  const written = (store: { valueOf(path: string): string | undefined }) =>
    ['5850', '5851', '5853'].map((id) => store.valueOf(`/3306/0/${id}`));

  it.each([
    ['the document: flag 0 throughout, index down to 0', 'cis', ['0,2', '0,1', '0,0']],
    ['Xinyi: flags 1, 2 and 0, index down to 0', 'cis', ['1,2', '2,1', '0,0']],
    ['China Mobile: flags 1, 2 and 0, no index', 'cmcc', ['1', '2', '0']],
  ] as const)('is one request with one answer as marked by %s', async (_, dialect, [first, second, third]) => {
    const { say, sent, store, requests } = await registered({ dialect });
    say(
      `+MIPLWRITE:0,9,3306,0,5850,2,1,01,${first}`,
      `+MIPLWRITE:0,10,3306,0,5852,2,1,07,${dialect === 'cis' ? '0,0' : '0'}`,
      `+MIPLWRITE:0,9,3306,0,5851,2,1,16,${second}`,
      `+MIPLWRITE:0,9,3306,0,5851,2,1,16,${second}`,
    );
    await settle();
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,10,2']);
    say(`+MIPLWRITE:0,9,3306,0,5853,2,2,6f6e,${third}`, `+MIPLWRITE:0,9,3306,0,5853,2,2,6f6e,${third}`);
    await settle();
    expect(sent.slice(1)).toEqual(['AT+MIPLWRITERSP=0,9,2']);
    expect(written(store)).toEqual(['1', '22', 'on']);
    expect(requests()).toMatchObject([{ path: '/3306/0', status: 'answered' }, { path: '/3306/0/5852' }]);
  });
});

describe('the value of a write', () => {
  const text = modelOf({ '/3306/0/5750': ['string', 'RW', 'lamp'] });

  it.each([
    ['481 bytes, more than the document allows', `2,481,${'61'.repeat(481)},0,0`, 'a'.repeat(481)],
    ['2043 bytes, all that one message of 2 KB holds', `2,2043,${'61'.repeat(2043)},0,0`, 'a'.repeat(2043)],
    ['nothing', '2,0,,0,0', ''],
    ['nothing between quotes', '1,0,"",0,0', ''],
    ['commas between quotes', '1,5,"a,b,c",0,0', 'a,b,c'],
    ['commas without quotes', '1,5,a,b,c,0,0', 'a,b,c'],
    ['commas alone', '1,2,,,,0,0', ',,'],
    ['commas and numbers without quotes', '1,5,1,2,3,0,0', '1,2,3'],
    ['characters of several bytes and commas without quotes', '1,7,开,关,0,0', '开,关'],
    ['a quote', '1,3,a"b,0,0', 'a"b'],
    ['quotes between quotes', '1,4,"a""b",0,0', 'a""b'],
    ['quotes and commas without quotes', '1,7,"a",b"c,0,0', '"a",b"c'],
  ])('may be %s', async (_, tail, value) => {
    const { say, sent, store } = await registered({ model: text });
    say(`+MIPLWRITE:0,9,3306,0,5750,${tail}`);
    await settle();
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,9,2']);
    expect(store.valueOf('/3306/0/5750')).toBe(value);
  });

  it.each([
    ['commas without quotes', '1,5,a,b,c,0', 'a,b,c'],
    ['a comma without quotes, as long as a line with an index', '1,3,a,b,0', 'a,b'],
    ['commas between quotes', '1,5,"a,b,c",0', 'a,b,c'],
    ['nothing', '2,0,,0', ''],
  ])('may be %s where there is no index', async (_, tail, value) => {
    const { say, store } = await registered({ model: text, dialect: 'cmcc' });
    say(`+MIPLWRITE:0,9,3306,0,5750,${tail}`);
    await settle();
    expect(store.valueOf('/3306/0/5750')).toBe(value);
  });

  it.each(['1,4,a,b,c,0,0', '1,9,a,b,c,0,0', '1,x,a,b,0,0', '1,3,a,b,0,0,0,0,0'])(
    'that does not fit its length is not guessed at but refused: %s',
    async (tail) => {
      const { say, sent, store } = await registered({ model: text });
      say(`+MIPLWRITE:0,9,3306,0,5750,${tail}`);
      await settle();
      expect(sent).toEqual(['AT+MIPLWRITERSP=0,9,11']);
      expect(store.valueOf('/3306/0/5750')).toBe('lamp');
    },
  );
});

describe('objects of the module', () => {
  it('are shown and not answered where the module answers for them', async () => {
    const { say, sent, requests } = await registered({ dialect: 'cmcc' });
    say('+MIPLREAD:0,39123,3,0,-1,0', '+MIPLOBSERVE:0,200588,1,4,0,-1', '+MIPLREAD:0,39124,3303,0,5700');
    await settle();
    expect(requests().map(({ status }) => status)).toEqual(['shown', 'shown', 'answered']);
    expect(sent).toHaveLength(1);
  });

  it('are answered by us where the model has them', async () => {
    const own = await registered({ dialect: 'cmcc', model });
    own.say('+MIPLREAD:0,7,5,0,3');
    await settle();
    expect(own.sent).toEqual(['AT+MIPLREADRSP=0,7,1,5,0,3,3,4,0,0,0']);
  });

  it('are announced no more once they were taken out of the suite, until it is created anew', async () => {
    const { engine, sent } = await registered({
      dialect: 'cmcc',
      reply: (line) => (line.includes('OPEN') ? ['OK', '+MIPLEVENT:0,6'] : ['OK']),
    });
    const announced = async (): Promise<number> => {
      sent.length = 0;
      await engine.register({ lifetimeSeconds: 60, timeoutSeconds: 30 });
      return sent.filter((line) => line.startsWith('AT+MIPLDISCOVERRSP')).length;
    };
    await engine.deleteObject(3306);
    expect(await announced()).toBe(1);
    await engine.prepareSuite();
    expect(await announced()).toBe(2);
  });
});
