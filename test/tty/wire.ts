import { Buffer } from 'node:buffer';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, vi } from 'vitest';
import type { Device } from '../../main/device/device.ts';
import { Application } from '../../main/program/application.ts';
import { readJournalBlocks } from '../../main/journal/journalReader.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { openSimulator } from '../../main/sim/simulator.ts';
import { openSerial } from '../../main/transport/serialLink.ts';
import type { Link } from '../../main/transport/link.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { DeviceState, PlatformRequest } from '../../shared/state.ts';
import { Cable } from './cable.ts';

/** Fast enough that a test need not wait for the wire. */
export const baudRate = 115_200;

/** The program as `mipl run` and the window use it, with journals in the cable's folder. */
export async function startApplication(
  cable: Cable,
  session: Parameters<typeof Application.start>[0]['session'] = {},
): Promise<Application> {
  const journalDirectory = path.join(cable.folder, 'journals');
  await mkdir(journalDirectory, { recursive: true });
  return Application.start({
    version: 'test',
    systemLanguage: 'en',
    model: defaultModel,
    journalDirectory,
    session: { reopenMs: 50, ...session },
  });
}

/** A device of a program of its own. */
export async function startDevice(...parts: Parameters<typeof startApplication>): Promise<Device> {
  return (await startApplication(...parts)).openDevice();
}

/** Waits until the state is so. */
export async function untilState(
  device: Device,
  what: string,
  isSo: (state: DeviceState) => boolean,
  timeoutMs = 20_000,
): Promise<DeviceState> {
  await vi.waitFor(
    () => {
      if (isSo(device.state.state)) return;
      const { connection, registration, observations } = device.state.state;
      const log = device.log.read(0, 50_000).slice(-30);
      const last = log.map(({ kind, text }) => `${kind.padEnd(8)}${text}`).join('\n');
      throw new Error(`Still waiting: ${what}\n${JSON.stringify({ connection, registration, observations })}\n${last}`);
    },
    { timeout: timeoutMs, interval: 10 },
  );
  return device.state.state;
}

/** Registered, and every instance observed: the conversation after registration is over. */
export function untilOnline(device: Device): Promise<DeviceState> {
  return untilState(
    device,
    'registered and observed',
    ({ registration, observations, requests }) =>
      registration.phase === 'registered' &&
      observations.length === 3 &&
      Object.values(requests).every(({ status }) => status !== 'assembling' && status !== 'answering'),
  );
}

/** All bytes of a journal in one direction. */
export async function journalBytes(file: string, direction: 'in' | 'out'): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const records of readJournalBlocks(file)) {
    for (const record of records) {
      if (record.kind === 'bytes' && record.direction === direction) pieces.push(record.bytes);
    }
  }
  return Buffer.concat(pieces);
}

/**
 * Engine, terminal pair and simulator with a hand on the wire: everything the module says passes through here, can be
 * held back, and can be joined by bytes of one's own. What the engine must have heard and said is kept.
 */
export class Wire {
  readonly device: Device;
  readonly http: string;
  readonly imei: string;
  readonly #cable: Cable;
  readonly #far: Link;
  readonly #module: Link;
  /** What the module has said before the engine could hear it. */
  readonly #early: Uint8Array[] = [];
  readonly #heard: Buffer[] = [];
  readonly #said: Buffer[] = [];
  /** Decides what becomes of a chunk of the module; itself by default. */
  change: (text: string) => string = (text) => text;

  private constructor(
    device: Device,
    cable: Cable,
    far: Link,
    module: Link,
    { http, imei }: { http: string; imei: string },
  ) {
    this.device = device;
    this.http = http;
    this.imei = imei;
    this.#cable = cable;
    this.#far = far;
    this.#module = module;
    module.onData = (bytes) => this.#early.push(bytes);
    far.onData = (bytes) => {
      this.#said.push(Buffer.from(bytes));
      void module.write(bytes);
    };
  }

  /** What a terminal holds is thrown away by whoever opens it: what the module says is passed on from then on. */
  #beginToPassOn(): void {
    const passOn = (bytes: Uint8Array): void => {
      const text = this.change(Buffer.from(bytes).toString('latin1'));
      if (text !== '') this.inject(Buffer.from(text, 'latin1'));
    };
    this.#module.onData = passOn;
    this.#early.splice(0).forEach(passOn);
  }

  /** Registered and observed. */
  static async online(): Promise<Wire> {
    const cable = await Cable.plugged();
    const far = await openSerial(cable.far, { baudRate });
    const { link, simulator } = await openSimulator({ profile: 'm5310-seed', baudRate });
    const device = await startDevice(cable);
    const wire = new Wire(device, cable, far, link, simulator);
    await device.openPort(cable.near, baudRate);
    wire.#beginToPassOn();
    await untilOnline(device);
    return wire;
  }

  /** Puts bytes on the wire to the engine. */
  inject(bytes: Buffer | string): void {
    const copy = Buffer.from(bytes as string);
    this.#heard.push(copy);
    void this.#far.write(copy);
  }

  /** The platform reads 3303/0/5700 over HTTP. */
  async read(): Promise<string> {
    const response = await fetch(`${this.http}/nbiot?imei=${this.imei}&obj_id=3303&obj_inst_id=0&res_id=5700`);
    return response.text();
  }

  /** The session goes on: another read is answered with the document's value. */
  async expectStillAnswering(): Promise<void> {
    expect(await this.read()).toBe(
      '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700}],"obj_inst_id":0}],"error":"succ"}',
    );
    expect(this.device.state.state.registration.phase).toBe('registered');
  }

  /** The journal holds exactly the bytes that went over the wire, both ways. */
  async expectJournalExact(): Promise<void> {
    const { journal } = this.device;
    if (!journal) throw new Error('There is no journal');
    await vi.waitFor(
      async () => {
        await journal.flush();
        const [heard, said] = [await journalBytes(journal.file, 'in'), await journalBytes(journal.file, 'out')];
        // Compared as hex of the differing place: a diff of 64 KB helps nobody.
        expect(heard.length).toBe(Buffer.concat(this.#heard).length);
        expect(heard.equals(Buffer.concat(this.#heard))).toBe(true);
        expect(said.equals(Buffer.concat(this.#said))).toBe(true);
      },
      { timeout: 10_000, interval: 50 },
    );
  }

  get log(): readonly LogEntry[] {
    return this.device.log.read(0, 50_000);
  }

  /** Entries of the log that fit, once there are that many. */
  async entries(fits: (entry: LogEntry) => boolean, atLeast = 1): Promise<readonly LogEntry[]> {
    return vi.waitFor(
      () => {
        const found = this.log.filter(fits);
        expect(found.length).toBeGreaterThanOrEqual(atLeast);
        return found;
      },
      { timeout: 10_000, interval: 20 },
    );
  }

  get requests(): readonly PlatformRequest[] {
    return Object.values(this.device.state.state.requests);
  }

  async close(): Promise<void> {
    await this.device.close();
    await this.#far.close();
    await this.#module.close();
    await this.#cable.close();
  }
}
