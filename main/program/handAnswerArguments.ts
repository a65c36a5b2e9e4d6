import { CodedError } from '../../shared/errors.ts';
import { parsePath } from '../../shared/lwm2m.ts';
import { ranges } from '../../shared/settings.ts';
import { requestKinds } from '../../shared/state.ts';
import type { HandAnswer, RequestKind } from '../../shared/state.ts';
import { record, text, whole, word } from './arguments.ts';

const MAX_VALUES = 1000;

/** The kinds to put on hold. @throws CodedError `BAD_ARGUMENT`. */
export function holdKindsOf(options: unknown): RequestKind[] {
  const { kinds } = record(options, ['kinds']);
  if (!Array.isArray(kinds) || kinds.length > requestKinds.length)
    throw new CodedError('BAD_ARGUMENT', 'kinds must be a list of kinds');
  return [...new Set(kinds.map((kind) => word(kind, 'kind', requestKinds)))];
}

/** An answer by hand. @throws CodedError `BAD_ARGUMENT`, `LWM2M_BAD_PATH`. */
export function handAnswerOf(given: unknown): HandAnswer {
  const { id, kind, afterMs, values, result } = record(given, ['id', 'kind', 'afterMs', 'values', 'result']);
  const common = {
    id: text(id, 'id', 20),
    ...(afterMs === undefined
      ? {}
      : { afterMs: whole(afterMs, 'afterMs', ranges.answerDelayMs.min, ranges.answerDelayMs.max) }),
  };
  switch (word(kind, 'kind', ['value', 'error', 'never'])) {
    case 'value':
      return { ...common, kind: 'value', ...(values === undefined ? {} : { values: valuesOf(values) }) };
    case 'error':
      return { ...common, kind: 'error', result: whole(result, 'result', 11, 15) };
    case 'never':
      return { ...common, kind: 'never' };
  }
}

function valuesOf(given: unknown): Record<string, string> {
  const all = record(given, Object.keys(given ?? {}).slice(0, MAX_VALUES));
  return Object.fromEntries(
    Object.entries(all).map(([path, value]) => {
      if (parsePath(path)?.resourceId === undefined)
        throw new CodedError('LWM2M_BAD_PATH', 'Not the path of a resource', path);
      return [path, text(value, path)];
    }),
  );
}
