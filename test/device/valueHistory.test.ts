import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValueHistory, historyCsv } from '../../main/device/valueHistory.ts';
import { MAX_VALUE_EVENTS, numericPoints } from '../../shared/valueHistory.ts';
import { startDevice, until } from './rig.ts';

const path = '/3303/0/5700';

describe('the history of a value', () => {
  it('says who has set it, when it was executed, and how far it went', async () => {
    const device = await startDevice({ settings: { commandGapMs: 0 } });
    device.store.write(path, '21.5', { by: 'person' });
    device.generators.set(path, { kind: 'constant', value: '22.5', everySeconds: 60 });
    device.generators.clear(path);
    await device.openPort('sim:m5310-seed', 115_200);
    await until(device, 'observed', ({ observations }) => observations.length > 0);
    const operation = { kind: 'execute', path: '/3303/0/5605', args: 'reset' } as const;
    await device.platform.begin({ mode: 'simulated', operation }).done;
    await device.platform.begin({ mode: 'simulated', operation: { kind: 'read', path } }).done;
    // The platform may have the answer before the module says OK to it, and only then is the value known as read.
    await until(device, 'read', ({ resources }) => resources[path]?.standing === 'readByPlatform');
    expect(device.history.of(path)).toMatchObject([
      { kind: 'value', value: '20.123', by: 'model' },
      { kind: 'value', value: '21.5', by: 'person' },
      { kind: 'value', value: '22.5', by: 'generator' },
      { kind: 'standing', standing: 'readByPlatform' },
    ]);
    expect(device.history.of('/3303/0/5605').at(-1)).toMatchObject({ kind: 'executed', count: 1 });
    const values = [{ resourceId: 5850, value: '1' }];
    await device.platform.begin({
      mode: 'simulated',
      operation: { kind: 'write', path: '/3306/0', mode: 'update', values },
    }).done;
    expect(device.history.of('/3306/0/5850')).toContainEqual(
      expect.objectContaining({ kind: 'value', value: '1', by: 'platform' }),
    );
  });

  it('keeps the newest events of each resource in their order, and no more', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('/1/0/1', '/1/0/2'), fc.string()), { maxLength: 1200 }), (told) => {
        const history = new ValueHistory();
        for (const [at, [where, value]] of told.entries()) {
          history.hear({ fact: 'value', path: where, value, by: 'person', atMs: at });
        }
        for (const where of ['/1/0/1', '/1/0/2']) {
          const own = told.flatMap(([one, value], atMs) =>
            one === where ? [{ kind: 'value', value, by: 'person', atMs }] : [],
          );
          expect(history.of(where)).toEqual(own.slice(-MAX_VALUE_EVENTS));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('begins anew with another device model', () => {
    const history = new ValueHistory();
    history.begin({ [path]: '1' }, 5);
    history.hear({
      fact: 'deviceModel',
      model: { id: 'a', name: 'A', digest: '' },
      objects: [],
      values: { '/3311/0/5850': '0' },
      atMs: 9,
    });
    expect(history.of(path)).toEqual([]);
    expect(history.of('/3311/0/5850')).toEqual([{ kind: 'value', value: '0', by: 'model', atMs: 9 }]);
  });

  it('goes into a table that no spreadsheet calculates', () => {
    const csv = historyCsv(path, [
      { kind: 'value', value: '=1+1', by: 'platform', atMs: 0 },
      { kind: 'executed', count: 2, atMs: 1 },
      { kind: 'standing', standing: 'notified', atMs: 2 },
    ]);
    expect(csv.split('\r\n').map((row) => row.split(',').slice(2).join())).toEqual([
      'event,by,value',
      "set,platform,'=1+1",
      'executed,platform,2',
      'notified,,',
      '',
    ]);
  });
});

it('a line has a point for each value that is a number', () => {
  const value = (text: string, atMs: number) => ({ kind: 'value', value: text, by: 'person', atMs }) as const;
  expect(
    numericPoints([value('1.5', 1), value('warm', 2), value('', 3), { kind: 'executed', count: 1, atMs: 4 }]),
  ).toEqual([[1, 1.5]]);
});
