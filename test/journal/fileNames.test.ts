import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namelessFileName, safeNamePart, sessionFileName } from '../../main/journal/fileNames.ts';

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
  ['con.', 'session'],
  ['COM¹', 'session'],
  ['lpt³', 'session'],
  ['CONIN', 'session'],
  ['nul.pump', 'nul_pump'],
  ['com².a.b', 'com²_a.b'],
  ['contact.5', 'contact.5'],
  ['pump\u202etxt.exe', 'pump-txt.exe'],
  ['a\u200bb\u{e0041}c\ufe0f', 'a-b-c'],
  ['a\u00a0b\u3000c\u2800d', 'a-b-c-d'],
  ['name. ', 'name'],
  ['', 'session'],
  ['$(reboot)', '(reboot)'],
])('the site "%s" becomes "%s"', (site, part) => {
  expect(safeNamePart(site)).toBe(part);
});

test.each([
  ['3号泵站_4567_20261122-211305.mipl.ndjson', 'session_20261122-211305.mipl.ndjson'],
  ['pump_7_20261122-211305-12', 'session_20261122-211305-12'],
  ['20261122-211305_20261123-000000.mipl.ndjson', 'session_20261123-000000.mipl.ndjson'],
  ['session_20261122-211305', 'session_20261122-211305'],
  ['869334030000010.mipl.ndjson', 'session'],
])('%s can be shared as %s', (name, shared) => {
  expect(namelessFileName(name)).toBe(shared);
});

const anySite = fc.oneof(
  fc.array(fc.nat(0x10ffff), { maxLength: 60 }).map((points) => String.fromCodePoint(...points)),
  fc.tuple(fc.constantFrom('con', 'COM¹', 'nul', 'lpt9', 'com'), fc.string()).map((pair) => pair.join('')),
);

test('any site makes a name that every system takes', () => {
  fc.assert(
    fc.property(anySite, (site) => {
      const part = safeNamePart(site);
      expect(part).not.toMatch(/[\u0000-\u0020<>:"/\\|?*]|^[-.]|[-.]$/);
      expect(part).not.toMatch(/[\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      expect(part).not.toMatch(/^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?:\.|$)/i);
      expect([...part].length).toBeGreaterThan(0);
      expect([...part].length).toBeLessThanOrEqual(40);
    }),
  );
});
