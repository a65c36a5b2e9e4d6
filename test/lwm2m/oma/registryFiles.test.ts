import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { definitionFor } from '../../../main/lwm2m/definitions/catalogueObject.ts';
import { readRegistry } from '../../../main/lwm2m/oma/registryFiles.ts';
import { tempDirectory } from '../../tempDirectory.ts';

const objectFile = (id: number, name = `Object ${id}`): string =>
  `<?xml version="1.0" encoding="UTF-8"?><LWM2M><Object ObjectType="MODefinition"><Name>${name}</Name><ObjectID>${id}</ObjectID>` +
  '<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory><Resources><Item ID="1"><Name>One</Name>' +
  '<Operations>R</Operations><MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory><Type>Integer</Type>' +
  '<RangeEnumeration></RangeEnumeration><Units></Units></Item></Resources></Object></LWM2M>';

/** A folder with these files. */
async function folderOf(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await tempDirectory();
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

describe('a folder of the OMA registry', () => {
  it('is read in the order of its numbers, whatever encoding a file has, and tells how far it is', async () => {
    const text = objectFile(10).replace('UTF-8', 'UTF-16');
    const folder = await folderOf({
      '10.xml': Buffer.from(`\uFEFF${text}`, 'utf16le'),
      '9.XML': Buffer.from(`\uFEFF${objectFile(9)}`),
      '11.xml': Buffer.from(`\uFEFF${objectFile(11).replace('UTF-8', 'UTF-16')}`, 'utf16le').swap16(),
      'readme.txt': 'no object',
    });
    const far: string[] = [];
    const { objects, fileCount, refused } = await readRegistry([folder], {
      onProgress: (done, total) => far.push(`${done}/${total}`),
    });
    expect([...objects.keys()]).toEqual([9, 10, 11]);
    expect([fileCount, refused]).toEqual([3, []]);
    expect(far).toEqual(['0/3', '1/3', '2/3', '3/3']);
  });

  it('says of each file that cannot be read which and why, and reads the others', async () => {
    const folder = await folderOf({
      '1.xml': '<LWM2M>\n<Object>',
      '2.xml': '',
      '3.xml': 'x',
      '4.xml': objectFile(4),
      '5.xml': objectFile(4),
    });
    await truncate(join(folder, '3.xml'), 17 * 1024 * 1024);
    await mkdir(join(folder, '6.xml'));
    const told: string[] = [];
    const { objects, refused, remarks } = await readRegistry([folder], {
      onRemark: ({ place, text }) => void told.push(`${place}: ${text}`),
    });
    expect([...objects.keys()]).toEqual([4]);
    expect(refused).toEqual(['1.xml', '2.xml', '3.xml', '6.xml']);
    expect(remarks).toHaveLength(told.length);
    expect(told).toContainEqual(expect.stringMatching(/^1\.xml:\d+: /));
    expect(told).toContainEqual(expect.stringContaining('3.xml: longer than 16 MB'));
    expect(told).toContain('5.xml: object 4 was read before: left out');
  });

  it('takes files by name, stops when it is told to, and says which place is not there', async () => {
    const folder = await folderOf({ '4.xml': objectFile(4) });
    expect((await readRegistry([join(folder, '4.xml')])).objects.size).toBe(1);
    const stopped = readRegistry([folder], { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(readRegistry([join(folder, 'gone')])).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      detail: 'gone',
    });
  });
});

describe('the definition of an object in a model', () => {
  const object = (id: number, ...resources: number[]) => ({
    id,
    instances: [
      {
        id: 0,
        resources: resources.map((one) => ({ id: one, type: 'string' as const, operations: 'R' as const, value: '' })),
      },
    ],
  });

  it('is that of the catalogue, or of the table, with the resources that only the model has behind it, each once', () => {
    const table = definitionFor(object(3303, 5700, 9999, 9999), undefined);
    expect(table).toMatchObject({ id: 3303, name: { en: 'Temperature' } });
    expect(table.resources.filter(({ id }) => id === 9999)).toHaveLength(1);
    expect(table.resources.at(-1)).toMatchObject({ id: 9999 });
    const known = { ...table, resources: [] };
    expect(definitionFor(object(3303, 5700), known).resources.map(({ id }) => id)).toEqual([5700]);
  });
});
