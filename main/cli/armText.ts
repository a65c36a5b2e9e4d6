import type { ArmedOrder } from '../../shared/armedAnswer.ts';
import { armedTimes } from '../../shared/armedAnswer.ts';
import { errorResults } from '../../shared/handAnswer.ts';
import type { PresetAnswer } from '../../shared/handAnswer.ts';
import { parsePath } from '../../shared/lwm2m.ts';
import { requestKinds } from '../../shared/requestKinds.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';
import { ranges } from '../../shared/settings.ts';
import { readWhole } from '../../shared/wholeRange.ts';
import { results } from '../mipl/codes.ts';
import { UsageError } from './io.ts';

/** What `--arm` takes, for help and errors. */
export const armForm = '[Nx] KIND PATH [after S] (value TEXT | error CODE | late S | never)';

const shape = /^(?:(\d+)x\s+)?(\w+)\s+(\/\S*)\s+(?:after\s+(\S+)\s+)?(value|error|late|never)(?:\s(.*))?$/;

function wrong(text: string, why: string): UsageError {
  return new UsageError(`--arm: "${text}": ${why}`);
}

/** Reads an answer that is set beforehand, such as `2x read /3303/0/5700 error 4.04`. @throws UsageError. */
export function armedOrderOf(text: string): ArmedOrder {
  const [, count = '1', kindText = '', path = '', after, how = '', rest] = shape.exec(text.trim()) ?? [];
  if (how === '') throw wrong(text, `expected ${armForm}`);
  const times = readWhole(count, armedTimes);
  if (times === undefined) throw wrong(text, `N is a number from ${armedTimes.min} to ${armedTimes.max}`);
  const kind = requestKinds.find((known) => known === kindText);
  if (!kind) throw wrong(text, `KIND is one of ${requestKinds.join(', ')}`);
  if (!parsePath(path)) throw wrong(text, `"${path}" is no path such as /3303/0/5700`);
  const afterMs = after === undefined ? undefined : millisecondsOf(text, after);
  return { kind, path, times, answer: answerOf(text, { kind, path, how, rest, afterMs }) };
}

interface Parts {
  readonly kind: RequestKind;
  readonly path: string;
  readonly how: string;
  readonly rest: string | undefined;
  readonly afterMs: number | undefined;
}

function answerOf(text: string, { kind, path, how, rest, afterMs }: Parts): PresetAnswer {
  const later = afterMs === undefined ? {} : { afterMs };
  if (how === 'never' || how === 'late') {
    if (afterMs !== undefined) throw wrong(text, `after does not go with ${how}`);
    if (how === 'late') return { kind: 'value', afterMs: millisecondsOf(text, rest ?? '') };
    if (rest !== undefined) throw wrong(text, 'nothing stands behind never');
    return { kind: 'never' };
  }
  if (how === 'error') return { ...later, kind: 'error', result: resultOf(text, kind, rest ?? '') };
  if (kind !== 'read' || parsePath(path)?.resourceId === undefined) {
    throw wrong(text, 'only the read of a resource is told a value');
  }
  return { ...later, kind: 'value', values: { [path]: rest ?? '' } };
}

function millisecondsOf(text: string, seconds: string): number {
  const most = ranges.answerDelayMs.max / 1000;
  const value = /^\d{1,3}(\.\d)?$/.test(seconds) ? Number(seconds) : NaN;
  if (!(value > 0 && value <= most)) throw wrong(text, `S is a number of seconds from 0.1 to ${most}`);
  return Math.round(value * 1000);
}

function resultOf(text: string, kind: RequestKind, code: string): number {
  const known = errorResults(kind);
  const result = known.find((number) => results[number]?.coapCode === code);
  if (result === undefined) {
    throw wrong(text, `CODE is one of ${known.map((number) => results[number]?.coapCode).join(', ')}`);
  }
  return result;
}
