import { readFile } from 'node:fs/promises';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { defaultPlatformHost } from '../../shared/platform.ts';
import { defaultUpdateAddress } from '../../shared/updates.ts';
import { writeWhole } from '../files/writeWhole.ts';
import type { HostGuard, HostTarget } from '../transport/hostGuard.ts';

/** Asks a person, outside the window; true when it may be reached. */
export type AskPerson = (target: HostTarget) => Promise<boolean>;

const MAX_HOSTS = 1000;
/** A serial server's port is the same place whether bytes come as they are or in telnet; of a platform the scheme counts. */
function keyOf({ purpose, address }: HostTarget): string {
  const place = address.toLowerCase();
  return `${purpose} ${purpose === 'port' ? place.replace(/^[a-z0-9]+:\/\//, '') : place}`;
}

/** OneNET's own host, which the product is made for, and its makers'. */
const known: readonly HostTarget[] = [
  { purpose: 'platform', address: defaultPlatformHost },
  { purpose: 'updates', address: defaultUpdateAddress },
];

async function readKeys(file: string): Promise<string[]> {
  try {
    const given: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Array.isArray(given) ? given.filter((key) => typeof key === 'string').slice(-MAX_HOSTS) : [];
  } catch {
    // Not there, or damaged: then a person is asked again, which loses nothing.
    return [];
  }
}

/**
 * A window that was taken over could look into the network of the site through the ports and the platform calls that main
 * makes for it. So only places that a person has confirmed in a question of the system are reached; those are remembered in
 * a file of main's own, which no request of the window can change.
 */
export class ConfirmedHosts implements HostGuard {
  readonly #file: string;
  readonly #ask: AskPerson;
  readonly #keys: Set<string>;
  /** Questions stand one after the other: a pile of them would make a person click through. */
  #asking: Promise<unknown> = Promise.resolve();

  private constructor(file: string, ask: AskPerson, keys: readonly string[]) {
    this.#file = file;
    this.#ask = ask;
    this.#keys = new Set([...known.map(keyOf), ...keys]);
  }

  /** Reads what was confirmed before. */
  static async open(file: string, ask: AskPerson): Promise<ConfirmedHosts> {
    return new ConfirmedHosts(file, ask, await readKeys(file));
  }

  has(target: HostTarget): boolean {
    return this.#keys.has(keyOf(target));
  }

  async require(target: HostTarget): Promise<void> {
    if (this.has(target)) return;
    const asking = this.#asking.then(() => this.#question(target));
    this.#asking = asking.catch(() => undefined);
    await asking;
  }

  async #question(target: HostTarget): Promise<void> {
    // The same place may have been confirmed by the question before.
    if (this.has(target)) return;
    const isConfirmed = await this.#ask(target).catch((error: unknown) => {
      throw new CodedError('HOST_NOT_CONFIRMED', faultOf(error).message, target.address, { cause: error });
    });
    if (!isConfirmed) throw new CodedError('HOST_NOT_CONFIRMED', 'Nobody has confirmed the address', target.address);
    this.#keys.add(keyOf(target));
    await writeWhole(this.#file, `${JSON.stringify([...this.#keys].slice(-MAX_HOSTS), null, 2)}\n`, { mode: 0o600 });
  }
}
