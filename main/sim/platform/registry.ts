import type { Lwm2mPath } from '../../../shared/lwm2m.ts';
import type { CoapPeer } from '../coap/transmission.ts';
import { Datapoints, PointBudget } from './datapoints.ts';
import { PrintedTexts } from './printedTexts.ts';

/** What a module said when it registered, LwM2M 1.0 §5.3.1. */
export interface Registration {
  /** Last part of the location, ten letters and digits. */
  readonly id: string;
  /** Where the module sends from; requests go there. */
  readonly peer: CoapPeer;
  readonly lifetimeSeconds: number;
  /** `U`, `UQ` …; OneNET knows U only. */
  readonly binding: string;
  /** Undefined for CIS modules, which do not say. */
  readonly lwm2mVersion: string | undefined;
  /** Objects and instances the module has. */
  readonly paths: readonly Lwm2mPath[];
  /** Prefix of all paths in requests, see {@link import('./linkFormat.ts').LinkList}. */
  readonly root: string;
  readonly expiresAtMs: number;
}

/** What is needed to create a device; OneNET knows it by IMEI and IMSI. */
export interface DeviceIdentity {
  readonly imei: string;
  readonly imsi: string;
  readonly title: string;
  /** What the module must send as option 63; anything goes when absent. */
  readonly authCode?: string;
  /** False: nothing is observed of its own accord after registration (`obsv` of POST /devices). */
  readonly isAutoObserved?: boolean;
}

/** A device of the platform, online or not. Owned and changed by {@link DeviceRegistry}. */
export interface PlatformDevice {
  readonly id: string;
  readonly identity: DeviceIdentity;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  readonly datapoints: Datapoints;
  /** Resources by Discover, newest answer per object. */
  readonly resources: Map<number, readonly Lwm2mPath[]>;
  /** What resources that were read by themselves said as text, by path. */
  readonly printed: PrintedTexts;
  /** Undefined before the first registration and after its end. */
  readonly registration: Registration | undefined;
}

/** Why a device has no registration any more. */
export type OfflineReason = 'deregistered' | 'expired' | 'replaced' | 'deleted' | 'closed';

interface StoredDevice extends PlatformDevice {
  registration: Registration | undefined;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 10;
/** Reported values of all devices together; a few hundred megabytes at worst. */
const MAX_POINT_CHARACTERS = 100_000_000;
/** Most devices a platform has. */
export const maximumDevices = 10_000;

/** IMEI and IMSI of an endpoint name `imei;imsi`. */
export function parseEndpointName(endpoint: string): { imei: string; imsi: string } {
  const [imei = '', ...rest] = endpoint.split(';');
  return { imei, imsi: rest.join(';') };
}

/** All devices, and which of them are registered until when. Knows no network. */
export class DeviceRegistry {
  /** Told of each end of a registration, whatever the reason. */
  onOffline: ((device: PlatformDevice, registration: Registration, reason: OfflineReason) => void) | undefined;

  readonly #now: () => number;
  readonly #random: () => number;
  readonly #byId = new Map<string, StoredDevice>();
  readonly #byImei = new Map<string, StoredDevice>();
  readonly #byRegistration = new Map<string, StoredDevice>();
  readonly #budget = new PointBudget(MAX_POINT_CHARACTERS);
  #nextDeviceId: number;

  constructor(now: () => number, random: () => number) {
    this.#now = now;
    this.#random = random;
    this.#nextDeviceId = 500_000_000 + Math.floor(random() * 1_000_000);
  }

  /** All devices, in order of creation. */
  get devices(): readonly PlatformDevice[] {
    return [...this.#byId.values()];
  }

  /** True when no device can be made any more. */
  get isFull(): boolean {
    return this.#byId.size >= maximumDevices;
  }

  /** Creates a device; undefined when the IMEI is taken or the platform is full. */
  create(identity: DeviceIdentity): PlatformDevice | undefined {
    if (this.#byImei.has(identity.imei) || this.isFull) return undefined;
    const id = String(this.#nextDeviceId);
    this.#nextDeviceId += 1;
    const device: StoredDevice = {
      id,
      identity,
      createdMs: this.#now(),
      datapoints: new Datapoints(this.#budget),
      resources: new Map(),
      printed: new PrintedTexts(),
      registration: undefined,
    };
    this.#byId.set(id, device);
    this.#byImei.set(identity.imei, device);
    return device;
  }

  /** The device with this id. */
  byId(id: string): PlatformDevice | undefined {
    return this.#byId.get(id);
  }

  /** The device with this IMEI. */
  byImei(imei: string): PlatformDevice | undefined {
    return this.#byImei.get(imei);
  }

  /** The device registered under this location. */
  byRegistration(registrationId: string): PlatformDevice | undefined {
    this.expire();
    return this.#byRegistration.get(registrationId);
  }

  /** True while the device is registered and its lifetime is not over. */
  isOnline(device: PlatformDevice): boolean {
    this.expire();
    return device.registration !== undefined;
  }

  /** Registers a device, in place of its earlier registration. */
  register(device: PlatformDevice, what: Omit<Registration, 'id' | 'expiresAtMs'>): Registration {
    this.end(device, 'replaced');
    const id = Array.from({ length: ID_LENGTH }, () => LETTERS[Math.floor(this.#random() * LETTERS.length)]).join('');
    const registration = { ...what, id, expiresAtMs: this.#now() + what.lifetimeSeconds * 1000 };
    this.#stored(device).registration = registration;
    this.#byRegistration.set(id, this.#stored(device));
    return registration;
  }

  /** Changes a registration and starts its lifetime anew (§5.3.2). */
  update(device: PlatformDevice, change: Partial<Omit<Registration, 'id' | 'expiresAtMs'>>): void {
    if (device.registration === undefined) return;
    const changed = { ...device.registration, ...change };
    this.#stored(device).registration = { ...changed, expiresAtMs: this.#now() + changed.lifetimeSeconds * 1000 };
  }

  /** Ends the registration, if there is one. */
  end(device: PlatformDevice, reason: OfflineReason): void {
    const { registration } = device;
    if (registration === undefined) return;
    this.#byRegistration.delete(registration.id);
    this.#stored(device).registration = undefined;
    this.onOffline?.(device, registration, reason);
  }

  /** Forgets a device and all it has reported. */
  remove(device: PlatformDevice): void {
    this.end(device, 'deleted');
    device.datapoints.clear();
    this.#byId.delete(device.id);
    this.#byImei.delete(device.identity.imei);
  }

  /** Ends the registrations whose lifetime is over. */
  expire(): void {
    const nowMs = this.#now();
    for (const device of this.#byRegistration.values()) {
      if ((device.registration?.expiresAtMs ?? Infinity) <= nowMs) this.end(device, 'expired');
    }
  }

  #stored(device: PlatformDevice): StoredDevice {
    const stored = this.#byId.get(device.id);
    if (stored === undefined) throw new Error(`Device ${device.id} is not of this registry`);
    return stored;
  }
}
