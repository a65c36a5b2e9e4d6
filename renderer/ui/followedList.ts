import type { Ref } from 'vue';
import { onMounted, ref, watch } from 'vue';
import { useUiStore } from './uiStore.ts';

/** Closer to the end than this, in pixels, and one looks at the end. */
const nearEnd = 24;

/** A list whose newest row is at the bottom: it stays in sight until someone scrolls up, and what came meanwhile is counted. */
export interface FollowedList {
  /** Rows that came while nobody was looking at the end. */
  readonly unseen: Readonly<Ref<number>>;
  /** One looks at the end of it. */
  readonly isFollowing: Readonly<Ref<boolean>>;
  toEnd(): void;
  onScroll(): void;
}

/**
 * Follows the list in `body`; `newest` changes with every row that comes. Under its name the list keeps how far it is
 * scrolled while another tab or page is shown. To be called once, in the list's setup.
 */
export function useFollowedList(
  name: string,
  body: Readonly<Ref<HTMLElement | null>>,
  newest: () => unknown,
): FollowedList {
  const { scrolled } = useUiStore();
  const isFollowing = ref(!scrolled.has(name));
  const unseen = ref(0);
  let frame: number | undefined;

  function toEnd(): void {
    isFollowing.value = true;
    unseen.value = 0;
    // Once a frame: how high the list is makes the page lay itself out.
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      if (body.value && isFollowing.value) body.value.scrollTop = body.value.scrollHeight;
    });
  }

  function onScroll(): void {
    const element = body.value;
    if (element === null) return;
    isFollowing.value = element.scrollHeight - element.scrollTop - element.clientHeight < nearEnd;
    if (isFollowing.value) {
      unseen.value = 0;
      scrolled.delete(name);
    } else scrolled.set(name, element.scrollTop);
  }

  watch(newest, () => {
    if (isFollowing.value) toEnd();
    else unseen.value += 1;
  });
  onMounted(() => {
    const top = scrolled.get(name);
    if (top === undefined) toEnd();
    else if (body.value) body.value.scrollTop = top;
  });
  return { unseen, isFollowing, toEnd, onScroll };
}
