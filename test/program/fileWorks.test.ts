import { expect, it } from 'vitest';
import { FileWorks } from '../../main/program/fileWorks.ts';
import type { FileWork } from '../../shared/programState.ts';
import { CodedError } from '../../shared/errors.ts';

function works() {
  const told: (readonly FileWork[])[] = [];
  return { told, works: new FileWorks(({ fileWorks }) => told.push(fileWorks)) };
}

it('tells how far each is, not with every byte, and takes it away at the end, however it ends', async () => {
  const { told, works: all } = works();
  await all.run('export', 'a.pcapng', (_signal, onDone) => {
    for (let done = 0; done <= 1; done += 0.001) onDone(done);
    return Promise.resolve();
  });
  expect(told[0]).toEqual([{ id: '1', kind: 'export', name: 'a.pcapng', done: 0 }]);
  expect(told.at(-1)).toEqual([]);
  expect(told.length).toBeGreaterThan(50);
  expect(told.length).toBeLessThan(110);
  await expect(all.run('import', 'b', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(told.at(-1)).toEqual([]);
});

it('stops the one that is named, and all when the program ends', async () => {
  const { told, works: all } = works();
  const running = ['a', 'b', 'c'].map((name) =>
    all.run(
      'import',
      name,
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new CodedError('CANCELLED', name)));
        }),
    ),
  );
  all.stop('2');
  await expect(running[1]).rejects.toMatchObject({ code: 'CANCELLED', message: 'b' });
  expect(told.at(-1)?.map(({ name }) => name)).toEqual(['a', 'c']);
  expect(() => all.stop('2')).toThrow(CodedError);
  all.end();
  expect((await Promise.allSettled(running)).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
});
