import { defineAsyncComponent, readonly, ref, watch } from 'vue';
import type { AsyncComponentLoader, Component, Ref } from 'vue';

/** What has yet to be loaded, in the order it was named. */
const waiting: AsyncComponentLoader[] = [];

/**
 * A part of the window that the first screen does without: its file is loaded when it is first shown, or by
 * {@link loadRest} before anybody asks for it. From then on it is drawn at once, like any other.
 */
export function later<T extends Component>(load: AsyncComponentLoader<T>): T {
  waiting.push(load);
  return defineAsyncComponent<T>(load);
}

/**
 * Loads all that {@link later} has named, one at a time, each when `whenIdle` calls. A file that cannot be read is no
 * concern of anybody until it is asked for, and then it is told.
 */
export async function loadRest(whenIdle: (work: () => void) => unknown): Promise<void> {
  for (let load = waiting.shift(); load !== undefined; load = waiting.shift()) {
    await new Promise<void>((resolve) => whenIdle(resolve));
    await load().catch(() => undefined);
  }
}

/** True from the first time the condition is: what was shown once stays, and can be hidden with its animation. */
export function onceTrue(condition: () => boolean): Readonly<Ref<boolean>> {
  const hasBeen = ref(condition());
  watch(condition, (is) => {
    if (is) hasBeen.value = true;
  });
  return readonly(hasBeen);
}
