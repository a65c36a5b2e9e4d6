import { computed, shallowReadonly, shallowRef } from 'vue';
import type { ComputedRef, ShallowRef } from 'vue';
import { hearClock } from './clock.ts';

const retryMs = 500;

/** One step of what is mirrored. */
interface Step {
  readonly revision: number;
  readonly steadyMs?: number;
  /** It stands for steps that were never told, and has nothing of them. */
  readonly hasMissed?: true;
}

/** How a part of main's state is followed. */
export interface MirrorParts<P extends Step> {
  /** Fetches the whole and takes it over; answers with its revision. */
  readonly fetch: () => Promise<Step>;
  /** Takes over the step after the present revision. */
  readonly apply: (patch: P) => void;
  /** Subscribes to the steps; the returned function ends it. */
  readonly listen: (hear: (patch: P) => void) => () => void;
  /** True for a refusal after which there is nothing to mirror any more. */
  readonly isOver?: (error: unknown) => boolean;
}

/** A part of main's state as the window follows it. */
export interface Mirror {
  readonly revision: Readonly<ShallowRef<number>>;
  /** False until the first snapshot is there. */
  readonly isMirrored: ComputedRef<boolean>;
  /** Starts to follow; once. Resolves when the first snapshot is there, or there is nothing to follow. */
  start(): Promise<void>;
  end(): void;
}

/**
 * Follows a part of main's state. Subscribes first, then fetches the snapshot; patches up to the snapshot's revision are
 * dropped, and a gap makes it fetch again. So does a step that stands for others, also for a single one: its number is the next.
 */
export function mirrorOf<P extends Step>({ fetch, apply, listen, isOver = () => false }: MirrorParts<P>): Mirror {
  const revision = shallowRef(-1);
  let isFetching = false;
  let waiting: P[] = [];
  let stop: (() => void) | undefined;
  let started: Promise<void> | undefined;

  function hear(patch: P): void {
    hearClock(patch.steadyMs);
    if (isFetching) {
      waiting.push(patch);
      return;
    }
    if (patch.revision <= revision.value) return;
    if (patch.hasMissed || patch.revision !== revision.value + 1) {
      waiting.push(patch);
      void fetchSnapshot();
      return;
    }
    apply(patch);
    revision.value = patch.revision;
  }

  async function fetchSnapshot(): Promise<void> {
    if (isFetching) return;
    isFetching = true;
    try {
      const snapshot = await fetch();
      hearClock(snapshot.steadyMs);
      revision.value = snapshot.revision;
    } catch (error) {
      if (isOver(error)) return;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
      isFetching = false;
      return fetchSnapshot();
    }
    isFetching = false;
    const patches = waiting;
    waiting = [];
    for (const patch of patches) hear(patch);
  }

  return {
    revision: shallowReadonly(revision),
    isMirrored: computed(() => revision.value >= 0),
    start() {
      stop ??= listen(hear);
      return (started ??= fetchSnapshot());
    },
    end() {
      stop?.();
      stop = undefined;
    },
  };
}
