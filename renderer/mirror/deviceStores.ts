import type { EffectScope, InjectionKey, Reactive } from 'vue';
import { effectScope, inject, provide, reactive } from 'vue';
import type { DeviceId } from '../../shared/programState.ts';

const deviceKey: InjectionKey<DeviceId> = Symbol('device');

/** What is below the component belongs to that device. To be called while a component is set up. */
export function provideDevice(device: DeviceId): void {
  provide(deviceKey, device);
}

/** The device of the tab that a component stands in. To be called while a component is set up. */
export function useDevice(): DeviceId {
  const device = inject(deviceKey);
  if (device === undefined) throw new Error('There is no tab around');
  return device;
}

/** By device: how each of its stores ends. */
const endings = new Map<DeviceId, (() => void)[]>();

/**
 * A store of which every device has its own. The function that comes back gives that of a device, or of the tab that the
 * component stands in. A store that uses another of the same device names it: `useStateStore(device)`.
 */
export function defineDeviceStore<Parts extends object>(
  setup: (device: DeviceId) => Parts,
): (device?: DeviceId) => Reactive<Parts> {
  const stores = new Map<DeviceId, Reactive<Parts>>();
  return (device = useDevice()) => {
    const known = stores.get(device);
    if (known) return known;
    // Apart from the component that happens to ask first: the store outlives it.
    const scope: EffectScope = effectScope(true);
    const store = scope.run(() => reactive(setup(device))) as Reactive<Parts>;
    stores.set(device, store);
    const end = (): void => {
      stores.delete(device);
      scope.stop();
    };
    endings.set(device, [...(endings.get(device) ?? []), end]);
    return store;
  };
}

/** Ends every store of a device that is gone. */
export function endDeviceStores(device: DeviceId): void {
  for (const end of endings.get(device) ?? []) end();
  endings.delete(device);
}
