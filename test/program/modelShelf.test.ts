import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { modelText } from '../../main/lwm2m/modelText.ts';
import { ModelShelf } from '../../main/program/modelShelf.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import type { CodedError } from '../../shared/errors.ts';
import { faultOf } from '../../shared/errors.ts';
import { testFolder } from '../device/rig.ts';

const lamp: DeviceModel = {
  name: 'Lamp',
  objects: [
    {
      id: 3311,
      instances: [{ id: 0, resources: [{ id: 5850, type: 'boolean', operations: 'RW', value: '0' }] }],
    },
  ],
};

function written(name: string, text: string | Uint8Array, folder = testFolder()): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

const shelf = (listFile?: string): Promise<ModelShelf> =>
  ModelShelf.open(defaultModel, listFile, (error) => expect.unreachable(faultOf(error).message));

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => `${(error as CodedError).code} ${faultOf(error).message}`,
  );

describe('the shelf of device models', () => {
  it('has the one that comes with the program, and puts a file that was opened behind it, the last one first', async () => {
    const models = await shelf();
    await models.open(written('lamp.model.json', modelText(lamp)));
    await models.open(written('meter.model.json', modelText({ ...lamp, name: 'Meter' })));
    expect((await models.list()).map(({ name, file, objectIds }) => [name, file, objectIds])).toEqual([
      [defaultModel.name, undefined, [3303, 3306]],
      ['Meter', 'meter.model.json', [3311]],
      ['Lamp', 'lamp.model.json', [3311]],
    ]);
  });

  it('is there again at the next start, with the model that was used last', async () => {
    const listFile = path.join(testFolder(), 'models.json');
    const models = await shelf(listFile);
    const { info } = await models.open(written('lamp.model.json', modelText(lamp)));
    await models.open(written('meter.model.json', modelText({ ...lamp, name: 'Meter' })));
    await models.use(await models.chosen(info.id));
    const again = await shelf(listFile);
    expect(again.used.state).toEqual({ id: info.id, name: 'Lamp', digest: info.digest });
    expect((await again.list()).map(({ name }) => name)).toEqual([defaultModel.name, 'Lamp', 'Meter']);
    await again.use(await again.chosen('shipped'));
    expect((await shelf(listFile)).used.model).toBe(defaultModel);
  });

  it('goes on with its own model where the one that was used last is gone or wrong, and says so', async () => {
    const listFile = path.join(testFolder(), 'models.json');
    const file = written('lamp.model.json', modelText(lamp));
    const models = await shelf(listFile);
    const { info } = await models.open(file);
    await models.use(await models.chosen(info.id));
    writeFileSync(file, '{\n  "format": }');
    const said: string[] = [];
    const again = await ModelShelf.open(defaultModel, listFile, (error) => said.push(faultOf(error).message));
    expect(said).toEqual(['lamp.model.json:2: JSON: Expected a value, found "}"']);
    expect(again.used.model).toBe(defaultModel);
    const [, broken] = await again.list();
    expect(broken).toMatchObject({ name: 'lamp.model.json', fault: { code: 'FILE_BAD_MODEL' } });
  });

  it('starts empty with a list that is damaged', async () => {
    for (const text of ['{', '[]', 'null', '{"files":[1,null],"used":7}']) {
      expect(await (await shelf(written('models.json', text))).list()).toHaveLength(1);
    }
  });

  it('tells by its digest that a file is another than what a device was made of', async () => {
    const file = written('lamp.model.json', modelText(lamp));
    const models = await shelf();
    const { info } = await models.open(file);
    const { state } = await models.chosen(info.id);
    expect(state.digest).toBe(info.digest);
    writeFileSync(file, modelText({ ...lamp, name: 'Bright lamp' }));
    expect((await models.list())[1]).toMatchObject({ id: info.id, name: 'Bright lamp' });
    expect((await models.list())[1]?.digest).not.toBe(info.digest);
  });

  it('forgets a model, and leaves its file', async () => {
    const file = written('lamp.model.json', modelText(lamp));
    const models = await shelf();
    const { info } = await models.open(file);
    await models.forget(info.id);
    expect(await models.list()).toHaveLength(1);
    expect(readFileSync(file, 'utf8')).toBe(modelText(lamp));
    expect(await refusal(models.read(info.id))).toBe('FILE_NOT_FOUND There is no such model in the list');
  });

  it('says which one new tabs begin with, and begins with the shipped one again where that is taken off', async () => {
    const listFile = path.join(testFolder(), 'models.json');
    const models = await shelf(listFile);
    const { info } = await models.open(written('lamp.model.json', modelText(lamp)));
    const marked = async (): Promise<string[]> =>
      (await models.list()).filter(({ isUsed }) => isUsed).map(({ id }) => id);
    expect(await marked()).toEqual(['shipped']);
    await models.use(await models.chosen(info.id));
    expect(await marked()).toEqual([info.id]);
    await models.forget(info.id);
    expect(await marked()).toEqual(['shipped']);
    expect(models.used.model).toBe(defaultModel);
    expect((await shelf(listFile)).used.model).toBe(defaultModel);
  });

  it('goes on with the one in use where another is taken off', async () => {
    const models = await shelf();
    const used = await models.open(written('lamp.model.json', modelText(lamp)));
    const other = await models.open(written('meter.model.json', modelText({ ...lamp, name: 'Meter' })));
    await models.use(await models.chosen(used.info.id));
    await models.forget(other.info.id);
    expect(models.used.state.id).toBe(used.info.id);
  });

  it('does not use what is not in its list, as one that was taken off', async () => {
    const file = written('lamp.model.json', modelText(lamp));
    const listFile = written('models.json', JSON.stringify({ files: [], used: file }));
    expect((await shelf(listFile)).used.model).toBe(defaultModel);
  });

  it('keeps fifty, and the one in use however long ago it was opened', async () => {
    const models = await shelf();
    const folder = testFolder();
    const { info } = await models.open(written('lamp.model.json', modelText(lamp), folder));
    await models.use(await models.chosen(info.id));
    for (let count = 0; count < 51; count++)
      await models.open(written(`${count}.model.json`, modelText({ ...lamp, name: `Lamp ${count}` }), folder));
    const names = (await models.list()).map(({ name }) => name);
    expect(names).toHaveLength(52);
    expect(names.slice(-2)).toEqual(['Lamp 1', 'Lamp']);
  });
});

