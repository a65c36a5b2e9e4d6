import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fleetCsv, fleetHtml } from '../../main/acceptance/fleet/fleetPage.ts';
import { fleetReport } from '../../main/acceptance/fleet/fleetQuestions.ts';
import type { FleetReport } from '../../main/acceptance/fleet/fleetQuestions.ts';
import type { FleetResult } from '../../main/acceptance/fleet/fleetResults.ts';
import { runCommand } from '../cli/runCommand.ts';
import { tempDirectory } from '../tempDirectory.ts';

const verdict = fc.constantFrom('passed', 'failed', 'inconclusive', 'skipped');
const oneResult = fc.record({
  format: fc.constant('mipl-acceptance-result' as const),
  version: fc.constant(1),
  simulated: fc.constant([]),
  startedMs: fc.integer({ min: 1, max: 2e12 }),
  finishedMs: fc.integer({ min: 1, max: 2e12 }),
  isComplete: fc.constantFrom(true, true, true, false),
  identity: fc.record({ imei: fc.constant('867725030000001'), firmware: fc.constantFrom('A1', 'A2', 'B"7') }),
  details: fc.record({ site: fc.constantFrom('Hall 3', '站点 7', '') }),
  answerTimes: fc.record({
    count: fc.constant(3),
    p50Ms: fc.integer({ min: 1, max: 50 }),
    p95Ms: fc.integer({ min: 50, max: 99 }),
    worstMs: fc.integer({ min: 100, max: 900 }),
  }),
  signal: fc.array(fc.record({ atMs: fc.constant(1), rsrpDbm: fc.integer({ min: -140, max: -50 }) }), { maxLength: 5 }),
  cases: fc.array(
    fc.record({
      id: fc.constantFrom('create', 'register', 'notify'),
      verdict,
      durationMs: fc.integer({ min: 0, max: 60_000 }),
    }),
    { maxLength: 8 },
  ),
});

