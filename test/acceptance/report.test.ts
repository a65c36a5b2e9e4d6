import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeReports } from '../../main/acceptance/report/files.ts';
import { checksumOf } from '../../main/files/checksum.ts';
import { htmlReport } from '../../main/acceptance/report/html.ts';
import { junitReport } from '../../main/acceptance/report/junit.ts';
import { maskedResult } from '../../main/acceptance/report/masked.ts';
import { escaped } from '../../main/acceptance/report/markup.ts';
import { qrMatrix } from '../../shared/qrCode.ts';
import { isAllPassed, summaryCsv } from '../../main/acceptance/report/summaryCsv.ts';
import { hostileText, sampleResult } from './sampleResult.ts';

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'mipl-report-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test.each(['zh', 'en', 'both'] as const)(
  'the report in %s has no script, fetches nothing and escapes what it quotes',
  (language) => {
    const page = htmlReport(sampleResult(hostileText), { language });
    expect(page).not.toMatch(/<script|<img|<link|<iframe|@import|url\(/i);
    expect(page).not.toMatch(/<[^>]*\son\w+=/i);
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toContain('\u0000');
    expect(page).not.toContain('\u202e');
  },
);

test('a report in one language has not a word of the other', () => {
  const page = htmlReport(sampleResult(), { language: 'en' });
  expect(page.replace(/<style>[\s\S]*?<\/style>/, '')).not.toMatch(/[\u4e00-\u9fff]/);
  const chinese = htmlReport(sampleResult(), { language: 'zh' });
  expect(chinese).not.toMatch(/Summary|inconclusive<|Signatures/);
});

test('identity, firmware, dialect, timings, journal with checksum, and deviations stand in the report', () => {
  const page = htmlReport(sampleResult(), { language: 'both' });
  for (const part of ['869334030000010', '460041234567899', 'V100R100C10B657SP2', 'AT+MIPLCREATEEX=?', '3.10 s']) {
    expect(page).toContain(part);
  }
  expect(page).toContain('0123456789abcdef'.repeat(4));
  expect(page).toContain('no frequency is locked');
  expect(page).toContain('class="qr"');
  expect(page).toContain('<polyline');
});

test('the signal is drawn on an axis for dBm and one for dB, with the time of the run, and told in words', () => {
  const sample = sampleResult();
  const signal = [
    { atMs: 0, rssiDbm: -71, snrDb: 14 },
    { atMs: 1_000_000 },
    { atMs: 4_000_000, rssiDbm: -79, snrDb: -3 },
  ];
  const page = htmlReport({ ...sample, signal }, { language: 'en' });
  const axis = [...page.matchAll(/<text class="axis"[^>]*>([^<]*)<\/text/g)].map(([, text]) => text?.trim());
  expect(axis).toEqual([
    ...['-80', '-77.5', '-75', '-72.5', '-70', 'dBm'],
    ...['-10', '-2.5', '5', '12.5', '20', 'dB'],
    ...['0:00', '15:00', '30:00', '45:00', '1:00:00'],
  ]);
  expect(page.match(/<polyline/g)).toHaveLength(2);
  expect(page).toContain('RSSI -79 to -71 dBm, last -79 dBm; SNR -3 to 14 dB, last -3 dB.');
  const none = htmlReport({ ...sample, signal: [{ atMs: 0 }] }, { language: 'en' });
  expect(none).not.toContain('<polyline');
  expect(none).toContain('Nothing was measured');
});

test('on paper every case is unfolded; on the screen those that ask for a look', () => {
  const opened = (page: string): number => page.match(/<details[^>]*\sopen/g)?.length ?? 0;
  const { cases } = sampleResult();
  const count = (...verdicts: string[]): number => cases.filter(({ verdict }) => verdicts.includes(verdict)).length;
  expect(opened(htmlReport(sampleResult(), { language: 'zh' }))).toBe(count('failed', 'inconclusive'));
  expect(opened(htmlReport(sampleResult(), { language: 'zh', isPrinted: true }))).toBe(
    count('passed', 'failed', 'inconclusive'),
  );
});

test('a run of which nothing was tried has no evidence, and still a report', () => {
  const sample = sampleResult();
  const cases = sample.cases.map((one) => ({ ...one, verdict: 'skipped' as const }));
  const page = htmlReport({ ...sample, cases }, { language: 'en' });
  expect(page).not.toContain('<details');
  expect(page).not.toContain('>Evidence<');
  expect(page).toContain('class="certificate"');
});

test('the masked variant holds no identity and no QR code, and the same checksum', () => {
  const masked = maskedResult(sampleResult());
  const page = htmlReport(masked, { language: 'both', isMasked: true });
  for (const secret of ['869334030000010', '460041234567899', '89860469334030000010']) {
    expect(page).not.toContain(secret);
    expect(JSON.stringify(masked)).not.toContain(secret);
  }
  expect(page).not.toContain('class="qr"');
  expect(page).toContain('0123456789abcdef'.repeat(4));
  expect(masked.cases).toHaveLength(sampleResult().cases.length);
});

