import type { Ref } from 'vue';
import { nextTick, onMounted, ref, watch } from 'vue';

/** Closer to the end than this, in pixels, and one looks at the end. */
const nearEnd = 24;

/** A list whose newest row is at the bottom: it stays in sight until someone scrolls up, and what came meanwhile is counted. */
export interface FollowedList {
  /** Rows that came while nobody was looking at the end. */
  readonly unseen: Readonly<Ref<number>>;
  toEnd(): void;
  onScroll(): void;
}

/** Follows the list in `body`; `newest` changes with every row that comes. To be called once, in the list's setup. */
export function useFollowedList(body: Readonly<Ref<HTMLElement | null>>, newest: () => unknown): FollowedList {
  const isFollowing = ref(true);
  const unseen = ref(0);

  function toEnd(): void {
    isFollowing.value = true;
    unseen.value = 0;
    void nextTick(() => {
      if (body.value) body.value.scrollTop = body.value.scrollHeight;
    });
  }

  function onScroll(): void {
    const element = body.value;
    if (element === null) return;
    isFollowing.value = element.scrollHeight - element.scrollTop - element.clientHeight < nearEnd;
    if (isFollowing.value) unseen.value = 0;
  }

  watch(newest, () => {
    if (isFollowing.value) toEnd();
    else unseen.value += 1;
  });
  onMounted(toEnd);
  return { unseen, toEnd, onScroll };
}
