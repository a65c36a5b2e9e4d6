import { describe, expect, it } from 'vitest';
import { lifetimeVerdict } from '../../renderer/device/lifetime.ts';

describe('the lifetime of an update', () => {
  it.each([
    ['3600', 'good'],
    ['15', 'good'],
    ['268435455', 'good'],
    ['0', 'zero'],
    ['14', 'short'],
    ['268435456', 'wrong'],
    ['', 'wrong'],
    ['1h', 'wrong'],
  ])('%s is %s', (text, verdict) => {
    expect(lifetimeVerdict(text)).toBe(verdict);
  });
});
