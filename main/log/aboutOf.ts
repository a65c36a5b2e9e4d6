import type { DecodedLine, LogEntry, ParamValue } from '../../shared/log.ts';
import { formatPath } from '../../shared/lwm2m.ts';

function numberOf(params: Readonly<Record<string, ParamValue>>, name: string): number | undefined {
  const value = params[name];
  return typeof value === 'number' ? value : undefined;
}

function pathIn(params: Readonly<Record<string, ParamValue>>): string | undefined {
  const objectId = numberOf(params, 'objectId');
  if (objectId === undefined) return undefined;
  const [instanceId, resourceId] = [numberOf(params, 'instanceId'), numberOf(params, 'resourceId')];
  if (instanceId === undefined || instanceId < 0) return formatPath({ objectId });
  if (resourceId === undefined || resourceId < 0) return formatPath({ objectId, instanceId });
  return formatPath({ objectId, instanceId, resourceId });
}

/** Which message and which path a line names; those of an answer are its command's. */
export type LineAbout = Pick<LogEntry, 'msgId' | 'path'>;

/** Of a line that names neither, as most do. */
export const aboutNothing: LineAbout = {};

/** What a line names of itself. */
export function aboutOf(decoded: DecodedLine | undefined): LineAbout {
  const params = decoded?.params;
  if (params === undefined) return aboutNothing;
  const [msgId, path] = [numberOf(params, 'msgId'), pathIn(params)];
  if (msgId === undefined) return path === undefined ? aboutNothing : { path };
  return path === undefined ? { msgId } : { msgId, path };
}
