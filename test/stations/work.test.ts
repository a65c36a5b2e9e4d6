import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serversOf } from '../../main/stations/queueConnection.ts';
import { isPoisoned, readProgress } from '../../main/stations/progress.ts';
import { newName, readResult, readWork, resultWithoutRun } from '../../main/stations/work.ts';
import type { Work } from '../../main/stations/work.ts';

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const work: Work = { format: 'mipl-work', version: 1, id: 'a-1', site: '站点', addedMs: 1 };
const result = resultWithoutRun(work, 'notRun', 'no', { station: 's', port: 'p', nowMs: 2, attempt: 't' });

describe('what stands in a queue, where anybody may have put it', () => {
  it('is read as it was written', () => {
    expect(readWork(bytes(work))).toEqual(work);
    expect(readResult(bytes(result))).toEqual(result);
  });

  it.each([
    ['no JSON', new Uint8Array([0xff, 0xfe]), 'work'],
    ['no object', bytes(null), 'work'],
    ['another format', bytes({ ...work, format: 'other' }), 'work.format'],
    ['an id that is a wildcard', bytes({ ...work, id: '*' }), 'work.id'],
    ['an id that leaves its folder', bytes({ ...work, id: '../../x' }), 'work.id'],
    ['a plan under a path', bytes({ ...work, plan: { name: '/etc/plan', text: '{}' } }), 'work.plan.name'],
    ['a host that is to get the key', bytes({ ...work, platform: 'http://192.0.2.1' }), 'work.platform'],
    ['a site without end', bytes({ ...work, site: 'x'.repeat(201) }), 'work.site'],
  ])('as work is refused with its place where it has %s', (_, given, detail) => {
    expect(() => readWork(given)).toThrow(expect.objectContaining({ code: 'QUEUE_BAD_WORK', detail }));
  });

  it('of a later version is refused as that, fields that are not known are let through', () => {
    expect(() => readWork(bytes({ ...work, version: 2 }))).toThrow('later version');
    expect(readWork(bytes({ ...work, colour: 'red' }))).toMatchObject({ id: 'a-1' });
  });

  it.each(['../up', 'a/b', 'a\\b', '.hidden', 'CON.txt', 'x. ', 'a\u0000b', ''])(
    'as a file of a result never has a name that leads elsewhere: %j',
    (name) => {
      const file = { name, bytes: 1, sha256: '' };
      expect(readResult(bytes({ ...result, files: [file] }))).toBeUndefined();
      expect(readResult(bytes({ ...result, files: [{ ...file, name: 'PRACTICE-7.junit.xml' }] }))).toBeDefined();
    },
  );

  it('never throws anything but its own error, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => new TextEncoder().encode(text)),
        ),
        (given) => {
          expect(readResult(given)).toBeUndefined();
          expect(() => readWork(given)).toThrow(expect.objectContaining({ code: 'QUEUE_BAD_WORK' }));
          expect(readProgress(given)).toBeUndefined();
        },
      ),
    );
  });
});

describe('work that ends its stations', () => {
  it('is given to two, not to a third', () => {
    const attempt = { attempt: 'x', station: 's', port: 'p', startedMs: 0 };
    expect([0, 1, 2, 3].map((count) => isPoisoned({ attempts: Array(count).fill(attempt) }))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

it('names that are made sort by time and are names', () => {
  expect(newName(1) < newName(2)).toBe(true);
  expect(readWork(bytes({ ...work, id: newName(Date.UTC(2026, 10, 27)) }))).toBeDefined();
});

describe('the address of a queue', () => {
  it('with a password in it is refused, and the password not said', () => {
    expect(() => serversOf('nats://me:secret@a')).toThrow(/without user and password/);
    for (const address of [
      'nats://me:secret@a',
      'me:secret@a:4222',
      'nats:me:secret@a',
      'nats://me:s/secret@a',
      'nats://:secret@a',
    ])
      expect(() => serversOf(`nats://b,${address}`), address).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('secret') as string }),
      );
  });
});
