import { describe, expect, test } from 'vitest';
import type { AcceptanceResult, SimulatedPart } from '../../shared/acceptanceResult.ts';
import type { CaseResult, Verdict } from '../../shared/acceptance.ts';
import {
  certificateNumber,
  chaptersOf,
  clipped,
  outcomeOf,
  stoppedSentence,
  verdictSentence,
} from '../../main/acceptance/report/certificateFacts.ts';
import { reportName } from '../../main/acceptance/report/files.ts';
import { htmlReport } from '../../main/acceptance/report/html.ts';
import { maskedResult } from '../../main/acceptance/report/masked.ts';
import { simulatedParts } from '../../main/acceptance/run/simulatedParts.ts';
import { sampleResult } from './sampleResult.ts';

/** A result with these verdicts by case id, all others passed. */
function resultWith(verdicts: Readonly<Record<string, Verdict>> = {}, change: Partial<AcceptanceResult> = {}) {
  const sample = sampleResult();
  const cases = sample.cases.map(({ reason: _reason, ...one }): CaseResult => {
    const verdict = verdicts[one.id] ?? 'passed';
    return verdict === 'passed'
      ? { ...one, verdict }
      : { ...one, verdict, reason: { zh: `${one.id} 的原因`, en: `why ${one.id} ${verdict}` } };
  });
  const details = { site: '3 号泵站', operator: '李华', notes: '' };
  return { ...sample, details, ...change, cases } satisfies AcceptanceResult;
}

/** The same run, stopped before the case at that position. */
function stoppedBefore(position: number): AcceptanceResult {
  const result = resultWith();
  const cases = result.cases.map((one): CaseResult =>
    one.position < position ? one : { ...one, verdict: 'skipped', isUnfinished: true },
  );
  return { ...result, isComplete: false, cases };
}

/** The first page without markup, in one language. */
function firstPage(result: AcceptanceResult, language: 'zh' | 'en', isMasked = false): string {
  const page = htmlReport(isMasked ? maskedResult(result) : result, { language, isMasked });
  return (/<article class="certificate">[\s\S]*<\/article>/.exec(page)?.[0] ?? '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('the verdict is said in words with figures', () => {
  test.each([
    [{}, '32 / 32 项通过，0 项未通过', '32 of 32 passed, none failed', 'passed'],
    [
      { bootstrap: 'skipped' },
      '31 / 32 项通过，1 项跳过，0 项未通过',
      '31 of 32 passed, 1 skipped, none failed',
      'passed',
    ],
    [
      { notify: 'failed', update: 'failed', execute: 'inconclusive' },
      '29 / 32 项通过，1 项无法判定，2 项未通过',
      '29 of 32 passed, 1 inconclusive, 2 failed',
      'failed',
    ],
  ] as const)('%j', (verdicts, zh, en, outcome) => {
    const result = resultWith(verdicts);
    expect(verdictSentence(result)).toEqual({ zh, en });
    expect(outcomeOf(result)).toBe(outcome);
    expect(firstPage(result, 'zh')).toContain(zh);
    expect(firstPage(result, 'en')).toContain(en);
  });

  test('nothing but skipped cases is no success', () => {
    const all = Object.fromEntries(sampleResult().cases.map(({ id }) => [id, 'skipped' as const]));
    expect(outcomeOf(resultWith(all))).toBe('failed');
  });
});

test('a passed run has identity, place, who signs and the checksum on its first page', () => {
  const text = firstPage(resultWith({ bootstrap: 'skipped' }), 'en');
  for (const part of ['3 号泵站', '李华', '869334030000010', '460041234567899', '89860469334030000010', 'imei;imsi']) {
    expect(text).toContain(part);
  }
  for (const part of ['Installer', 'Customer accepted', 'RSRP −86.5 dBm, SNR 14 dB', 'p50 0.04 s, p95 0.09 s']) {
    expect(text).toContain(part);
  }
  expect(text).toContain('SHA-256 01234567 89abcdef');
  expect(text).toContain('Skipped: 3.4 Bootstrap: why bootstrap skipped');
});

