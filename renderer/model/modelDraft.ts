import { deviceModel } from '../../shared/deviceModel.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import { fits } from '../../shared/schema.ts';
import { advanced, begun, present } from './modelEdits.ts';
import type { EditHistory } from './modelEdits.ts';

/** A model on the page: what became of it, and which file it belongs to. */
export interface ModelDocument {
  /** By which the program knows its file; absent for one that stands in none yet. */
  readonly id?: string;
  readonly file?: string;
  readonly history: EditHistory;
}

/** A draft with unsaved changes as text, so that neither a reload nor the end of the program loses it. */
export function draftText({ id, file, history }: ModelDocument): string {
  const base = history.savedAt === undefined ? undefined : history.states[history.savedAt];
  return JSON.stringify({ id, file, base, model: present(history) });
}

/** The draft of a text; undefined for anything else. */
export function draftOf(text: string | null): ModelDocument | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
  if (typeof given !== 'object' || given === null) return undefined;
  const { id, file, base, model } = given as Record<string, unknown>;
  if (!fits(deviceModel, model)) return undefined;
  const named = typeof id === 'string' && typeof file === 'string' ? { id, file } : {};
  return { ...named, history: historyOf(fits(deviceModel, base) ? base : undefined, model) };
}

const historyOf = (base: DeviceModel | undefined, model: DeviceModel): EditHistory =>
  base ? advanced(begun(base, true), model) : begun(model, false);
