import { Buffer } from 'node:buffer';
import { rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { openSimulator } from '../../main/sim/simulator.ts';
import type { Simulator } from '../../main/sim/simulator.ts';
import type { Link } from '../../main/transport/link.ts';
import { openSerial } from '../../main/transport/serialLink.ts';
import { Cable } from '../tty/cable.ts';

/** Fast enough that a test need not wait for the wire. */
export const baudRate = 115_200;

/** A serial port of Windows with a virtual module at the other end of the cable. What went over the wire is kept. */
export class ComPort {
  /** Such as `COM7`. */
  readonly name: string;
  readonly #device: string;
  readonly #cable: Cable;
  readonly #module: Simulator;
  #far: Link | undefined;
  readonly #heard: Buffer[] = [];
  readonly #said: Buffer[] = [];

  private constructor(number: number, cable: Cable, module: Simulator) {
    this.name = `COM${number}`;
    this.#device = path.join(inject('windows').devices, `com${number}`);
    this.#cable = cable;
    this.#module = module;
    module.link.onData = (bytes) => {
      this.#heard.push(Buffer.from(bytes));
      // A cable that was pulled loses them.
      this.#far?.write(bytes).catch(() => undefined);
    };
  }

  /** Gone when the test is. @param number of the port; tests of one run use different ones */
  static async plugged(number: number): Promise<ComPort> {
    const cable = await Cable.plugged();
    const port = new ComPort(number, cable, await openSimulator({ profile: 'm5310-seed', baudRate }));
    onTestFinished(() => port.#close());
    symlinkSync(cable.near, port.#device);
    await port.#join();
    return port;
  }

  /** Where the platform of the module answers HTTP. */
  get http(): string {
    return this.#module.simulator.http;
  }

  get imei(): string {
    return this.#module.imei;
  }

  /** All that the module has said since the program first spoke: what came before, nobody had opened the port for. */
  get heard(): Buffer {
    return Buffer.concat(this.#heard);
  }

  /** All that the program has said so far. */
  get said(): Buffer {
    return Buffer.concat(this.#said);
  }

  /** The plug is pulled. */
  async pull(): Promise<void> {
    await this.#cable.pull();
    this.#far = undefined;
  }

  /** The plug is put in again. */
  async plugIn(): Promise<void> {
    await this.#cable.plugIn();
    await this.#join();
  }

  /** The platform reads a resource over HTTP. */
  async read(): Promise<unknown> {
    const address = `${this.http}/nbiot?imei=${this.imei}&obj_id=3303&obj_inst_id=0&res_id=5700`;
    return (await fetch(address)).json();
  }

  async #join(): Promise<void> {
    const far = await openSerial(this.#cable.far, { baudRate });
    far.onData = (bytes) => {
      if (this.#said.length === 0) this.#heard.length = 0;
      this.#said.push(Buffer.from(bytes));
      void this.#module.link.write(bytes);
    };
    this.#far = far;
  }

  async #close(): Promise<void> {
    rmSync(this.#device, { force: true });
    await this.#far?.close();
    await this.#module.close();
    await this.#cable.close();
  }
}
