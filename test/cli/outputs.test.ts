import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { main } from '../../main/cli/mipl.ts';
import { checksumOf } from '../../main/files/checksum.ts';
import type { AcceptanceResult } from '../../shared/acceptanceResult.ts';
import { tempDirectory } from '../tempDirectory.ts';

function collected(stream: PassThrough): () => string {
  let text = '';
  stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
  return () => text;
}

/** Runs a command in this process; `onMessage` sees what goes to stderr, and may stop it. */
async function run(args: readonly string[], onMessage?: (text: string, stop: () => void) => void) {
  const abort = new AbortController();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [output, errors] = [collected(stdout), collected(stderr)];
  stderr.on('data', () => onMessage?.(errors(), () => abort.abort()));
  const code = await main(args, { stdin: new PassThrough(), stdout, stderr, signal: abort.signal });
  return { code, output: output(), errors: errors() };
}

const files = (path: string, ending: string): string[] => readdirSync(path).filter((name) => name.endsWith(ending));
const allTexts = (path: string): string =>
  readdirSync(path)
    .filter((name) => !name.endsWith('.mipl.ndjson'))
    .map((name) => `${name}\n${readFileSync(join(path, name), 'utf8')}`)
    .join('\n');

/** A platform that prints the key it was given into its refusal. */
async function tellingPlatform(spell: (key: string) => string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.end(`{"errno":1,"error":"invalid api-key: ${spell(String(request.headers['api-key']))}"}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const key = 'zUTn=rmLb/Zq8QwPa1=';
const spellings: Readonly<Record<string, (key: string) => string>> = {
  'JSON escapes': (text) => text.replaceAll('=', '\\u003d').replaceAll('/', '\\/'),
  'URL escapes': encodeURIComponent,
  'HTML entities': (text) => text.replaceAll('=', '&#61;').replaceAll('/', '&#x2F;'),
  Base64: (text) => Buffer.from(`key:${text}`).toString('base64'),
  hex: (text) => Buffer.from(text).toString('hex'),
  capitals: (text) => text.toUpperCase(),
};

test.each(Object.entries(spellings))(
  'a platform that prints the api-key in %s brings it into no file and no output',
  { timeout: 60_000 },
  async (_name, spell) => {
    const path = await tempDirectory();
    const platform = await tellingPlatform(spell);
    const { code, output, errors } = await run([
      ...['acceptance', '--port', 'sim:m5310-seed', '--baud', '921600', '--platform', platform, '--api-key', key],
      ...['--only', 'read-resource', '--report', path, '--json'],
    ]);
    expect(code).toBe(1);
    const all = `${allTexts(path)}\n${output}\n${errors}`;
    expect(all).toContain('(api-key)');
    for (const other of [...Object.values(spellings), (text: string) => text]) {
      for (const spelled of [spell(other(key)), other(key)])
        expect(all.toLowerCase()).not.toContain(spelled.toLowerCase());
    }
  },
);

test('the command line warns when the key would go over a network as it is', { timeout: 30_000 }, async () => {
  const args = ['acceptance', '--port', 'tcp://127.0.0.1:1', '--journal', await tempDirectory(), '--api-key', 'k'];
  const warned = async (...more: string[]): Promise<boolean> =>
    (await run([...args, ...more])).errors.includes('travels openly');
  expect(await warned('--platform', 'http://onenet.invalid')).toBe(true);
  expect(await warned('--platform', 'https://onenet.invalid')).toBe(false);
  expect(await warned('--platform', 'http://127.0.0.1:9')).toBe(false);
  expect(await warned('--platform', 'http://onenet.invalid', '--operator')).toBe(false);
});

test(
  'with --mask neither reports, summary nor printed result tell who the modules are',
  { timeout: 60_000 },
  async () => {
    const [path, other, plainPath] = [await tempDirectory(), await tempDirectory(), await tempDirectory()];
    const ports = ['--port', 'sim:m5310-seed', '--port', 'sim:nb73'];
    const args = ['acceptance', ...ports, '--only', 'version'];
    const [{ code, output }, { output: json }, plain] = await Promise.all([
      run([...args, '--report', path, '--mask']),
      run([...args, '--report', other, '--mask', '--json']),
      run([...args, '--journal', plainPath, '--json']),
    ]);
    expect(code).toBe(0);
    const results = plain.output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AcceptanceResult);
    const secrets = results
      .flatMap(({ identity: { imei, imsi, iccid } }) => [imei, imsi, iccid])
      .filter((one) => one !== undefined);
    expect(secrets.length).toBeGreaterThanOrEqual(4);
    const told = [allTexts(path), allTexts(other), output, json].join('\n');
    for (const secret of secrets) expect(told).not.toContain(secret);
  },
);

test(
  'a run whose journal is taken away says so at once, and its report names the one that is there',
  { timeout: 90_000 },
  async () => {
    const [journals, report] = [await tempDirectory(), await tempDirectory()];
    const folder = join(journals, 'kept');
    let isTaken = false;
    const { code, output, errors } = await run(
      ['acceptance', '--port', 'sim:m5310-seed', '--journal', folder, '--report', report, '--json'],
      (text, stop) => {
        if (!isTaken && text.includes('] power-on:')) {
          isTaken = true;
          rmSync(folder, { recursive: true });
        }
        if (text.includes('was removed or moved')) stop();
      },
    );
    expect(code).toBe(1);
    expect(errors).toMatch(/kept\/session_[^ ]* was removed or moved: the journal goes on in /);
    const { journal } = JSON.parse(output) as AcceptanceResult;
    expect(journal?.left).toHaveLength(1);
    expect(await checksumOf(journal?.file ?? '')).toBe(journal?.sha256);
    const page = readFileSync(join(report, files(report, '.html')[0] ?? ''), 'utf8');
    expect(page).toContain('Journal removed or moved during the run');
    expect(page).toContain(journal?.file);
  },
);

test('mipl run says within seconds that its journal was taken away, and goes on', { timeout: 60_000 }, async () => {
  const folder = join(await tempDirectory(), 'journals');
  let isTaken = false;
  const { code, errors } = await run(
    ['run', '--port', 'sim:m5310-seed', '--baud', '921600', '--journal', folder, '--for', '30'],
    (text, stop) => {
      if (!isTaken && text.includes('journal: ')) {
        isTaken = true;
        rmSync(folder, { recursive: true });
      }
      if (text.includes('was removed or moved')) stop();
    },
  );
  expect(errors).toContain('with everything from before');
  expect([0, 1]).toContain(code);
  const [name = ''] = files(folder, '.mipl.ndjson');
  const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ format: 'mipl-journal' });
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ t: 'gap', reason: 'closed' });
});

test.each(['/dev/null/reports', ''])(
  'a report that can never be written to %j is refused before the run',
  { timeout: 30_000 },
  async (directory) => {
    const started = performance.now();
    const { code, errors, output } = await run(['acceptance', '--port', 'sim:m5310-seed', '--report', directory]);
    expect(code).toBe(2);
    expect(errors).toContain('--report');
    expect(output).toBe('');
    expect(performance.now() - started).toBeLessThan(20_000);
  },
);
