import { afterEach, describe, expect, it } from 'vitest';
import { addSystemThreads } from '../../main/files/systemThreads.ts';

const name = 'UV_THREADPOOL_SIZE';
const before = process.env[name];

afterEach(() => {
  if (before === undefined) delete process.env['UV_THREADPOOL_SIZE'];
  else process.env[name] = before;
});

describe('threads for calls that may hang', () => {
  it.each([
    [undefined, '64'],
    ['', '64'],
    ['1', '64'],
    ['4', '64'],
    ['many', '64'],
    ['-1', '64'],
    ['64', '64'],
    ['128', '128'],
  ])('are never fewer than the ports need: %s is %s', (set, then) => {
    if (set === undefined) delete process.env['UV_THREADPOOL_SIZE'];
    else process.env[name] = set;
    addSystemThreads();
    expect(process.env[name]).toBe(then);
  });
});
