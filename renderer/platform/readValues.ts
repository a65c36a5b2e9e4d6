import { parseAsWritten } from '../ui/prettyJson.ts';
import { record, textOf } from './platformDraft.ts';

/** A value that the platform was told. */
export interface ReadValue {
  readonly path: string;
  /** As it stands in the answer. */
  readonly value: string;
}

/** What the answer to a read of that path says; undefined where it says no values. */
export function readValuesIn(path: string, body: string | undefined): ReadValue[] | undefined {
  const { data } = record(parseAsWritten(body ?? ''));
  const objectId = path.split('/')[1];
  if (!Array.isArray(data) || objectId === undefined) return undefined;
  const values = data.flatMap((instance: unknown) => {
    const { obj_inst_id: instanceId, res } = record(instance);
    if (instanceId === undefined || !Array.isArray(res)) return [];
    return res.flatMap((resource: unknown) => {
      const { res_id: resourceId, val } = record(resource);
      if (resourceId === undefined || val === undefined) return [];
      return [{ path: `/${objectId}/${textOf(instanceId)}/${textOf(resourceId)}`, value: textOf(val) }];
    });
  });
  return values.length > 0 ? values : undefined;
}
