import type { BilingualName } from '../../shared/lwm2m.ts';
import type { DeviceModel, ModelInstance, ModelObject, ModelResource } from '../../shared/deviceModel.ts';

const text = (value: string): string => JSON.stringify(value);
const nameField = (name: BilingualName | undefined): string =>
  name === undefined ? '' : `, "name": { "zh": ${text(name.zh)}, "en": ${text(name.en)} }`;

function resourceLine({ id, type, operations, value, name, unit }: ModelResource): string {
  const valueField = type === 'none' ? '' : `, "value": ${text(value)}`;
  const unitField = unit === undefined ? '' : `, "unit": ${text(unit)}`;
  const fields = `"id": ${id}, "type": ${text(type)}, "access": ${text(operations)}${valueField}${nameField(name)}${unitField}`;
  return `            { ${fields} }`;
}

function instanceText({ id, resources }: ModelInstance): string {
  return `        { "id": ${id}, "resources": [\n${resources.map(resourceLine).join(',\n')}\n        ] }`;
}

function objectText({ id, name, instances }: ModelObject): string {
  return `    { "id": ${id}${nameField(name)}, "instances": [\n${instances.map(instanceText).join(',\n')}\n    ] }`;
}

/** The text of a `*.model.json`, one resource on a line, as people edit it; `parseModel` reads the same model from it. */
export function modelText({ name, objects }: DeviceModel): string {
  const head = `{\n  "format": "mipl-device-model",\n  "version": 1,\n  "name": ${text(name)},\n  "objects": [\n`;
  return `${head}${objects.map(objectText).join(',\n')}\n  ]\n}\n`;
}
