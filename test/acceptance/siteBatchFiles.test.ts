import { describe, expect, it } from 'vitest';
import { batchSentence, siteBatchCsv, siteBatchHtml } from '../../main/acceptance/report/siteBatchFiles.ts';
import { batchCounts } from '../../shared/siteBatch.ts';
import { sampleBatch, sampleTest } from './sampleBatch.ts';

const nothing = { passed: 0, failed: 0, stopped: 0, tested: 0, practice: 0, missing: 0 };

describe('what a batch came to, in a sentence', () => {
  it.each([
    [{ ...nothing, passed: 32, tested: 32 }, '32 of 32 devices passed', '32 台中 32 台通过'],
    [
      { ...nothing, passed: 31, failed: 1, tested: 32 },
      '31 of 32 devices passed, 1 failed',
      '32 台中 31 台通过，1 台未通过',
    ],
    [
      { ...nothing, passed: 1, stopped: 1, tested: 2, practice: 3, missing: 4 },
      '1 of 2 devices passed, 1 stopped; 4 planned and not tested; 3 practice, not counted',
      '2 台中 1 台通过，1 台测试中止；计划中还有 4 台未测；另有 3 台为练习，不计入',
    ],
    [
      { ...nothing, practice: 1 },
      'no device is tested yet; 1 practice, not counted',
      '还没有测完的设备；另有 1 台为练习，不计入',
    ],
  ])('%o', (counts, en, zh) => {
    expect(batchSentence(counts)).toEqual({ zh, en });
  });
});

const hostile = '<script>alert(1)</script>"=1+1,\u202e';
const tests = [
  sampleTest({ runMs: 1, outcome: 'failed', notPassed: ['read-resource'] }),
  sampleTest({ runMs: 2, imei: '869334030000028', model: hostile, isPractice: true, reports: { pdf: 'a b.pdf' } }),
  sampleTest({ runMs: 3 }),
];

describe('the summary of a batch', () => {
  it('is a table with a row a test, of which the last of each device counts and no practice', () => {
    const [head = '', ...rows] = siteBatchCsv(sampleBatch(tests, { site: '=cmd()' }))
      .trimEnd()
      .split('\r\n');
    expect(head.startsWith('\ufeff序号 number,地点 site,')).toBe(true);
    expect(rows).toHaveLength(3);
    const counted = head.split(',').indexOf('计入统计 counted');
    expect(rows.map((row) => row.split(',')[counted])).toEqual(['否 no', expect.anything(), '是 yes']);
    expect(rows[0]).toContain("'=cmd()");
    expect(rows[0]).toContain("'869334030000010");
    expect(rows[0]).toContain('read-resource');
    expect(rows[1]).toContain('否 no');
    expect(rows[1]).toContain(`"<script>alert(1)</script>""=1+1,`);
  });

  it('is a page with a row a device, on which nothing of a module is markup', () => {
    const batch = sampleBatch(tests, { site: hostile, planned: 5 });
    const html = siteBatchHtml(batch);
    expect(html).not.toContain('<script>');
    expect(html).toContain(batchSentence(batchCounts(batch)).en);
    expect(html).toContain('×2');
    expect(html).toContain('href="a%20b.pdf"');
    expect(html).toContain('practice');
    expect(html).toContain("default-src 'none'");
  });

  it('is a page also of a batch that has just begun, by nobody', () => {
    expect(siteBatchHtml(sampleBatch([], { technician: '' }))).toContain('no device is tested yet');
  });
});
