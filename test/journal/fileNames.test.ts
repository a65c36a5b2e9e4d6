import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeNamePart, sessionFileName } from '../../main/journal/fileNames.ts';

const atMs = new Date(2026, 10, 22, 21, 13, 5).getTime();

test('a name tells site, end of the IMEI and local time', () => {
  expect(sessionFileName({ site: '3号泵站', imei: '863703031234567', atMs })).toBe('3号泵站_4567_20261122-211305');
});

test('what is not known is left out', () => {
  expect(sessionFileName({ atMs })).toBe('session_20261122-211305');
  expect(sessionFileName({ imei: '', atMs })).toBe('session_20261122-211305');
});

test.each([
  ['a/b\\c:d', 'a-b-c-d'],
  ['../../etc', 'etc'],
  ['CON', 'session'],
  ['lpt1', 'session'],
  ['name. ', 'name'],
  ['', 'session'],
  ['$(reboot)', '(reboot)'],
])('the site "%s" becomes "%s"', (site, part) => {
  expect(safeNamePart(site)).toBe(part);
});

test('any site makes a name that every system takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (site) => {
      const part = safeNamePart(site);
      expect(part).not.toMatch(/[\u0000-\u0020<>:"/\\|?*]|^[-.]|[-.]$/);
      expect([...part].length).toBeGreaterThan(0);
      expect([...part].length).toBeLessThanOrEqual(40);
    }),
  );
});
