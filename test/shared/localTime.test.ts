import { afterEach, describe, expect, it, vi } from 'vitest';
import { fileStamp, isoWithZone, localTime, timeOfDay, twoDigits } from '../../shared/localTime.ts';

/** That moment by the clock of whatever zone the tests run in. */
const moment = new Date(2026, 10, 2, 1, 3, 5, 7).getTime();

afterEach(() => vi.restoreAllMocks());

describe('a moment in the zone of this machine', () => {
  it.each([
    [-480, '+08:00'],
    [-345, '+05:45'],
    [0, '+00:00'],
    [210, '-03:30'],
  ])('%d minutes west of Greenwich carries the offset %s', (minutes, zone) => {
    vi.spyOn(Date.prototype, 'getTimezoneOffset').mockReturnValue(minutes);
    expect(localTime(moment)).toEqual({ date: '2026-11-02', time: '01:03:05.007', zone });
    expect(isoWithZone(moment)).toBe(`2026-11-02T01:03:05.007${zone}`);
  });

  it('has its fractions of a millisecond cut, and a name that files can have', () => {
    expect(timeOfDay(moment + 0.9)).toBe('01:03:05.007');
    expect(fileStamp(moment)).toBe('20261102-010305');
  });

  it('is written in two digits', () => {
    expect([0, 9, 10, 59].map(twoDigits)).toEqual(['00', '09', '10', '59']);
  });
});
