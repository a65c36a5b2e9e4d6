import { expect, it } from 'vitest';
import { siteOf } from '../../shared/sessions.ts';

it('the site is what the person says, else what the journal says, else none', () => {
  expect(siteOf({ about: { site: 'Pump 4' }, journalSite: 'pump 3' })).toBe('Pump 4');
  expect(siteOf({ about: { site: '' }, journalSite: 'pump 3' })).toBe('');
  expect(siteOf({ about: {}, journalSite: 'pump 3' })).toBe('pump 3');
  expect(siteOf({ about: {} })).toBe('');
});