test('JUnit counts failures, errors and skipped ones, and survives hostile text', () => {
  const result = sampleResult(hostileText);
  const xml = junitReport(result, 'both');
  const count = (verdict: string): number => result.cases.filter((one) => one.verdict === verdict).length;
  expect(xml).toContain(
    `failures="${count('failed')}" errors="${count('inconclusive')}" skipped="${count('skipped')}"`,
  );
  expect(xml.match(/<failure /g)).toHaveLength(count('failed'));
  expect(xml.match(/<error /g)).toHaveLength(count('inconclusive'));
  expect(xml.match(/<testcase /g)).toHaveLength(result.cases.length);
  expect(xml).not.toContain('<script');
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
});

test('control characters become symbols, broken characters a replacement', () => {
  expect(escaped('a\u0007\u001b[0m\ud800<')).toBe('a␇␛[0m\ufffd&lt;');
});

test('the summary has a line for each device, tells what failed, and no cell is a formula', () => {
  const csv = summaryCsv([
    { port: '=cmd()', problem: 'PORT_BUSY: "taken"' },
    { port: '/dev/ttyUSB1', result: sampleResult(), report: 'a.html' },
  ]);
  const lines = csv.trimEnd().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^'=cmd\(\),.*not run.*"PORT_BUSY: ""taken"""$/);
  // Digits that a spreadsheet would show as 8.69334E+14 have an apostrophe in front.
  expect(lines[2]).toContain("'869334030000010,'460041234567899,M5310");
  expect(lines[2]).toContain(',failed,');
});

test('all passed means nothing failed and nothing open', () => {
  const result = sampleResult();
  expect(isAllPassed(result)).toBe(false);
  const passed = { ...result, cases: result.cases.filter(({ verdict }) => verdict === 'passed') };
  expect(isAllPassed(passed)).toBe(true);
  expect(isAllPassed({ ...passed, isComplete: false })).toBe(false);
  expect(isAllPassed({ ...passed, cases: [] })).toBe(false);
});

test('three files appear, whole, and the JSON is the result', async () => {
  const path = directory();
  const files = await writeReports(sampleResult(), { directory: join(path, 'new'), language: 'en', isMasked: false });
  expect(JSON.parse(readFileSync(files.json, 'utf8'))).toEqual(sampleResult());
  expect(readFileSync(files.html, 'utf8')).toMatch(/<\/html>\n$/);
  expect(readFileSync(files.junit, 'utf8')).toMatch(/<\/testsuites>\n$/);
  const masked = await writeReports(sampleResult(), { directory: path, language: 'en', isMasked: true });
  expect(masked.html).toMatch(/\.masked\.html$/);
});

test('a folder that cannot be made is said so', async () => {
  const path = directory();
  writeFileSync(join(path, 'file'), '');
  const writing = writeReports(sampleResult(), { directory: join(path, 'file'), language: 'en', isMasked: false });
  await expect(writing).rejects.toMatchObject({ code: 'FILE_NOT_WRITTEN' });
});

test('the checksum is that of the bytes; a file that is gone has none', async () => {
  const file = join(directory(), 'journal');
  writeFileSync(file, 'bytes');
  expect(await checksumOf(file)).toBe(createHash('sha256').update('bytes').digest('hex'));
  expect(await checksumOf(`${file}.gone`)).toBeUndefined();
});

/** Made with qrcode-generator 2.0.4 (MIT), an independent implementation: rows as hex, dark is 1, filled up with zeros. */
const goldenQr = {
  text: '869334030000010;460041234567899',
  rows: 'fe2193f8 82406a08 bacaa2e8 bad8eae8 ba9712e8 82a7e208 feaaabf8 00b50800 be736be0 c1919288 b31804f0 a4f2a480 8f78ed78 6ce71288 ff2f84f0 98ed0098 cbd36d60 c86992c8 97a84490 b8aabc90 be986ff8 00df1888 fe0fda90 82b50888 baf2efe8 bad84500 ba8fb2f0 82213e90 fea0e2e0',
};

test('the QR code is the one another implementation makes', () => {
  const matrix = qrMatrix(goldenQr.text) ?? [];
  const rows = matrix.map((row) =>
    Number.parseInt(
      row
        .map((isDark) => (isDark ? '1' : '0'))
        .join('')
        .padEnd(32, '0'),
      2,
    )
      .toString(16)
      .padStart(8, '0'),
  );
  expect(rows.join(' ')).toBe(goldenQr.rows);
});

test('a text that does not fit has no QR code', () => {
  expect(qrMatrix('x'.repeat(42))).toHaveLength(29);
  expect(qrMatrix('x'.repeat(43))).toBeUndefined();
  expect(qrMatrix('x')).toHaveLength(21);
  expect(qrMatrix('模组')).toBeUndefined();
});
