import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fileStamp, isoWithZone, localTime, localTimes, timeOfDay, twoDigits } from '../../shared/localTime.ts';

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

  it.each([
    ['Asia/Shanghai'],
    // Its summer time is half an hour.
    ['Australia/Lord_Howe'],
    // Until 1937 it was not a whole count of minutes ahead, and until 1972 the other behind.
    ['Europe/Amsterdam'],
    ['Africa/Monrovia'],
    // The clock was set at one minute past midnight.
    ['America/St_Johns'],
  ])('reads the same in %s alone and among others that came before it', async (zone) => {
    const module = JSON.stringify(new URL('../../shared/localTime.ts', import.meta.url).href);
    const script = `import { localTime, localTimes } from ${module};
      const timeOf = localTimes();
      const moments = [8.64e15, -8.64e15, 8.64e15 - 30_000, 0, -1, -0.5, -60_000, 59_999.9, 60_000, NaN];
      const years = [1880, 1890, 1919, 1937, 1972, 1987, 2006, 2011, 2026].map((year) => Date.UTC(year, 0, 1));
      for (const from of years) for (let minute = 0; minute < 527_040; minute += 1009) {
        const ms = from + minute * 60_000;
        moments.push(ms + minute % 59_999 + 0.25);
      }
      // Each half second of the hours in which clocks were set.
      for (const hour of [Date.UTC(1937, 5, 30, 23), Date.UTC(1972, 0, 7, 0), Date.UTC(1919, 2, 31, 0), Date.UTC(2006, 3, 2, 3)])
        for (let ms = 0; ms < 7_200_000; ms += 500) moments.push(hour + ms);
      const differs = moments.filter((ms) => JSON.stringify(timeOf(ms)) !== JSON.stringify(localTime(ms)));
      console.log(JSON.stringify([moments.length > 60_000, differs]));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ: zone },
    });
    expect(JSON.parse(stdout)).toEqual([true, []]);
  });
});

it('a moment that is none is told of a log as of anything else', () => {
  expect(localTimes()(Number.NaN)).toEqual(localTime(Number.NaN));
});