describe('mipl report --fleet', () => {
  it('counts what DuckDB counts of the same files', async () => {
    const results = fc.sample(oneResult, { numRuns: 60, seed: 7 }) as FleetResult[];
    const directory = await tempDirectory();
    await mkdir(join(directory, 'line-1'));
    for (const [index, result] of results.entries()) {
      const folder = index % 2 === 0 ? 'line-1' : '';
      await writeFile(join(directory, folder, `${index}.json`), JSON.stringify(result));
    }
    const { code, output } = await runCommand(['report', '--fleet', directory, '--format', 'json']);
    const report = JSON.parse(output) as FleetReport;
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const rows = async (question: string): Promise<Record<string, unknown>[]> =>
      (await connection.runAndReadAll(question)).getRowObjectsJson();
    await connection.run(
      `create table result as select * from read_json('${directory}/**/*.json', sample_size = -1);
       create table one as select unnest(cases) as c, * from result;
       create view verdict as select *, isComplete
         and len(list_filter(cases, x -> x.verdict = 'passed')) > 0
         and len(list_filter(cases, x -> x.verdict in ('failed', 'inconclusive'))) = 0 as good from result`,
    );
    const rates = (name: string): string =>
      `select ${name} as name, count(*)::integer as devices, count_if(good)::integer as passed from verdict group by 1
       order by passed / devices, name`;
    expect(report.byFirmware).toEqual(await rows(rates('identity.firmware')));
    expect(report.bySite).toEqual(await rows(rates('details.site')));
    const judged = await rows(
      `select c.id as id, count(*)::integer as judged, count_if(c.verdict = 'failed')::integer as failed,
         count_if(c.verdict = 'inconclusive')::integer as inconclusive, max(c.durationMs)::integer as "worstMs",
         quantile_disc(c.durationMs, 0.5)::integer as "p50Ms", quantile_disc(c.durationMs, 0.95)::integer as "p95Ms"
       from one where c.verdict <> 'skipped' group by 1 order by failed + inconclusive desc, "p95Ms" desc`,
    );
    expect(report.cases).toEqual(judged);
    const signal = await rows(
      `select details.site as name, count(*)::integer as samples, min(s.rsrpDbm)::integer as "lowestDbm",
         quantile_disc(s.rsrpDbm, 0.5)::integer as "medianDbm", max(s.rsrpDbm)::integer as "highestDbm"
       from (select *, unnest(signal) as s from result) group by 1 order by 1`,
    );
    expect(report.signal.toSorted((one, other) => (one.name < other.name ? -1 : 1))).toEqual(signal);
    const [times] = await rows(
      `select quantile_disc(answerTimes.p50Ms, 0.5)::integer as "p50Ms", quantile_disc(answerTimes.p95Ms, 0.95)::integer as "p95Ms",
         max(answerTimes.worstMs)::integer as "worstMs" from result`,
    );
    expect(report.answerTimes).toEqual(times);
    expect(code).toBe(1);
  });

  it('is Parquet by the query that the documentation names, a row a case', async () => {
    const directory = await tempDirectory();
    const results = fc.sample(oneResult, { numRuns: 9, seed: 8 }) as FleetResult[];
    for (const [index, result] of results.entries())
      await writeFile(join(directory, `${index}.json`), JSON.stringify(result));
    const text = await readFile(new URL('../../docs/stations.md', import.meta.url), 'utf8');
    const [, query = ''] = /```sql\n([^`]*)```/.exec(text) ?? [];
    const parquet = join(directory, 'results.parquet');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(
      query.replace('results/**', `${directory}/**`).replace("TO 'results.parquet'", `TO '${parquet}'`),
    );
    const found = await connection.runAndReadAll(
      `select count(*)::integer as many, count(c.id)::integer as ids from '${parquet}'`,
    );
    const many = results.reduce((sum, { cases }) => sum + cases.length, 0);
    expect(found.getRowObjectsJson()).toEqual([{ many, ids: many }]);
  });

  it('reads what mipl acceptance writes, and calls practice practice', async () => {
    const directory = await tempDirectory();
    const ran = await runCommand(['acceptance', '--port', 'sim:m5310a', '--only', 'version', '--report', directory]);
    expect(ran.code).toBe(0);
    const page = join(directory, 'fleet.html');
    const { code, errors } = await runCommand(['report', '--fleet', directory, '--format', 'html', '-o', page]);
    expect([code, errors]).toEqual([0, '']);
    expect(await readFile(page, 'utf8')).toContain('All of it is practice');
  });

  it('leaves out what is no result, and says which file and why', async () => {
    const directory = await tempDirectory();
    await writeFile(join(directory, 'other.json'), '{"format":"mipl-plan"}');
    await writeFile(join(directory, 'torn.json'), '{"format":"mipl-acc');
    const { code, errors } = await runCommand(['report', '--fleet', directory]);
    expect(code).toBe(2);
    expect(errors).toContain('other.json: left out: it is no result of an acceptance run');
    expect(errors).toContain('torn.json: left out: ');
    expect(errors).toContain('there is no result of an acceptance run');
  });
});

describe('the figures of many devices', () => {
  const [sample] = fc.sample(oneResult, { numRuns: 1, seed: 1 }) as FleetResult[];
  const result = {
    ...sample!,
    isComplete: true,
    cases: [{ id: 'create', verdict: 'passed' as const, durationMs: 10 }],
  };

  it('leave practice out beside real devices, and a stopped run is no pass', () => {
    const practice = { ...result, simulated: ['module'] };
    const report = fleetReport([result, practice, { ...result, isComplete: false }]);
    expect(report).toMatchObject({ devices: 2, practice: 1, passed: 1, stopped: 1 });
  });

  it('a device with nothing judged has not passed', () => {
    expect(fleetReport([{ ...result, cases: [] }])).toMatchObject({ devices: 1, passed: 0, cases: [] });
  });

  it('show what a module printed as text, never as markup or formula', () => {
    const named = { ...result, identity: { firmware: '<img src=x onerror=alert(1)>' }, details: { site: '=1+1' } };
    const report = fleetReport([named]);
    for (const language of ['en', 'zh', 'both'] as const) expect(fleetHtml(report, language)).not.toContain('<img');
    expect(fleetCsv(report)).toContain("'=1+1");
  });

  it('never throw, whatever verdicts and times there are', () => {
    fc.assert(
      fc.property(fc.array(oneResult), (results) => {
        const report = fleetReport(results as FleetResult[]);
        expect(report.byFirmware.reduce((sum, { devices }) => sum + devices, 0)).toBe(report.devices);
        expect(report.bySite.reduce((sum, { passed }) => sum + passed, 0)).toBe(report.passed);
      }),
    );
  });
});
