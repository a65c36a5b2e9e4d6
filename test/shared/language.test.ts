import { expect, it } from 'vitest';
import { languageOf } from '../../shared/settings.ts';

it.each([
  ['system', 'zh', 'zh'],
  ['system', 'en', 'en'],
  ['zh', 'en', 'zh'],
  ['en', 'zh', 'en'],
] as const)('the interface set to %s on a system in %s speaks %s', (chosen, system, spoken) => {
  expect(languageOf(chosen, system)).toBe(spoken);
});
