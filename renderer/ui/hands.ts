import type { Ref } from 'vue';
import { onScopeDispose, watch } from 'vue';
import type { Following } from './following.ts';

const keysUp: readonly string[] = ['ArrowUp', 'PageUp', 'Home'];
const keysOn: readonly string[] = ['ArrowDown', 'PageDown', 'End'];

/** Which way a key scrolls, if it does. */
function directionOf({ key, shiftKey, target, currentTarget }: KeyboardEvent): 'up' | 'on' | undefined {
  if (keysUp.includes(key)) return 'up';
  if (keysOn.includes(key)) return 'on';
  // On a button of a row it presses that.
  if (key !== ' ' || target !== currentTarget) return undefined;
  return shiftKey ? 'up' : 'on';
}

/** A run of text is selected in the list, as for copying. */
function hasSelectedText(element: HTMLElement): boolean {
  const selection = window.getSelection();
  return selection !== null && !selection.isCollapsed && element.contains(selection.anchorNode);
}

/**
 * Tells what a person does with a list that scrolls: wheel, keys, finger, pointer. `onLetGo` is called when a pointer no longer holds
 * it. To be called once, in the list's setup; the list may come and go.
 */
export function hearHands(
  scroller: Readonly<Ref<HTMLElement | null>>,
  following: Following,
  onLetGo: () => void,
): void {
  let isHeld = false;
  let fingerY = 0;

  function onWheel({ deltaY, ctrlKey, currentTarget }: WheelEvent): void {
    // With Ctrl it enlarges the page.
    if (deltaY !== 0 && !ctrlKey) following.steer(deltaY < 0 ? 'up' : 'on', currentTarget as HTMLElement);
  }

  function onKey(event: KeyboardEvent): void {
    const direction = directionOf(event);
    if (direction) following.steer(direction, event.currentTarget as HTMLElement);
  }

  function onTouch({ type, touches, currentTarget }: TouchEvent): void {
    const y = touches[0]?.clientY ?? fingerY;
    if (type === 'touchmove' && y !== fingerY) following.steer(y > fingerY ? 'up' : 'on', currentTarget as HTMLElement);
    fingerY = y;
  }

  function onPress({ pointerType, button, currentTarget }: PointerEvent): void {
    // A finger that scrolls is told by its own events.
    if (pointerType === 'touch') return;
    const element = currentTarget as HTMLElement;
    // The middle button scrolls on from there, and no event tells that it does.
    if (button === 1) following.steer('up', element);
    isHeld = true;
    following.press(element);
  }

  function letGo(): void {
    if (!isHeld) return;
    isHeld = false;
    following.letGo(scroller.value !== null && hasSelectedText(scroller.value));
    onLetGo();
  }

  let ending: AbortController | undefined;
  function leave(): void {
    ending?.abort();
    letGo();
  }
  watch(
    scroller,
    (element) => {
      leave();
      if (!element) return;
      ending = new AbortController();
      const { signal } = ending;
      const listening = { passive: true, signal };
      element.addEventListener('wheel', onWheel, listening);
      element.addEventListener('keydown', onKey, listening);
      element.addEventListener('touchstart', onTouch, listening);
      element.addEventListener('touchmove', onTouch, listening);
      element.addEventListener('pointerdown', onPress, listening);
      for (const name of ['pointerup', 'pointercancel', 'blur'] as const)
        window.addEventListener(name, letGo, listening);
      // It was let go where nobody is told of it, as outside the window.
      window.addEventListener('pointermove', ({ buttons }) => buttons === 0 && letGo(), listening);
    },
    { flush: 'post', immediate: true },
  );
  onScopeDispose(leave);
}
