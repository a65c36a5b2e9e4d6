import { onScopeDispose, ref } from 'vue';
import type { Ref } from 'vue';
import type { DeviceId } from '../../shared/programState.ts';

/** Hovered or in focus for so long, a tab opens its card. */
const OPEN_MS = 500;
/** On its way from the tab to the card the pointer is over neither. */
const CLOSE_MS = 250;

/** Whose card is open, and when it opens and closes. */
export function useTabCard(): {
  readonly device: Ref<DeviceId | undefined>;
  /** The pointer is over a tab, or the focus has come to it. */
  readonly come: (device: DeviceId) => void;
  /** The pointer is over the card. */
  readonly stay: () => void;
  /** Pointer or focus have left. */
  readonly leave: () => void;
  readonly close: () => void;
} {
  const device = ref<DeviceId>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const after = (ms: number, then: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(then, ms);
  };
  const stay = (): void => clearTimeout(timer);
  const close = (): void => {
    stay();
    device.value = undefined;
  };
  onScopeDispose(stay);
  return {
    device,
    come(next) {
      if (device.value === next) stay();
      else after(OPEN_MS, () => (device.value = next));
    },
    stay,
    leave: () => after(CLOSE_MS, close),
    close,
  };
}
