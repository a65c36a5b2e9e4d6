import type { ObjectView, ResourceView } from '../../../shared/state.ts';
import type { ResourceType } from '../../../shared/lwm2m.ts';
import type { CaseDefinition } from './caseDefinition.ts';
import { cancelling, executing, observing, reading, writing } from './casesManagement.ts';
import { listing } from './casesSession.ts';
import { say } from './words.ts';

/** Objects that the document's own cases are about. */
const documents: ReadonlySet<number> = new Set([3303, 3306]);
/** A plan of more nobody waits for. */
const MOST_OBJECTS = 100;

/** Two values of a type, both allowed: the first is there before, the second is written. */
const writtenValues: Partial<Readonly<Record<ResourceType, readonly [before: string, written: string]>>> = {
  boolean: ['0', '1'],
  integer: ['1', '2'],
  float: ['1.5', '2.5'],
  string: ['before', 'after'],
  time: ['1700000000', '1700000060'],
};

function casesOf({ objectId, name, instances }: ObjectView): CaseDefinition[] {
  const path = `/${objectId}`;
  const [first] = instances;
  const inFirst = (isSo: (resource: ResourceView) => boolean): ResourceView | undefined => first?.resources.find(isSo);
  const isReadable = instances.some(({ resources }) => resources.some(({ operations }) => operations.includes('R')));
  const writable = inFirst(({ operations, type }) => operations.includes('W') && type in writtenValues);
  const executable = inFirst(({ operations }) => operations === 'E');
  const [before = '', written = ''] = (writable && writtenValues[writable.type]) ?? [];
  const level = String(objectId);
  const title = (zh: string, en: string) => say(`${zh}：${objectId} ${name.zh}`, `${en}: ${objectId} ${name.en}`);
  const instancePath = `${path}/${first?.instanceId ?? 0}`;
  return [
    ...(first?.instanceId === 0 ? [listing(level, title('发现对象', 'Discover an object'), objectId)] : []),
    ...(isReadable ? [reading(level, '3.5 (2) C', title('读取对象', 'Read an object'), path)] : []),
    ...(writable
      ? [
          writing(level, '3.5 (3) A', title('写入资源', 'Write a resource'), instancePath, [
            [writable.resourceId, before, written],
          ]),
        ]
      : []),
    ...(executable ? [executing(level, title('执行资源', 'Execute a resource'), executable.path)] : []),
    ...(isReadable
      ? [
          observing(level, '3.5 (6) C', title('观察对象', 'Observe an object'), [{ path, attributes: {} }]),
          cancelling(level, '3.5 (6) F', title('取消观察对象', 'Cancel observing an object'), path),
        ]
      : []),
  ].map((one) => ({ ...one, isOfModel: true as const }));
}

/**
 * What the document asks of its own objects, asked of every other object of the device model: found, read, written, executed,
 * observed, as far as the object allows it.
 */
export function modelCases(objects: readonly ObjectView[]): readonly CaseDefinition[] {
  return objects
    .filter(({ objectId }) => !documents.has(objectId))
    .slice(0, MOST_OBJECTS)
    .flatMap(casesOf);
}
