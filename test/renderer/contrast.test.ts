import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../renderer/styles/tokens.css', import.meta.url), 'utf8');

/** Custom properties of a theme that are colours; themes other than light stand on light. */
function colours(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf('}', start));
  return Object.fromEntries([...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1], match[2]]));
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2 contrast ratio. */
function contrast(one: string, other: string): number {
  const [bright = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dark + 0.05);
}

const light = colours(':root');
const themes = {
  light,
  dark: { ...light, ...colours(":root[data-theme='dark']") },
  sunlight: { ...light, ...colours(":root[data-theme='sunlight']") },
};
const surfaces = ['background', 'panel', 'raised', 'selection'];
const inks = ['text', 'dim', 'accent', 'ok', 'warn', 'error', 'engine', 'person', 'answer', 'unasked'];

describe.each(Object.entries(themes))('the theme %s', (_, theme) => {
  it.each(surfaces)('can be read on %s: contrast AA', (surface) => {
    for (const ink of inks) {
      const ratio = contrast(theme[ink] ?? '', theme[surface] ?? '');
      expect([ink, Math.floor(ratio * 10) / 10 >= 4.5 ? 'AA' : ratio.toFixed(2)]).toEqual([ink, 'AA']);
    }
  });

  it('can be read on its buttons', () => {
    for (const ground of ['accent', 'accent-strong'])
      expect(contrast(theme['on-accent'] ?? '', theme[ground] ?? '')).toBeGreaterThanOrEqual(4.5);
  });

  it('shows the focus and the signs: contrast 3', () => {
    for (const surface of surfaces)
      expect(contrast(theme['accent'] ?? '', theme[surface] ?? '')).toBeGreaterThanOrEqual(3);
  });
});
