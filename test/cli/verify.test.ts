import { createHash } from 'node:crypto';
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSample, say } from '../journal/samples.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { runCommand } from './runCommand.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

async function journal(): Promise<string> {
  const writer = await openSample(await tempDirectory());
  writer.fact({ fact: 'anew' });
  say(writer, 'out', 'AT\r', 1);
  say(writer, 'in', '\r\nOK\r\n', 2);
  writer.gap('unplugged', 'ENXIO');
  say(writer, 'in', 'é\u0000\r\n', 1500);
  writer.fact({ fact: 'network', network: { rssiDbm: -71 } });
  await writer.close();
  return writer.file;
}

async function verify(file: string) {
  const { code, output, errors } = await runCommand(['verify', file, '--json']);
  return { code, errors, found: JSON.parse(output) as Record<string, unknown> };
}

it('a whole journal is said to be whole, with its bytes and their SHA-256; a gap without loss is told', async () => {
  const file = await journal();
  const { code, errors, found } = await verify(file);
  expect([code, errors]).toEqual([0, '']);
  const content = await readFile(file);
  const heard = Buffer.from('\r\nOK\r\né\u0000\r\n');
  expect(found).toMatchObject({
    isWhole: true,
    header: { version: 2, port: '/dev/ttyUSB0' },
    file: { bytes: content.length, sha256: sha256(content) },
    out: { bytes: 3, sha256: sha256('AT\r') },
    in: { bytes: heard.length, sha256: sha256(heard) },
    records: { bytes: 3, gap: 1, facts: 2 },
    durationNs: 1_500_000_000,
    gaps: { count: 1, first: [{ reason: 'unplugged', text: 'ENXIO' }] },
  });
});

it('a damaged line, a torn end and a fact that cannot be folded are told with their place, and it ends with 1', async () => {
  const file = await journal();
  const before = (await readFile(file)).length;
  await appendFile(file, 'damage\n{"t":"facts","n":1,"w":2,"facts":[{"fact":"executed","path":"/1/0/8","count":1}]}\n');
  await appendFile(file, '{"t":"in","n":1,"w":2,"b":"+MIP');
  const { code, found } = await verify(file);
  expect(code).toBe(1);
  const lines = (await readFile(file, 'utf8')).split('\n').length;
  expect(found).toMatchObject({
    isWhole: false,
    damage: {
      count: 2,
      first: [
        { line: lines - 2, byte: before, message: 'not JSON', isTorn: false },
        { line: lines, isTorn: true },
      ],
    },
    badFacts: { count: 1, first: [{ line: lines - 1, message: expect.stringContaining('no resource /1/0/8') }] },
  });
  const { code: sameCode, output } = await runCommand(['verify', file]);
  expect(sameCode).toBe(1);
  expect(output).toContain(`damage         line ${lines - 2}, byte ${before}: not JSON`);
  expect(output).toContain('verdict        not whole: 2 damaged lines, 1 fact that cannot be folded');
});

it('bytes that found no room make it not whole', async () => {
  const file = await journal();
  await appendFile(file, '{"t":"gap","n":1,"w":2,"reason":"dropped","missingBytes":30}\n');
  const { code, found } = await verify(file);
  expect([code, found['missingBytes']]).toEqual([1, 30]);
});

it('of many damaged lines the first hundred are listed, and all are counted', async () => {
  const file = await journal();
  await appendFile(file, '\u0007evil\n'.repeat(5000));
  const { found } = await verify(file);
  expect(found['damage']).toMatchObject({ count: 5000, first: { length: 100 } });
  const { output } = await runCommand(['verify', file]);
  expect(output).toContain('damage         and 4900 more');
  expect(output).not.toContain('\u0007');
});

it('a first line that is no header is wrong; a file that is not there, or no argument, cannot be checked', async () => {
  const folder = await tempDirectory();
  const file = join(folder, 'no.mipl.ndjson');
  await writeFile(file, '{"hello":1}\n');
  const { code, errors } = await runCommand(['verify', file]);
  expect([code, errors]).toEqual([1, expect.stringContaining('no.mipl.ndjson:1: the first line does not say')]);
  await truncate(file, 0);
  expect((await runCommand(['verify', file])).code).toBe(1);
  expect((await runCommand(['verify', join(folder, 'none')])).code).toBe(2);
  expect((await runCommand(['verify'])).code).toBe(2);
});
