import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShallowJson, maximumJsonDepth } from '../../shared/jsonDepth.ts';
import { readPlatformAnswer } from '../../main/platform/answers.ts';
import { parseAsWritten, prettyJson } from '../../renderer/ui/prettyJson.ts';

const nested = (levels: number, open = '[', close = ']'): string => open.repeat(levels) + close.repeat(levels);

/** As deep as it is, counted by walking the value. */
const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

describe('JSON of others', () => {
  it('is read down to the limit and no deeper', () => {
    expect(isShallowJson(nested(maximumJsonDepth))).toBe(true);
    expect(isShallowJson(nested(maximumJsonDepth + 1))).toBe(false);
    expect(isShallowJson(nested(maximumJsonDepth + 1, '{"a":', '}'))).toBe(false);
  });

  it('is as deep as its arrays and objects, whatever brackets stand in its texts', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        const wrapped = nested(maximumJsonDepth - 4).replace('[]', `[${text}]`);
        expect(isShallowJson(wrapped)).toBe(depthOf(JSON.parse(wrapped)) <= maximumJsonDepth);
      }),
    );
    expect(isShallowJson(JSON.stringify([`${'['.repeat(500)}"\\`, '{'.repeat(500)]))).toBe(true);
  });

  it('that a platform nests thousands of levels deep is shown as it came, at once, and is a fault', () => {
    const body = `{"errno":0,"data":${nested(30_000)}}`;
    expect(readPlatformAnswer(200, body)).toMatchObject({ fault: { code: 'PLATFORM_ANSWER' } });
    expect(prettyJson(body)).toBeUndefined();
    expect(parseAsWritten(body)).toBeUndefined();
  });
});
