import { describe, expect, it } from 'vitest';
import { lineTranslate } from '../../shared/lineTexts.ts';
import { speak } from '../../shared/phrase.ts';
import { defaultUpdateAddress, parseUpdateAddress, updatePhrases } from '../../shared/updates.ts';
import type { UpdateCheck } from '../../shared/updates.ts';

describe('the address of a list of releases', () => {
  it.each([
    [defaultUpdateAddress, defaultUpdateAddress],
    [' HTTP://Mirror.Example:8080/Tools/list.txt?x=1 ', 'http://mirror.example:8080/Tools/list.txt?x=1'],
    ['http://10.0.0.7/', 'http://10.0.0.7/'],
    ['http://[::1]:80/a', 'http://[::1]:80/a'],
  ])('is kept in one form: %s', (given, kept) => expect(parseUpdateAddress(given)).toBe(kept));

  it.each([
    ...['', 'mirror.example/list.txt', 'ftp://mirror.example/list.txt', 'https://mirror.example', 'file:///etc/passwd'],
    ...['https://name:word@mirror.example/', 'https://mirror.example/a b', 'https://mirror.example/a#b'],
    ...['https:///list.txt', 'javascript:0', 'https://mirror.example:99999/', 'https://mirror.example/\u4e2d'],
  ])('is none: %s', (given) => expect(parseUpdateAddress(given)).toBeUndefined());
});

const newest = { version: '1.2.0', day: '2027-01-31', page: 'https://site.example/1.2.0' };
const found: UpdateCheck = {
  running: '1.1.0',
  verdict: 'newer',
  newest,
  validUntil: '2027-12-31',
  isOverdue: false,
};
const said = (check: UpdateCheck): string[] => updatePhrases(check).map((one) => speak(one, lineTranslate('en')));

describe('what came of a check', () => {
  it('names the newer version, its day and where it is', () => {
    expect(said(found)).toEqual([
      'Version 1.2.0 of 2027-01-31 is there; this is 1.1.0. Get it from https://site.example/1.2.0',
    ]);
  });

  it('has a sentence for each other outcome', () => {
    const { newest: _, ...empty } = found;
    expect(said({ ...found, verdict: 'current', running: '1.2.0' })).toEqual(['This is the newest version: 1.2.0.']);
    expect(said({ ...found, verdict: 'ahead', running: '2.0.0' })[0]).toContain('2.0.0, is newer than every one');
    expect(said({ ...empty, verdict: 'none' })[0]).toContain('names no release yet');
  });

  it('tells of a trial version, and of a list whose time is over', () => {
    const [, trial, overdue] = said({ ...found, trial: { ...newest, version: '1.3.0-rc.1' }, isOverdue: true });
    expect(trial).toContain('1.3.0-rc.1 of 2027-01-31. It is not for work on site.');
    expect(overdue).toContain('until 2027-12-31 only');
  });
});
