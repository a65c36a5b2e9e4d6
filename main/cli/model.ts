import path from 'node:path';
import { parseArgs } from 'node:util';
import { counted } from '../../shared/plural.ts';
import { CodedError } from '../../shared/errors.ts';
import { modelCounts } from '../../shared/deviceModel.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { parseModel } from '../lwm2m/deviceModel.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import { modelText } from '../lwm2m/modelText.ts';
import { importedModel } from '../lwm2m/oma/importedModel.ts';
import { readRegistry } from '../lwm2m/oma/registryFiles.ts';
import type { RegistryContent } from '../lwm2m/oma/registryFiles.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';
import { fileText } from './options.ts';

export const help = `mipl model check FILE
mipl model import XML|FOLDER… [--object N]… [--all] [--name TEXT] [-o FILE]

Device models: what objects, instances, resources and values the tool shows to the platform.
check reads a *.model.json and counts what is in it; where it is wrong, it names file, line and field.
import makes a model from object files of the OMA registry, one instance of each object, with the mandatory resources and
values that the registry allows. Without -o the model goes to standard output, what was left out to standard error.
  --object N   only this object; may be given more than once
  --all        every resource, not only the mandatory ones (an object without any mandatory one always comes with all)
  --name TEXT  name of the model; default: the name of the file or folder
  -o FILE      write to FILE; it appears whole or not at all
Exit code: 0 when everything was read; 1 when the model is wrong, or files of a folder could not be read; 2 when there
was nothing to read or the model could not be written.`;

/** `mipl model`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const [action, ...rest] = args;
  if (action === 'check') return check(rest, io);
  if (action === 'import') return importObjects(rest, io);
  throw new UsageError('check or import is expected');
}

async function check(args: readonly string[], io: CliIo): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('One model file is expected');
  const text = await fileText('check', file);
  try {
    await writeLine(io.stdout, countsOf(parseModel(text, file)));
    return exit.ok;
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'FILE_BAD_MODEL') throw error;
    await writeLine(io.stderr, error.message);
    return exit.failed;
  }
}

/** `OneNET M5310: 2 objects, 3 instances, 19 resources`, then a line for each object. */
function countsOf(model: DeviceModel): string {
  const { objects, instances, resources } = modelCounts(model);
  const head = `${model.name}: ${counted(objects, 'object')}, ${counted(instances, 'instance')}, ${counted(resources, 'resource')}`;
  const rows = model.objects.map((object) => {
    const own = modelCounts({ name: '', objects: [object] });
    return `  /${object.id}  ${counted(own.instances, 'instance')}, ${counted(own.resources, 'resource')}`;
  });
  return [head, ...rows].join('\n');
}

async function importObjects(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      object: { type: 'string', multiple: true, default: [] },
      all: { type: 'boolean', default: false },
      name: { type: 'string' },
      output: { type: 'string', short: 'o' },
    },
  });
  const [first] = positionals;
  if (first === undefined) throw new UsageError('An XML file or a folder of them is expected');
  const wanted = values.object.map(objectNumber);
  const { objects, refused } = await registryOf(positionals, io);
  const missing = wanted.filter((id) => !objects.has(id));
  if (missing.length > 0) throw new UsageError(`There is no object ${missing.join(', ')} in what was read`);
  const chosen = [...objects.values()].filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  if (chosen.length === 0) throw new UsageError('No object was found in what was read');
  const name = values.name ?? path.basename(first).replace(/\.xml$/i, '');
  const model = importedModel(name, chosen, values.all ? 'all' : 'mandatory');
  if (values.output === undefined || values.output === '-') await writeLine(io.stdout, modelText(model).trimEnd());
  else await writeWhole(values.output, modelText(model));
  await writeLine(io.stderr, countsOf(model).split('\n')[0] ?? '');
  return refused.length > 0 ? exit.failed : exit.ok;
}

/** @throws UsageError. */
async function registryOf(places: readonly string[], io: CliIo): Promise<RegistryContent> {
  try {
    return await readRegistry(places, {
      signal: io.signal,
      onRemark: ({ place, text }) => writeLine(io.stderr, `${place}: ${text}`),
    });
  } catch (error) {
    if (error instanceof CodedError && error.code === 'FILE_NOT_FOUND') throw new UsageError(error.message);
    throw error;
  }
}

function objectNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new UsageError('--object is the number of an object');
  return Number(text);
}
