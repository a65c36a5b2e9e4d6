import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { storedName } from '../../main/stations/outbox.ts';
import type { WorkResult } from '../../main/stations/work.ts';
import { runCommand } from '../cli/runCommand.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { NatsServer, reasonAgainstQueue } from './natsServer.ts';
import { queueAt, stationAt, workOf } from './stationRoom.ts';

const mipl = new URL('../../main/cli/mipl.ts', import.meta.url).pathname;

describe.skipIf(reasonAgainstQueue !== undefined)('mipl queue and mipl station', () => {
  let server: NatsServer;
  beforeEach(async () => {
    server = await NatsServer.start();
    vi.stubEnv('MIPL_QUEUE', server.url);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });

  /** A station as a program of its own, and what it has said. */
  function stationProcess(directory: string, args: readonly string[]): { process: ChildProcess; said: () => string } {
    const options = ['station', '--directory', directory, '--queue', server.url, ...args];
    const station = spawn(process.execPath, [mipl, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [station.stdout, station.stderr]) stream.on('data', (bytes) => (said += String(bytes)));
    onTestFinished(() => void station.kill('SIGKILL'));
    return { process: station, said: () => said };
  }

  it('test two devices of a site on one virtual module, keep files by their checksums and hide who they are', async () => {
    const added = await runCommand(['queue', 'add', '--site', '站点 7', '--count', '2', '--only', 'version,create']);
    expect(added).toMatchObject({ code: 0, errors: '' });
    const ids = added.output.trim().split('\n');
    expect((await runCommand(['queue', 'list'])).output).toContain(`waiting   ${ids[0]}  站点 7`);
    const directory = await tempDirectory();
    const args = ['--port', 'sim:m5310a', '--name', 'line-1', '--directory', directory, '--until-empty', '--json'];
    const station = await runCommand(['station', ...args]);
    expect(station).toMatchObject({ code: 0, errors: expect.stringContaining('2 of 2 passed') });
    // Here journals stay as they were, for whoever has this machine.
    const journals = await readdir(join(directory, 'journals'));
    expect(journals).toHaveLength(2);
    const journal = await readFile(join(directory, 'journals', journals[0] ?? ''), 'utf8');
    const [, imei = 'none'] = /"imei":"(\d{15})"/.exec(journal) ?? [];
    expect(imei).toMatch(/^\d{15}$/);
    const saved = join(directory, 'saved');
    const results = await runCommand(['queue', 'results', '--json', '--save', saved]);
    expect(results).toMatchObject({
      code: 0,
      errors: expect.stringContaining('0 of 0 passed, PRACTICE: 2 of 2 passed'),
    });
    for (const line of results.output.trim().split('\n')) {
      const result = JSON.parse(line) as WorkResult;
      expect(result).toMatchObject({ outcome: 'passed', site: '站点 7', station: 'line-1', isMasked: true });
      const names = result.files.map(({ name }) => name);
      expect(names.map((name) => name.replace(/^.*?\./, '')).toSorted()).toEqual([
        ...['masked.html', 'masked.json', 'masked.junit.xml', 'masked.ndjson'],
      ]);
      for (const { name, sha256, bytes } of result.files) {
        const content = await readFile(join(saved, result.id, name));
        expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
        expect(content.length).toBe(bytes);
        expect(content.toString()).not.toContain(imei);
      }
    }
    expect((await runCommand(['queue', 'results', '--csv'])).output.split('\r\n')).toHaveLength(4);
  });

  it('say which file of a result is gone, end as failed, and fetch what is missing alone the next time', async () => {
    const { station, queue } = await stationAt(server.url);
    await queue.add(workOf('board-1'));
    await queue.add(workOf('board-2'));
    await station.run(new AbortController().signal);
    const [first, second] = await queue.results();
    const gone = storedName(first ?? { id: '', attempt: '' }, 'report.html');
    const content = await queue.connection.files.getBlob(gone);
    await queue.connection.files.delete(gone);
    const saved = join(await tempDirectory(), 'saved');
    const ask = ['queue', 'results', '--save', saved];
    const missing = await runCommand(ask);
    expect(missing.code).toBe(1);
    expect(missing.errors).toContain(`${first?.id}: report.html is not there any more`);
    expect(missing.errors).toContain('1 of 2 files are missing');
    const there = join(saved, second?.id ?? '', 'report.html');
    const { ino } = await stat(there);
    await queue.connection.files.putBlob({ name: gone }, content);
    const again = await runCommand(ask);
    expect(again.code, again.errors).toBe(0);
    expect(await readFile(join(saved, first?.id ?? '', 'report.html'), 'utf8')).toBe(`report of ${first?.id}`);
    expect((await stat(there)).ino).toBe(ino);
    // What is there under its name and is another is fetched anew.
    await writeFile(there, 'x'.repeat(`report of ${second?.id}`.length));
    expect((await runCommand(ask)).code).toBe(0);
    expect(await readFile(there, 'utf8')).toBe(`report of ${second?.id}`);
  });

  it('give the work of a station that is killed to another, and leave one result', async () => {
    await queueAt(server.url);
    const { output } = await runCommand(['queue', 'add', '--id', 'board-1', '--only', 'version,create']);
    expect(output).toBe('board-1\n');
    const first = stationProcess(await tempDirectory(), ['--port', 'sim:m5310a', '--name', 'first']);
    await vi.waitFor(() => expect(first.said()).toContain('begins board-1'), { timeout: 30_000 });
    expect((await runCommand(['queue', 'list'])).output).toMatch(/^running {3}board-1 .*first at sim:m5310a/m);
    const exited = once(first.process, 'exit');
    first.process.kill('SIGKILL');
    await exited;
    const directory = await tempDirectory();
    const args = ['--port', 'sim:m5310-seed', '--name', 'second', '--until-empty'];
    const second = await runCommand(['station', ...args, '--directory', directory]);
    expect(second).toMatchObject({ code: 0, output: expect.stringContaining('board-1 passed') });
    const results = await (await queueAt(server.url)).results();
    expect(results.map(({ id, station, outcome }) => [id, station, outcome])).toEqual([
      ['board-1', 'second', 'passed'],
    ]);
  });

  it('give back what a station is at when somebody ends it, and show the table while it runs', async () => {
    await runCommand(['queue', 'add', '--id', 'board-1']);
    const station = stationProcess(await tempDirectory(), ['--port', 'sim:m5310a', '--name', 'first']);
    const watched = await runCommand(['queue', 'watch'], (output, stop) => {
      if (/^ {2}sim:m5310a {2}testing {2}board-1/m.test(output)) stop();
    });
    expect(watched).toMatchObject({ code: 0, output: expect.stringContaining('first') });
    const exited = once(station.process, 'exit');
    station.process.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    expect(station.said()).toContain('board-1 was given back');
    expect((await runCommand(['queue', 'cancel', 'board-1', 'nothing'])).code).toBe(1);
    const results = await runCommand(['queue', 'results']);
    expect(results).toMatchObject({ code: 0, output: expect.stringMatching(/^cancelled board-1/) });
  });

  it('add a table twice as once, say so, and once more where they are asked to', async () => {
    const table = join(await tempDirectory(), 'work.csv');
    await writeFile(table, 'site,id\nPump,\nPump,\nHall,hall-1\n');
    const add = (...more: readonly string[]) => runCommand(['queue', 'add', '--from', table, ...more]);
    const added = await add();
    expect(added).toMatchObject({ code: 0, errors: '' });
    expect(added.output.trim().split('\n')).toHaveLength(3);
    expect(await add()).toMatchObject({
      code: 0,
      output: '',
      errors: '3 of 3 are there already or done; --anew adds rows without an id once more\n',
    });
    const anew = await add('--anew');
    expect(anew).toMatchObject({ code: 0, errors: '1 of 3 are there already or done\n' });
    expect(anew.output.trim().split('\n')).toHaveLength(2);
    expect((await runCommand(['queue', 'add', '--anew'])).code).toBe(2);
  });

  it('add a table once, also where its plan lies under another name by then', async () => {
    const directory = await tempDirectory();
    const table = join(directory, 'work.csv');
    const document = '{"format":"mipl-acceptance-plan","version":1,"cases":[{"id":"own","steps":[{"send":"AT"}]}]}';
    await writeFile(table, 'site\nPump\n');
    const add = async (name: string) => {
      await writeFile(join(directory, name), document);
      return runCommand(['queue', 'add', '--from', table, '--plan', join(directory, name)]);
    };
    expect(await add('own.plan.json')).toMatchObject({ code: 0, errors: '' });
    expect(await add('renamed.plan.json')).toMatchObject({
      code: 0,
      output: '',
      errors: expect.stringContaining('1 of 1 are there already or done') as string,
    });
  });

  it('refuse what is wrong before it is in the queue', async () => {
    const plan = join(await tempDirectory(), 'own.plan.json');
    await writeFile(plan, '{"format":"mipl-acceptance-plan",\n"version":1,"cases":[]}');
    const codes = async (...args: string[]): Promise<readonly [number, string]> => {
      const { code, errors } = await runCommand(['queue', ...args]);
      return [code, errors.split('\n')[0] ?? ''];
    };
    expect(await codes('add', '--plan', plan)).toEqual([2, expect.stringContaining(`${plan}:2`)]);
    expect(await codes('add', '--id', '../x')).toEqual([2, expect.stringContaining('--id is of letters')]);
    expect(await codes('add', '--platform', 'http://192.0.2.1')).toEqual([
      2,
      expect.stringContaining('--platform is one of'),
    ]);
    expect(await codes('add', '--count', '3', '--id', 'x')).toEqual([2, expect.stringContaining('--count')]);
    expect(await codes('steal')).toEqual([2, expect.stringContaining('add, list, cancel, results or watch')]);
    expect(await codes('list', '--queue', 'http://127.0.0.1')).toEqual([2, expect.stringContaining('is no queue')]);
    expect(await codes('list')).toEqual([2, expect.stringContaining('mipl queue add sets one up')]);
  });
});
