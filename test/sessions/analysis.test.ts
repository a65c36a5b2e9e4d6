import { appendFile, copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it, onTestFinished } from 'vitest';
import type { DeviceState } from '../../shared/state.ts';
import { percentile } from '../../shared/percentile.ts';
import { runCommand } from '../cli/runCommand.ts';
import { baseNs, openSample, say } from '../journal/samples.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { virtualVisit } from './virtualVisit.ts';

type Row = Readonly<Record<string, unknown>>;

/** The statements of docs/analysis.md as they stand there, by name, run over a folder of journals. */
async function duckDb(folder: string): Promise<(name: string) => Promise<Row[]>> {
  const text = await readFile(new URL('../../docs/analysis.md', import.meta.url), 'utf8');
  const statements = new Map([...text.matchAll(/```sql ([\w-]+)\n([^`]*)```/g)].map(([, name, sql]) => [name, sql]));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  onTestFinished(() => {
    connection.closeSync();
    instance.closeSync();
  });
  return async (name) => {
    const sql = (statements.get(name) ?? name)
      .replaceAll("'sessions/", `'${folder}/`)
      .replace(/TO '(\w+\.parquet)'/g, `TO '${folder}/$1'`);
    let rows: Row[] = [];
    for (const statement of sql.split(';').filter((part) => part.trim() !== ''))
      rows = (await connection.runAndReadAll(statement)).getRowObjectsJson() as Row[];
    return rows;
  };
}

/** A journal at a site, with what a visit in the virtual world does not have: a stage that failed, a weak signal. */
async function siteJournal(folder: string): Promise<string> {
  let nowMs = 0;
  const monotonicNs = (): bigint => baseNs + BigInt(nowMs) * 1_000_000n;
  const journal = await openSample(folder, { monotonicNs }, { site: 'Pump 3' });
  const fault = { code: 'SIM_NOT_READY', message: 'no card' } as const;
  journal.fact({ fact: 'anew' });
  journal.identify({ model: 'M5310-A', firmware: 'MV2.30', imei: '863703031234567' });
  for (const [place, rsrpDbm] of [-121, -99.5, -110].entries()) {
    nowMs += 1000;
    const id = String(place + 1);
    journal.fact({ fact: 'signal', id, sample: { atMs: nowMs, rsrpDbm, snrDb: place } });
  }
  journal.fact({ fact: 'stage', name: 'sim', change: { fault }, atMs: nowMs });
  say(journal, 'in', '\u0000any\\ bytes: ÿ\r\n', nowMs);
  await journal.close();
  await appendFile(journal.file, '{"t":"in","n":1,"w"');
  return journal.file;
}

async function stateOf(file: string): Promise<DeviceState> {
  return JSON.parse((await runCommand(['replay', file, '--json'])).output) as DeviceState;
}

it('DuckDB gets the figures of mipl out of a folder of journals, by the statements of the document', async () => {
  const folder = await tempDirectory();
  const visit = join(folder, 'visit.mipl.ndjson');
  await copyFile(await virtualVisit(), visit);
  const site = await siteJournal(folder);
  const query = await duckDb(folder);
  await query('views');

  const state = await stateOf(visit);
  const requests = Object.values(state.requests);
  const answered = requests.filter(({ usedMs, deliberate }) => usedMs !== undefined && !deliberate);
  const times = await query('answer-times');
  expect(times.length).toBeGreaterThan(4);
  for (const { kind, answers, p50Ms, p95Ms, worstMs, late } of times) {
    const ofKind = answered.filter((request) => request.kind === kind);
    const used = ofKind.map(({ usedMs = 0 }) => usedMs).sort((a, b) => a - b);
    expect([Number(answers), p50Ms, p95Ms, worstMs]).toEqual([
      used.length,
      percentile(used, 0.5),
      percentile(used, 0.95),
      used.at(-1),
    ]);
    expect(Number(late)).toBe(ofKind.filter((request) => request.late).length);
  }
  expect(times.reduce((sum, { answers }) => sum + Number(answers), 0)).toBe(answered.length);

  const failures = await query('failures');
  const refused = requests.filter(({ status, deliberate }) => status === 'refused' && !deliberate);
  expect(refused.length).toBeGreaterThan(0);
  const [first] = refused;
  expect(failures).toContainEqual({
    firmware: state.module.firmware,
    what: `request ${first?.kind}`,
    fault: first?.fault?.code,
    times: String(refused.length),
    sessions: '1',
  });
  expect(failures).toContainEqual({
    firmware: 'MV2.30',
    what: 'stage sim',
    fault: 'SIM_NOT_READY',
    times: '1',
    sessions: '1',
  });

  const samples = Object.values(state.signalSamples).map(({ rsrpDbm = 0 }) => rsrpDbm);
  const ranked = samples.toSorted((a, b) => a - b);
  expect(await query('signal')).toEqual([
    expect.objectContaining({
      site: '',
      measurements: String(samples.length),
      rsrpDbm: percentile(ranked, 0.5),
      worstRsrpDbm: ranked[0],
    }),
    { site: 'Pump 3', measurements: '3', rsrpDbm: -110, worstRsrpDbm: -121, snrDb: 1 },
  ]);

  const proof = async (file: string) =>
    JSON.parse((await runCommand(['verify', file, '--json'])).output) as Record<'in' | 'out', { bytes: number }>;
  const [ofSite, ofVisit] = [await proof(site), await proof(visit)];
  const bytes = (await query('bytes')).map(({ journal, direction, bytes: count }) => [
    journal === visit,
    direction,
    Number(count),
  ]);
  expect(bytes).toHaveLength(3);
  expect(bytes).toEqual(
    expect.arrayContaining([
      [false, 'in', ofSite.in.bytes],
      [true, 'in', ofVisit.in.bytes],
      [true, 'out', ofVisit.out.bytes],
    ]),
  );

  await query('parquet');
  const [whole] = await query('SELECT count(*) AS rows FROM records');
  expect(await query(`SELECT count(*) AS rows FROM read_parquet('sessions/sessions.parquet')`)).toEqual([whole]);
  expect(await query(`SELECT count(*) AS rows FROM read_parquet('sessions/requests.parquet')`)).toEqual([
    { rows: String(requests.length) },
  ]);
});

it('a key that comes first after row 20,480 is no column unless all rows are looked at, as the document says', async () => {
  const folder = await tempDirectory();
  const journal = await openSample(folder);
  for (let line = 0; line < 20_600; line++) say(journal, 'in', '\r\nOK\r\n', line);
  journal.gap('unplugged');
  await journal.close();
  const query = await duckDb(folder);
  const columns = async (sql: string): Promise<string[]> =>
    (await query(`DESCRIBE ${sql}`)).map(({ column_name: name }) => String(name));
  const from = `SELECT * FROM read_json('sessions/*.mipl.ndjson', format = 'newline_delimited', union_by_name = true`;
  expect(await columns(`${from})`)).not.toContain('reason');
  expect(await columns(`${from}, sample_size = -1)`)).toContain('reason');
  expect((await query('found')).filter(({ t }) => t === 'gap')).toMatchObject([{ reason: 'unplugged' }]);
});