test('the document has seven chapters, one row each; what failed comes first with its reason', () => {
  expect(chaptersOf(resultWith()).map(({ chapter, count }) => [chapter, count])).toEqual([
    ['1', 2],
    ['2', 5],
    ['3.2', 6],
    ['3.3', 1],
    ['3.4', 1],
    ['3.5', 14],
    ['3.6', 3],
  ]);
  const rows = chaptersOf(
    resultWith({ execute: 'inconclusive', update: 'failed', notify: 'failed', create: 'failed' }),
  );
  expect(rows.map(({ chapter, verdict }) => [chapter, verdict])).toEqual([
    ['3.2', 'failed'],
    ['3.3', 'failed'],
    ['3.5', 'inconclusive'],
    ['1', 'passed'],
    ['2', 'passed'],
    ['3.4', 'passed'],
    ['3.6', 'passed'],
  ]);
  expect(rows[0]?.found.en).toBe('Create the communication suite: why create failed. 1 more');
});

test('with a failure the frame is dashed with a cross, and the customer has seen it', () => {
  const page = htmlReport(resultWith({ update: 'failed' }), { language: 'en' });
  expect(page).toMatch(/verdict-box failed[\s\S]{0,120}✕/);
  const text = firstPage(resultWith({ update: 'failed' }), 'en');
  expect(text).toContain('Customer seen');
  expect(text).not.toContain('accepted');
  expect(firstPage(resultWith({ update: 'failed' }), 'zh')).toContain('已阅');
});

test('a run that was stopped has no certificate and no lines to sign on, and says where it stopped', () => {
  const result = stoppedBefore(12);
  expect(stoppedSentence(result).en).toBe('run stopped at case 12: Update without parameters');
  const text = firstPage(result, 'en');
  expect(text).toContain('run stopped at case 12');
  expect(text).toContain('so far 11 passed, none failed');
  for (const none of ['Certificate', 'Installer', 'Customer']) expect(text).not.toContain(none);
  expect(firstPage(result, 'zh')).toContain('测试停在第 12 项');
  expect(stoppedSentence({ ...result, cases: result.cases.slice(0, 3) }).en).toBe('run stopped at case 4');
});

describe('where a part was simulated it is a practice', () => {
  const practice = (...simulated: SimulatedPart[]): AcceptanceResult =>
    resultWith({ bootstrap: 'skipped' }, { simulated });

  test('with another title, a band, its name in number and file, and no lines to sign on', () => {
    for (const result of [practice('module', 'platform'), practice('platform')]) {
      const page = htmlReport(result, { language: 'both' });
      expect(page).toContain('class="band" data-words="练习 PRACTICE"');
      expect(page).toMatch(/<title>OneNET 接入验收练习 Practice run[^<]*PRACTICE-0010-/);
      expect(page).not.toContain('class="signatures"');
      expect(firstPage(result, 'en')).toContain('31 of 32 passed, 1 skipped');
      expect(certificateNumber(result)).toMatch(/^PRACTICE-0010-\d{8}-\d{4}$/);
      expect(reportName(result, false, 'room')).toMatch(/^PRACTICE-room_0010_/);
      expect(reportName(result, true, '')).toMatch(/^PRACTICE-session_.*\.masked$/);
    }
    expect(htmlReport(practice(), { language: 'both' })).not.toContain('class="band"');
    expect(reportName(practice(), false, 'room')).toMatch(/^room_/);
  });

  test('and figures that were simulated are called so; those that were measured are kept', () => {
    const virtual = firstPage(practice('module', 'platform'), 'en');
    expect(virtual).toContain('Signal simulated');
    expect(virtual).not.toContain('RSRP');
    const real = firstPage(practice('platform'), 'en');
    expect(real).toContain('RSRP −86.5 dBm');
    expect(real).toContain('Answer times simulated');
  });

  test.each([
    ['virtual', 'simulated', 'http://127.0.0.1:1', ['module', 'platform']],
    ['virtual', 'operator', undefined, ['module', 'platform']],
    ['serial', 'host', 'https://api.heclouds.com', []],
    ['serial', 'operator', undefined, []],
    ['network', 'host', 'http://127.0.0.1:8080', ['platform']],
    ['network', 'host', 'http://localhost:8080', ['platform']],
  ] as const)('a %s port, platform side %s %s: %j', (kind, side, host, simulated) => {
    const parts = simulatedParts({
      state: { connection: { phase: 'ready', port: { path: 'x', kind } } as never, simulator: null },
      platform: { kind: side, ...(host === undefined ? {} : { host }) },
    });
    expect(parts).toEqual(simulated);
  });
});

