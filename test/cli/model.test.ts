import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { main } from '../../main/cli/mipl.ts';
import { parseModel } from '../../main/lwm2m/deviceModel.ts';
import { tempDirectory } from '../tempDirectory.ts';

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function mipl(...args: readonly string[]): Promise<Run> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const read = [text(stdout), text(stderr)];
  const signal = new AbortController().signal;
  const code = await main(['model', ...args], { stdin: new PassThrough(), stdout, stderr, signal });
  stdout.end();
  stderr.end();
  return { code, stdout: await (read[0] as Promise<string>), stderr: await (read[1] as Promise<string>) };
}

const objectFile = (id: number, type = 'Integer'): string =>
  `<LWM2M><Object><Name>Thing ${id}</Name><ObjectID>${id}</ObjectID><Resources>
<Item ID="1"><Name>One</Name><Operations>R</Operations><Mandatory>Mandatory</Mandatory><Type>${type}</Type></Item>
<Item ID="2"><Name>Two</Name><Operations>R</Operations><Mandatory>Optional</Mandatory><Type>String</Type></Item>
</Resources></Object></LWM2M>`;

async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = path.join(await tempDirectory(), 'objects of 张三 & co');
  await mkdir(folder);
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(path.join(folder, name), content)));
  return folder;
}

describe('mipl model import', () => {
  it('makes a model of a folder, in the order of the numbers, and says what it left out', async () => {
    const folder = await folderWith({
      '10.xml': objectFile(10),
      '9.xml': objectFile(9, 'Complex'),
      'notes.txt': 'no object',
      'Copy of 10.XML': objectFile(10),
    });
    const output = path.join(folder, 'own.model.json');
    const { code, stdout, stderr } = await mipl('import', folder, '-o', output, '--name', 'Own');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('9.xml:2: data type "Complex" is unknown: taken as text\n');
    expect(stderr).toContain('Copy of 10.XML: object 10 was read before: left out\n');
    expect(stderr).toContain('Own: 2 objects, 2 instances, 2 resources\n');
    const model = parseModel(await readFile(output, 'utf8'), output);
    expect(model.objects.map(({ id }) => id)).toEqual([9, 10]);
    expect(await mipl('check', output)).toMatchObject({
      code: 0,
      stdout: 'Own: 2 objects, 2 instances, 2 resources\n  /9  1 instance, 1 resource\n  /10  1 instance, 1 resource\n',
    });
  });

  it('takes one object, with all its resources, to standard output', async () => {
    const folder = await folderWith({ '9.xml': objectFile(9), '10.xml': objectFile(10) });
    const { code, stdout } = await mipl('import', folder, '--object', '10', '--all');
    expect(code).toBe(0);
    expect(parseModel(stdout, '-').objects.map(({ id, instances }) => [id, instances[0]?.resources.length])).toEqual([
      [10, 2],
    ]);
  });

  it('reads files with byte order marks, in UTF-16 too', async () => {
    const wide = Buffer.from(`\u{feff}${objectFile(11)}`, 'utf16le');
    const folder = await folderWith({
      'a.xml': `\u{feff}${objectFile(9)}`,
      'b.xml': wide,
      'c.xml': Buffer.from(`\u{feff}${objectFile(12)}`, 'utf16le').swap16(),
    });
    expect(parseModel((await mipl('import', folder)).stdout, '-').objects.map(({ id }) => id)).toEqual([9, 11, 12]);
  });

  it('reads the other files of a folder where one is broken, says its line, and ends with 1', async () => {
    const folder = await folderWith({ '9.xml': objectFile(9), '10.xml': objectFile(10).slice(0, 150) });
    const { code, stdout, stderr } = await mipl('import', folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^10\.xml:\d+: XML: /m);
    expect(parseModel(stdout, '-').objects.map(({ id }) => id)).toEqual([9]);
  });

  it.each([
    ['nothing is named', [], /XML file or a folder/],
    ['the place is not there', ['nowhere.xml'], /ENOENT/],
    ['no object has the number', ['FOLDER', '--object', '7'], /no object 7/],
    ['the number is a word', ['FOLDER', '--object', 'temperature'], /number of an object/],
  ])('ends with 2 and says so where %s', async (_, args, message) => {
    const folder = await folderWith({ '9.xml': objectFile(9) });
    const { code, stderr } = await mipl('import', ...args.map((word) => (word === 'FOLDER' ? folder : word)));
    expect([code, stderr]).toEqual([2, expect.stringMatching(message) as string]);
  });

  it('ends with 2 where there is no object at all', async () => {
    const folder = await folderWith({ 'index.xml': '<DDFList><Item/></DDFList>' });
    expect(await mipl('import', folder)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/No object/) as string,
    });
  });
});

describe('mipl model check', () => {
  it('names file, line and field of what is wrong, and ends with 1', async () => {
    const folder = await folderWith({ 'bad.model.json': '{\n "format": "mipl-device-model",\n "version": 2\n}' });
    const file = path.join(folder, 'bad.model.json');
    const { code, stderr } = await mipl('check', file);
    expect([code, stderr]).toEqual([1, `${file}:3: model.version: this program reads version 1\n`]);
  });

  it('reads a model that an editor has put a byte order mark into', async () => {
    const shipped = await readFile('main/lwm2m/models/default.model.json', 'utf8');
    const folder = await folderWith({ 'a.model.json': `\u{feff}${shipped}` });
    const { code, stdout } = await mipl('check', path.join(folder, 'a.model.json'));
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'OneNET M5310: 2 objects, 3 instances, 19 resources']);
  });

  it.each([[[]], [['check']], [['check', 'a', 'b']], [['mend', 'a']]])('ends with 2 for %j', async (args) => {
    expect(await mipl(...args)).toMatchObject({ code: 2 });
  });
});
