import { describe, expect, it } from 'vitest';
import {
  bytes,
  clock,
  clockSeconds,
  columns,
  countdown,
  delta,
  grouped,
  span,
  spanSoFar,
  tail,
  visible,
} from '../../renderer/ui/format.ts';

const moment = new Date(2026, 10, 22, 9, 4, 5, 7).getTime();

describe('times', () => {
  it('shows the time of day with milliseconds', () => {
    expect(clock(moment)).toBe('09:04:05.007');
    expect(clockSeconds(moment)).toBe('09:04:05');
  });

  it.each([
    [0, '+0.000'],
    [4, '+0.004'],
    [296.4, '+0.296'],
    [12_345, '+12.345'],
    [125_000, '+125.0'],
    [3_723_000, '+01:02:03'],
    [-5, '-0.005'],
  ])('shows %d ms since the line before as %s', (ms, text) => {
    expect(delta(ms)).toBe(text);
  });

  it.each([
    [2_472_000, '00:41:12'],
    [59_999, '00:00:59'],
    [90_061_000, '25:01:01'],
    [-1, '00:00:00'],
  ])('counts %d ms down as %s', (ms, text) => {
    expect(countdown(ms)).toBe(text);
  });

  it.each([
    [310, '0.31 s'],
    [34_900, '34 s'],
    [130_000, '00:02:10'],
  ])('shows a span of %d ms as %s', (ms, text) => {
    expect(span(ms)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [9_999, '9 s'],
    [34_700, '34 s'],
    [130_900, '00:02:10'],
    [-5, '0 s'],
  ])('tells of a span that goes on only whole seconds: %i ms', (ms, text) => {
    expect(spanSoFar(1000, 1000 + ms)).toBe(text);
  });
});

describe('numbers and text', () => {
  it('shows sizes with their unit', () => {
    expect([bytes(999), bytes(96_200), bytes(1_400_000), bytes(2_500_000_000)]).toEqual([
      '999 B',
      '96 KB',
      '1.4 MB',
      '2.5 GB',
    ]);
  });

  it('groups thousands', () => {
    expect([grouped(7), grouped(1284), grouped(1_000_000)]).toEqual(['7', '1,284', '1,000,000']);
  });

  it('keeps the end of a long number', () => {
    expect(tail('869976030050010')).toBe('…0010');
    expect(tail('123')).toBe('123');
  });

  it('shows control characters as symbols', () => {
    expect(visible('a\u0000b\u001b[0m\r\u007f')).toBe('a␀b␛[0m␍␡');
  });

  it('takes characters that turn or hide text out of effect', () => {
    expect(visible('pump\u202e\u200b\u2066\ufeff\u0085')).toBe('pump⟨202E⟩⟨200B⟩⟨2066⟩⟨FEFF⟩⟨85⟩');
    expect(visible('a\u061c\ufff9\u{e0041}\u00ad')).toBe('a⟨61C⟩⟨FFF9⟩⟨E0041⟩⟨AD⟩');
  });

  it('counts wide characters twice', () => {
    expect(columns('AT温度')).toBe(6);
  });
});
