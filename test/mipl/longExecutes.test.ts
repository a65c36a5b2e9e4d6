import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registered, settle } from './rig.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A registered engine that was told lines, and what it made of them. */
async function told(...lines: readonly string[]) {
  const station = await registered();
  const executed: [path: string, args: string][] = [];
  station.store.onExecute((path, args) => executed.push([path, args]));
  station.say(...lines);
  await settle();
  return { ...station, executed };
}

describe('an execute that the module prints in several lines', () => {
  const all = ['/3303/0/5605', `0='a',1='b'`] as [string, string];

  it.each([
    ['flag and index', [`+MIPLEXECUTE: 0,5,3303,0,5605,5,0='a',1,1`, `+MIPLEXECUTE: 0,5,3303,0,5605,6,,1='b',0,0`]],
    ['the flag alone', [`+MIPLEXECUTE:0,5,3303,0,5605,5,"0='a'",1`, `+MIPLEXECUTE:0,5,3303,0,5605,6,",1='b'",0`]],
    ['the index alone', [`+MIPLEXECUTE: 0,5,3303,0,5605,5,0='a',0,1`, `+MIPLEXECUTE: 0,5,3303,0,5605,6,,1='b',0,0`]],
    [
      'three flags',
      [
        '+MIPLEXECUTE:0,5,3303,0,5605,3,"0=\'",1',
        '+MIPLEXECUTE:0,5,3303,0,5605,4,"a\',1",2',
        `+MIPLEXECUTE:0,5,3303,0,5605,4,"='b'",0`,
      ],
    ],
  ])('is carried out once, with all its arguments, and answered once: %s', async (_, lines) => {
    const { executed, sent, requests } = await told(...lines);
    expect(executed).toEqual([all]);
    expect(sent).toEqual(['AT+MIPLEXECUTERSP=0,5,2']);
    expect(requests()).toMatchObject([{ kind: 'execute', status: 'answered', payload: all[1] }]);
  });

  it('is carried out once also when each line comes twice, or all of them again', async () => {
    const [first, last] = ['+MIPLEXECUTE: 0,5,3303,0,5605,2,ab,1,1', '+MIPLEXECUTE: 0,5,3303,0,5605,2,cd,0,0'];
    const { executed, sent } = await told(first, first, last, last, first, last);
    expect(executed).toEqual([['/3303/0/5605', 'abcd']]);
    expect(sent).toEqual(['AT+MIPLEXECUTERSP=0,5,2']);
  });

  it('is refused once where the rest does not come', async () => {
    const { executed, sent, requests } = await told('+MIPLEXECUTE: 0,5,3303,0,5605,2,ab,1,1');
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    await settle();
    expect(sent).toEqual(['AT+MIPLEXECUTERSP=0,5,11']);
    expect(executed).toEqual([]);
    expect(requests()).toMatchObject([{ status: 'refused', fault: { code: 'MIPL_INCOMPLETE' } }]);
  });

  it('is refused once, at once, where one of its lines cannot be read', async () => {
    const station = await told(
      '+MIPLEXECUTE: 0,5,3303,0,5605,2,ab,2,2',
      '+MIPLEXECUTE: 0,5,3303,0,5605,2,abc,1,1',
      '+MIPLEXECUTE: 0,5,3303,0,5605,2,cd,0,0',
    );
    await vi.advanceTimersByTimeAsync(20_000);
    await settle();
    expect(station.sent).toEqual(['AT+MIPLEXECUTERSP=0,5,11']);
    expect(station.executed).toEqual([]);
    expect(station.requests()).toMatchObject([{ status: 'refused', fault: { code: 'MIPL_UNREADABLE' } }]);
  });

  it('is refused once where what a line has as hex is no text, and shown as it stood', async () => {
    const { executed, sent, requests } = await told(
      '+MIPLEXECUTE: 0,5,3303,0,5605,1,ff,1,1',
      '+MIPLEXECUTE: 0,5,3303,0,5605,2,cd,0,0',
    );
    expect(executed).toEqual([]);
    expect(sent).toEqual(['AT+MIPLEXECUTERSP=0,5,11']);
    expect(requests()).toMatchObject([{ status: 'refused', payload: 'ffcd', fault: { code: 'LWM2M_BAD_VALUE' } }]);
  });

  it('is forgotten when the module starts anew', async () => {
    const { executed, say, sent } = await told('+MIPLEXECUTE: 0,5,3303,0,5605,2,ab,1,1', 'REBOOTING');
    say('+MIPLEXECUTE: 0,5,3303,0,5605,2,cd,0,0');
    // The line is found into step first.
    await vi.advanceTimersByTimeAsync(5000);
    expect(executed).toEqual([['/3303/0/5605', 'cd']]);
    expect(sent.filter((line) => line.startsWith('AT+MIPLEXECUTERSP'))).toHaveLength(1);
  });
});