describe('what is saved', () => {
  it('is what is read again', async () => {
    const models = await shelf();
    const { info } = await models.open(written('lamp.model.json', modelText(lamp)));
    const changed: DeviceModel = { ...lamp, name: '灯 "A"\u2028' };
    const saved = await models.save(info.id, changed);
    expect(saved).toMatchObject({ id: info.id, name: changed.name });
    expect((await models.read(info.id)).model).toEqual(changed);
  });

  it('is refused before the file is touched where it could not be read again', async () => {
    const models = await shelf();
    const file = written('lamp.model.json', modelText(lamp));
    const { info } = await models.open(file);
    const [object] = lamp.objects;
    const twice: DeviceModel = { ...lamp, objects: [object!, object!] };
    expect(await refusal(models.save(info.id, twice))).toContain(
      'FILE_BAD_MODEL lamp.model.json:11: model.objects[1].id: 3311 stands twice',
    );
    expect(await refusal(models.save(info.id, { name: 'Nothing', objects: [] }))).toContain('the list is empty');
    expect(readFileSync(file, 'utf8')).toBe(modelText(lamp));
  });

  it('never goes into the model that comes with the program, nor anywhere by a name that was made up', async () => {
    const models = await shelf();
    for (const id of ['shipped', '../../etc/passwd', '']) {
      expect(await refusal(models.save(id, lamp))).toBe('FILE_NOT_FOUND There is no such model in the list');
    }
  });
});

const line = '{ "id": 5850, "type": "boolean", "access": "RW", "value": "0" }';
const document = (resources: string): string =>
  `{ "format": "mipl-device-model", "version": 1,\n"objects": [ { "id": 3311, "instances": [ { "id": 0, "resources": [\n${resources}\n] } ] } ] }`;

describe('a hostile file', () => {
  it.each<[what: string, text: string | Uint8Array, sentence: string]>([
    ['of nothing', '', 'bad.json:1: JSON: Expected a value, found the end of the file'],
    ['of 100,000 brackets', '['.repeat(100_000), 'bad.json:1: JSON: Expected at most 64 levels, found "["'],
    ['of zeros', new Uint8Array(2000), 'bad.json:1: JSON: Expected a value, found "\\u0000"'],
    ['with a path twice', document(`${line},\n${line}`), 'bad.json:4: model.objects[0].instances[0].resources[1].id'],
    ['with an unknown type', document(line.replace('boolean', 'blob')), 'bad.json:3: model.objects[0]'],
    ['with a key twice', document(line.replace('"id": 5850', '"id": 1, "id": 2')), 'The field "id" stands twice'],
    ['without instances', document(line).replace(/"instances": .*/s, '"instances": [] } ] }'), 'the list is empty'],
    [
      'with a value that no message carries',
      document(line.replace('"boolean"', '"string"').replace('"0"', `"${'x'.repeat(16_385)}"`)),
      'value: at most 16384 characters, not 16385',
    ],
    [
      'with a name without end',
      document(line).replace('"version": 1,', `"version": 1, "name": "${'x'.repeat(201)}",`),
      'bad.json:1: model.name: at most 200 characters, not 201',
    ],
    [
      'with a unit without end',
      document(line.replace('}', `, "unit": "${'m'.repeat(65)}" }`)),
      'unit: at most 64 characters, not 65',
    ],
    [
      'with a resource name without end',
      document(line.replace('}', `, "name": { "zh": "${'名'.repeat(300)}", "en": "x" } }`)),
      'name: at most 200 characters, not 300',
    ],
    ['longer than any model', `"${'x'.repeat(8 * 1024 * 1024)}"`, 'bad.json: longer than 8 MB, which no model is'],
    [
      'with more resources than any device',
      `{ "format": "mipl-device-model", "version": 1, "objects": [ ${Array.from(
        { length: 11 },
        (_, object) =>
          `{ "id": ${object}, "instances": [ { "id": 0, "resources": [ ${Array.from({ length: 1000 }, (_one, id) => `{"id":${id},"type":"integer","access":"R","value":1}`).join()} ] } ] }`,
      ).join()} ] }`,
      'model.objects: at most 10000 resources, not 11000',
    ],
  ])('%s is told with file and place, and nothing has changed', async (_what, text, sentence) => {
    const models = await shelf();
    expect(await refusal(models.open(written('bad.json', text)))).toContain(sentence);
    expect(await models.list()).toHaveLength(1);
  });

  it('with a byte order mark is a file like any other', async () => {
    const models = await shelf();
    const { model } = await models.open(written('lamp.model.json', `\ufeff${modelText(lamp)}`));
    expect(model).toEqual(lamp);
  });

  it('that is not there, or a folder, is named', async () => {
    const models = await shelf();
    expect(await refusal(models.open(path.join(testFolder(), 'gone.json')))).toContain('FILE_NOT_FOUND ENOENT');
    expect(await refusal(models.open(testFolder()))).toContain('FILE_NOT_FOUND EISDIR');
  });
});
