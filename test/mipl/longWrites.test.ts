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

  it('fails after half a minute with the reason, and its lines are forgotten', async () => {
    const { say, requests, sent } = await registered();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    say(FIRST);
    await vi.advanceTimersByTimeAsync(20_000);
    say('+MIPLWRITE:0,6,3306,0,5851,2,1,16,0,1');
    await vi.advanceTimersByTimeAsync(9_999);
    expect(requests()).toMatchObject([{ status: 'assembling' }]);
    await vi.advanceTimersByTimeAsync(1);
    expect(requests()).toMatchObject([{ status: 'failed', fault: { code: 'MIPL_INCOMPLETE' } }]);
    expect(sent).toEqual([]);
  });

  it('is whole when the rest comes in time', async () => {
    const { say, requests } = await registered();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    say('+MIPLWRITE:0,6,3306,0,5850,2,1,01,0,1', '+MIPLWRITE:0,6,3306,0,5851,2,1,16,0,0');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(requests()).toMatchObject([{ status: 'answered' }]);
  });
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
