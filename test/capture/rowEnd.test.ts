import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patternLayout } from '../../main/capture/patternLayout.ts';
import { withoutEnding } from '../../main/capture/rowEnd.ts';
import { recognise } from '../../main/capture/style.ts';

const row = (text: string): { line: number; text: string; isPiece: boolean; offset: number } => ({
  line: 1,
  text,
  isPiece: false,
  offset: 0,
});

describe('the end of a row', () => {
  it('falls away, and nothing before it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\ra]{0,12}$/), (text) => {
        expect(withoutEnding(text, '\r')).toBe(text.replace(/\r+$/, ''));
      }),
    );
  });

  it('is found in linear time, also where the sign stands within the row', () => {
    const long = `${'\r'.repeat(40_000)}x`;
    const started = process.cpuUsage();
    patternLayout('(?P<text>.*)').recognise([row(long)]);
    recognise(Array.from({ length: 3 }, () => row(long.slice(-16_000))));
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
  });
});
