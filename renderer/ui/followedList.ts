import type { Ref } from 'vue';
import { onMounted, ref, watch } from 'vue';
import { Following } from './following.ts';
import { hearHands } from './hands.ts';
import { useUiStore } from './uiStore.ts';

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
  const following = new Following({
    get isFollowing() {
      return isFollowing.value;
    },
    isPaused: false,
    stopFollowing: () => void (isFollowing.value = false),
    follow: toEnd,
  });
  let frame: number | undefined;

  /** The end stays in sight, or is where this frame shows it. Once a frame: how high the list is makes the page lay itself out. */
  function settle(): void {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      const element = body.value;
      if (element === null) return;
      if (following.keepsAtEnd) {
        element.scrollTop = element.scrollHeight;
        following.placed(element);
      }
      following.drawn(element);
    });
  }

  function toEnd(): void {
    isFollowing.value = true;
    unseen.value = 0;
    scrolled.delete(name);
    settle();
  }

  function onScroll(): void {
    const element = body.value;
    if (element === null) return;
    following.scrolled(element);
    if (!isFollowing.value) scrolled.set(name, element.scrollTop);
  }
  hearHands(body, following, settle);
  // A list may have more rows for whoever scrolls up, and they stand above.
  watch(isFollowing, () => body.value && following.drawn(body.value), { flush: 'post' });

  watch(newest, () => {
    if (!isFollowing.value) unseen.value += 1;
    settle();
  });
  // Without a row there is no list; the next one begins at its end.
  watch(body, (element) => {
    if (!element) toEnd();
  });
  onMounted(() => {
    const top = scrolled.get(name);
    const element = body.value;
    if (top === undefined || !element) return toEnd();
    element.scrollTop = top;
    following.placed(element);
  });
  return { unseen, isFollowing, toEnd, onScroll };
}
