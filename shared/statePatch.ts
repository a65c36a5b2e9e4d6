import type { DeviceState, SteadyTimeMs } from './state.ts';

/** Parts that are merged key by key in a patch (`null` removes); all others are replaced whole. */
export const keyedParts = [
  'signalSamples',
  'resources',
  'attributes',
  'generators',
  'requests',
  'outbox',
  'datagrams',
  'platformCalls',
  'acceptanceCases',
] as const;
export type KeyedPart = (typeof keyedParts)[number];
const keyed: ReadonlySet<string> = new Set(keyedParts);

/** What changed: whole parts, and for keyed parts single entries. */
export type StateChanges = {
  readonly [P in Exclude<keyof DeviceState, KeyedPart>]?: DeviceState[P];
} & {
  readonly [P in KeyedPart]?: { readonly [key: string]: DeviceState[P][string] | null };
};

/** One step of a device's state: applies only to the state of `revision - 1`. */
export interface Patch {
  readonly revision: number;
  readonly changes: StateChanges;
  /** What main's steady clock said when it was sent. */
  readonly steadyMs?: SteadyTimeMs;
  /** Steps up to this one were never told: it stands for them, says nothing of what they changed, and the whole is to be fetched. */
  readonly hasMissed?: true;
}

/** The whole state of a device at a revision. */
export interface Snapshot {
  readonly revision: number;
  readonly state: DeviceState;
  /** Sequence number of the newest log entry, so that a reloaded window knows which page to ask for. */
  readonly lastSeq?: number;
  /** What main's steady clock said meanwhile: the window counts on from there. */
  readonly steadyMs?: SteadyTimeMs;
}

/** True for a part that is merged key by key. */
export function isKeyed(part: string): part is KeyedPart {
  return keyed.has(part);
}

/** The state after a patch. Pure; runs in main and in the renderer, so both cannot disagree. */
export function applyPatch(state: DeviceState, changes: StateChanges): DeviceState {
  const next: Record<string, unknown> = { ...state };
  for (const [part, change] of Object.entries(changes)) {
    if (change === undefined) continue;
    if (!isKeyed(part)) {
      next[part] = change;
      continue;
    }
    const entries = change as Readonly<Record<string, unknown>>;
    const merged: Record<string, unknown> = { ...state[part], ...entries };
    const isShorter = Object.values(entries).includes(null);
    next[part] = isShorter ? Object.fromEntries(Object.entries(merged).filter(([, entry]) => entry !== null)) : merged;
  }
  return next as unknown as DeviceState;
}
