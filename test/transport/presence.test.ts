import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { plugging, watchPresence } from '../../main/transport/presence.ts';
import { tempDirectory } from '../tempDirectory.ts';

describe('the watch over a device', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const watched = async (answers: (string | undefined | Error)[]) => {
    const gone = vi.fn();
    const look = vi.fn(async () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return answer;
    });
    const stop = await watchPresence(look, gone, 1000);
    return { gone, look, stop };
  };

  it('tells when the device is gone', async () => {
    const { gone } = await watched(['a', 'a', undefined]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(gone).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(gone).toHaveBeenCalledOnce();
  });

  it('tells when another plugging took its place between two looks', async () => {
    const { gone } = await watched(['a', 'b']);
    await vi.advanceTimersByTimeAsync(1000);
    expect(gone).toHaveBeenCalledOnce();
  });

  it('takes a look that fails for gone, and tells only once', async () => {
    const { gone } = await watched(['a', new Error('EIO')]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(gone).toHaveBeenCalledOnce();
  });

  it('tells nothing after it was stopped, not even of a look under way', async () => {
    const { gone, stop } = await watched(['a', undefined]);
    vi.advanceTimersByTime(1000);
    stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(gone).not.toHaveBeenCalled();
  });

  it('does not watch what it cannot see', async () => {
    const { gone, look } = await watched([undefined]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(look).toHaveBeenCalledOnce();
    expect(gone).not.toHaveBeenCalled();
  });
});

describe('a plugging', () => {
  it('is another one when the file was made anew', async () => {
    const directory = await tempDirectory();
    const path = join(directory, 'ttyUSB0');
    await writeFile(path, '');
    const first = await plugging(path);
    expect(await plugging(path)).toBe(first);
    await rm(path);
    await expect(plugging(path)).rejects.toThrow('ENOENT');
    await writeFile(join(directory, 'other'), '');
    await writeFile(path, '');
    expect(await plugging(path)).not.toBe(first);
  });

  it('is known by its name where ports are no files', async () => {
    const list = async () => [{ path: 'COM3' }];
    expect(await plugging('COM3', list)).toBe('COM3');
    expect(await plugging('COM4', list)).toBeUndefined();
    // However it was spelled.
    expect(await plugging(String.raw`\\.\com3`, list)).toBe(String.raw`\\.\com3`);
  });
});