test('a share-safe copy says so, and has no place, people, code to scan or lines to sign on', () => {
  const text = firstPage(resultWith(), 'en', true);
  expect(text).toContain('share-safe copy');
  for (const secret of ['3 号泵站', '李华', '869334030000010', '460041234567899', 'imei;imsi', 'Installer']) {
    expect(text).not.toContain(secret);
  }
  expect(certificateNumber(maskedResult(resultWith()))).not.toContain('0010-');
});

test('a text that is too long for the page is cut between letters and says so', () => {
  expect(clipped('short', 5)).toBe('short');
  expect(clipped('longer', 5)).toBe('long…');
  expect(clipped('📡📡📡', 2)).toBe('📡…');
});

describe('what outlives the visit is on the first page', () => {
  const place = (averageDbm: number, isFull: boolean, name: string) => ({
    name,
    startedMs: 0,
    isFull,
    figures: { count: 60, averageDbm, lowDbm: averageDbm, highDbm: averageDbm },
  });
  const antenna = {
    isInReport: true,
    positions: { A: place(-94.4, true, '井口内壁'), B: place(-88.2, true, '井盖上'), C: place(-60, false, '') },
  };
  const network = (lock: AcceptanceResult['network']['lock']) => ({
    ...sampleResult().network,
    ...(lock ? { lock } : {}),
  });

  test.each([
    [{ earfcn: 3736, wasFound: true }, 'Frequency lock EARFCN 3736, locked before', '频点锁定 EARFCN 3736，此前已锁定'],
    [{ earfcn: 3555, wasFound: false }, 'EARFCN 3555, locked on this visit', 'EARFCN 3555，本次锁定'],
    ['none', 'Frequency lock none', '频点锁定 无'],
  ] as const)('a frequency lock: %j', (lock, en, zh) => {
    const result = resultWith({}, { network: network(lock) });
    expect(firstPage(result, 'en')).toContain(en);
    expect(firstPage(result, 'zh')).toContain(zh);
  });

  test('nothing is said of a lock of which the module has told nothing', () => {
    expect(firstPage(resultWith({}, { network: network(undefined) }), 'en')).not.toContain('Frequency lock');
  });

  test('the best place of the antenna with all three figures; one that was left early has none', () => {
    const page = firstPage(resultWith({}, { antenna }), 'zh');
    expect(page).toContain('天线位置 B 井盖上 A −94, B −88, C – dBm');
  });

  test('the name of a place tells of the site: a share-safe copy has none', () => {
    const page = firstPage(resultWith({}, { antenna }), 'zh', true);
    expect(page).toContain('A −94, B −88, C – dBm');
    expect(page).not.toContain('井盖上');
  });

  test('places none of which was measured for a minute are left out', () => {
    const page = firstPage(resultWith({}, { antenna: { ...antenna, positions: { C: place(-60, false, '') } } }), 'en');
    expect(page).not.toContain('Antenna');
  });
});
