import { CodedError } from '../../shared/errors.ts';
import { firstDevice } from '../../shared/programState.ts';
import type { DeviceId, DeviceSummary } from '../../shared/programState.ts';
import { Device } from '../device/device.ts';
import type { ProgramParts } from '../device/programParts.ts';
import { concernsSummary, isSameSummary } from '../device/summary.ts';
import type { ProgramHolder } from './programHolder.ts';

/** Which devices there are, one a tab: opened, told of, summed up in the program's state, closed. */
export class OpenDevices {
  readonly #parts: ProgramParts;
  readonly #state: ProgramHolder;
  readonly #devices = new Map<DeviceId, Device>();
  readonly #listeners = new Set<(device: Device) => void>();
  /** What the program had to say before there was a device. */
  #untold: ((device: Device) => void)[] = [];
  /** Devices that are gone for the window and have yet to let go of their ports. */
  readonly #leaving = new Set<Promise<void>>();
  #nextId = Number(firstDevice);

  constructor(parts: ProgramParts, state: ProgramHolder) {
    this.#parts = parts;
    this.#state = state;
  }

  /** In the order they were opened. */
  get all(): readonly Device[] {
    return [...this.#devices.values()];
  }

  /** The device of that name. @throws CodedError `DEVICE_GONE`. */
  named(id: DeviceId): Device {
    const device = this.#devices.get(id);
    if (!device) throw new CodedError('DEVICE_GONE', 'The device was closed', id);
    return device;
  }

  /** Another one, with no port yet. */
  open(): Device {
    const device = new Device(String(this.#nextId++), this.#parts);
    this.#devices.set(device.id, device);
    device.state.onChange((changes) => {
      if (concernsSummary(changes)) this.#sumUp(device);
    });
    this.#tellSummaries();
    for (const tell of this.#listeners) tell(device);
    for (const tell of this.#untold.splice(0)) tell(device);
    return device;
  }

  /** Closes a device with its port; a run that is under way ends. @throws CodedError `DEVICE_GONE`. */
  async close(id: DeviceId): Promise<void> {
    const device = this.named(id);
    this.#devices.delete(id);
    this.#tellSummaries();
    const closing = device.close();
    this.#leaving.add(closing);
    await closing.finally(() => this.#leaving.delete(closing));
  }

  /** Closes all of them, and waits for those that were being closed. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.all.map((device) => device.close()), ...this.#leaving]);
  }

  /** Hears of every device, of those that are there at once; the returned function ends it. */
  onDevice(listener: (device: Device) => void): () => void {
    for (const device of this.all) listener(device);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells every device; where there is none yet, the first one hears of it. */
  tell(tell: (device: Device) => void): void {
    if (this.#devices.size === 0) this.#untold.push(tell);
    for (const device of this.all) tell(device);
  }

  #sumUp(device: Device): void {
    const known = this.#state.state.devices.find(({ id }) => id === device.id);
    if (known && !isSameSummary(known, device.summary)) this.#tellSummaries();
  }

  #tellSummaries(): void {
    this.#state.change({ devices: this.all.map((device): DeviceSummary => device.summary) });
  }
}
