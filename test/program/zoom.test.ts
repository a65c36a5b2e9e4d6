import { describe, expect, it } from 'vitest';
import { zoomAfter } from '../../main/zoom.ts';
import type { ZoomKey } from '../../main/zoom.ts';

const control = (key: string, more: Partial<ZoomKey> = {}): ZoomKey => ({
  type: 'keyDown',
  key,
  control: true,
  meta: false,
  alt: false,
  ...more,
});

describe('the size of the page by the keyboard', () => {
  it('goes up and down in the steps of browsers, from 80 to 200 %', () => {
    const seen = [1];
    for (const key of [...'++++++', ...'-----------']) seen.push(zoomAfter(control(key), seen.at(-1)!, 'linux')!);
    expect(seen).toEqual([1, 1.1, 1.25, 1.5, 1.75, 2, 2, 1.75, 1.5, 1.25, 1.1, 1, 0.9, 0.8, 0.8, 0.8, 0.8, 0.8]);
  });

  it('is the usual one again with 0, and + needs no Shift', () => {
    expect(zoomAfter(control('0'), 1.75, 'win32')).toBe(1);
    expect(zoomAfter(control('='), 1, 'win32')).toBe(1.1);
    expect(zoomAfter(control('_'), 1, 'win32')).toBe(0.9);
  });

  it('takes a factor as the page gives it back, and one that is none of the steps', () => {
    expect(zoomAfter(control('+'), 1.2499999, 'linux')).toBe(1.5);
    expect(zoomAfter(control('+'), 1.3, 'linux')).toBe(1.75);
    expect(zoomAfter(control('-'), 5, 'linux')).toBe(1.75);
  });

  it('leaves other keys alone, and on macOS Ctrl', () => {
    expect(zoomAfter(control('k'), 1, 'linux')).toBeUndefined();
    expect(zoomAfter(control('+', { control: false }), 1, 'linux')).toBeUndefined();
    expect(zoomAfter(control('+', { alt: true }), 1, 'linux')).toBeUndefined();
    expect(zoomAfter(control('+', { type: 'keyUp' }), 1, 'linux')).toBeUndefined();
    expect(zoomAfter(control('+'), 1, 'darwin')).toBeUndefined();
    expect(zoomAfter(control('+', { control: false, meta: true }), 1, 'darwin')).toBe(1.1);
  });
});
