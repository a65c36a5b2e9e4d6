import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ObjectCatalogue } from '../../main/program/objectCatalogue.ts';
import type { CatalogueState } from '../../shared/catalogue.ts';
import { faultOf } from '../../shared/errors.ts';
import { testFolder } from '../device/rig.ts';

const item = (id: number, more = ''): string =>
  `<Item ID="${id}"><Name>Flow ${id}</Name><Operations>R</Operations><MultipleInstances>Single</MultipleInstances>
<Mandatory>Mandatory</Mandatory><Type>Float</Type><RangeEnumeration>0..9</RangeEnumeration><Units>m3/s</Units>${more}</Item>`;
const objectFile = (id: number, name = 'Flow meter', items = item(1)): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<LWM2M><Object ObjectType="MODefinition"><Name>${name}</Name><ObjectID>${id}</ObjectID><ObjectVersion>1.1</ObjectVersion>
<MultipleInstances>Multiple</MultipleInstances><Resources>${items}</Resources></Object></LWM2M>`;

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = path.join(testFolder(), 'registry');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

function catalogue(file?: string): { readonly objects: ObjectCatalogue; readonly told: CatalogueState[] } {
  const told: CatalogueState[] = [];
  const objects = new ObjectCatalogue({
    ...(file === undefined ? {} : { file }),
    onState: (state) => told.push(state),
    wallMs: () => 1_700_000_000_000,
  });
  return { objects, told };
}

describe('the catalogue of objects', () => {
  it('has our own table before anything was imported, in both languages', async () => {
    const { objects, told } = catalogue();
    const list = await objects.list();
    expect(list.find(({ id }) => id === 3303)).toMatchObject({ name: { zh: '温度', en: 'Temperature' } });
    expect(told).toEqual([{ objectCount: list.length, resourceCount: expect.any(Number) as number }]);
    const ids = list.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted((one, other) => one - other));
  });

  it('takes a folder, tells how far it is, and has it again at the next start', async () => {
    const file = path.join(testFolder(), 'catalogue.json');
    const { objects, told } = catalogue(file);
    const folder = folderOf({ '10.xml': objectFile(31_010), '9.xml': objectFile(31_009), 'notes.txt': 'no object' });
    expect(await objects.import([folder])).toBe(true);
    expect(told.flatMap(({ running }) => running ?? [])).toEqual([
      { done: 0, total: 2 },
      { done: 1, total: 2 },
      { done: 2, total: 2 },
    ]);
    expect(told.at(-1)?.imported).toEqual({
      atMs: 1_700_000_000_000,
      fileCount: 2,
      objectCount: 2,
      resourceCount: 2,
      remarks: [],
      remarkCount: 0,
      refusedCount: 0,
    });
    const again = catalogue(file);
    expect((await again.objects.list()).filter(({ id }) => id > 31_000)).toEqual([
      { id: 31_009, name: { zh: 'Flow meter', en: 'Flow meter' }, version: '1.1', resourceCount: 1 },
      { id: 31_010, name: { zh: 'Flow meter', en: 'Flow meter' }, version: '1.1', resourceCount: 1 },
    ]);
    expect(again.told.at(-1)).toEqual(told.at(-1));
  });

  it('keeps what was there when one more file comes, and of the same object the new one counts', async () => {
    const { objects } = catalogue();
    await objects.import([folderOf({ '1.xml': objectFile(31_001, 'Old'), '2.xml': objectFile(31_002) })]);
    await objects.import([path.join(folderOf({ 'new.xml': objectFile(31_001, 'New') }), 'new.xml')]);
    expect((await objects.list()).filter(({ id }) => id > 31_000).map(({ name }) => name.en)).toEqual([
      'New',
      'Flow meter',
    ]);
  });

  it('names objects of our own table in Chinese, also where the registry defines them anew', async () => {
    const { objects } = catalogue();
    await objects.import([folderOf({ '3303.xml': objectFile(3303, 'Temperature', item(5700)) })]);
    const [temperature] = await objects.describe([3303]);
    expect(temperature).toMatchObject({ name: { zh: '温度', en: 'Temperature' }, isNamed: true, version: '1.1' });
    expect(temperature?.resources[0]).toMatchObject({ id: 5700, isMandatory: true, range: '0..9', isNamed: false });
  });

  it('describes what nobody has defined by its number, and a resource wherever it stands', async () => {
    const { objects } = catalogue();
    expect(await objects.describe([32_769])).toEqual([
      {
        id: 32_769,
        name: { zh: '对象 32769', en: 'Object 32769' },
        isMultiple: true,
        isNamed: true,
        resources: [],
      },
    ]);
    expect(await objects.describeResource(32_769, 5700)).toMatchObject({ name: { zh: '传感器值' }, type: 'float' });
    expect(await objects.describeResource(3303, 5605)).toMatchObject({ operations: 'E' });
    const own = { id: 9, type: 'string', operations: 'R', value: '' } as const;
    const model = { name: 'A', objects: [{ id: 3303, instances: [{ id: 0, resources: [own] }] }] };
    const [definition] = await objects.definitions(model);
    expect(definition?.resources.at(-1)).toMatchObject({ id: 9, name: { en: 'Resource 9' } });
  });

  it('forgets a file of its own that was damaged, and says nothing of objects that are not there', async () => {
    for (const text of ['{', '{"format":"mipl-object-catalogue","version":1,"objects":[{"id":"x"}]}']) {
      const file = path.join(testFolder(), 'catalogue.json');
      writeFileSync(file, text);
      const { objects, told } = catalogue(file);
      await objects.list();
      expect(told.at(-1)).not.toHaveProperty('imported');
    }
  });
});

describe('an import', () => {
  it('says with file and line what it left out, and takes the rest', async () => {
    const { objects, told } = catalogue();
    const many = Array.from({ length: 600 }, (_, id) => item(id + 2).replace('Float', 'Double')).join('\n');
    await objects.import([
      folderOf({
        '1.xml': `\ufeff${objectFile(31_001)}`,
        '2.xml': objectFile(31_002).replace('</LWM2M>', ''),
        '3.xml': objectFile(31_003, 'Odd', item(1).replace('Float', 'Complex')),
        '4.xml': objectFile(31_001),
        '5.xml': '<LWM2M><Object><Name>Common</Name></Object></LWM2M>',
        '6.xml': objectFile(70_000),
        '7.xml': '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><LWM2M>&b;</LWM2M>',
        '8.xml': `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${objectFile(31_008, '&f;')}`,
        '9.xml': objectFile(31_009, 'Many', many),
      }),
    ]);
    const { imported } = told.at(-1)!;
    expect(imported).toMatchObject({ fileCount: 9, objectCount: 3, refusedCount: 4, remarkCount: 607 });
    expect(imported?.remarks).toHaveLength(500);
    expect(imported?.remarks.slice(0, 8).map(({ place }) => place)).toEqual([
      '2.xml:4',
      '3.xml:3',
      '4.xml',
      '5.xml:1',
      '6.xml:2',
      '7.xml:1',
      '8.xml:1',
      '9.xml:3',
    ]);
    expect(imported?.remarks[1]?.text).toBe('data type "Complex" is unknown: taken as text');
    expect(imported?.remarks[2]?.text).toBe('object 31001 was read before: left out');
    expect(JSON.stringify(await objects.describe([31_008]))).not.toContain('root:');
  });

  it('that is stopped leaves the catalogue as it was', async () => {
    const file = path.join(testFolder(), 'catalogue.json');
    const told: CatalogueState[] = [];
    const objects: ObjectCatalogue = new ObjectCatalogue({
      file,
      onState(state) {
        told.push(state);
        if (state.running?.done === 2) objects.stop();
      },
      wallMs: () => 0,
    });
    const files = Object.fromEntries([1, 2, 3, 4].map((id) => [`${id}.xml`, objectFile(31_000 + id)]));
    expect(await objects.import([folderOf(files)])).toBe(false);
    expect((await objects.list()).some(({ id }) => id > 31_000)).toBe(false);
    expect(told.at(-1)).not.toHaveProperty('running');
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  it('of nothing, of a folder that is gone, of files without an object is refused with the first reason', async () => {
    const { objects } = catalogue();
    const reason = (places: readonly string[]): Promise<string> =>
      objects.import(places).then(
        () => 'none',
        (error: unknown) => `${faultOf(error).code} ${faultOf(error).message}`,
      );
    expect(await reason([path.join(testFolder(), 'gone')])).toContain('FILE_NOT_FOUND ENOENT');
    expect(await reason([folderOf({})])).toBe('FILE_BAD_MODEL no object file is there');
    expect(await reason([folderOf({ 'a.xml': '' })])).toContain('FILE_BAD_MODEL a.xml:1: XML: Root element is missing');
    expect(await reason([folderOf({ 'a.xml': '<a>'.repeat(50_000) })])).toContain('FILE_BAD_MODEL a.xml:1: XML:');
    expect(await reason([folderOf({ 'a.xml': ' '.repeat(17 * 1024 * 1024) })])).toContain('longer than 16 MB');
    expect((await objects.list()).length).toBeGreaterThan(40);
  });
});

const registry = process.env['MIPL_OMA_REGISTRY'];
it.skipIf(registry === undefined)('the whole OMA registry is in it, 327 of 327', { timeout: 60_000 }, async () => {
  const { objects, told } = catalogue(path.join(testFolder(), 'catalogue.json'));
  expect(await objects.import([registry ?? ''])).toBe(true);
  expect(told.at(-1)?.imported).toMatchObject({ objectCount: 327, resourceCount: 3464, refusedCount: 0 });
});
