import { readFile, rename } from 'node:fs/promises';
import { makeDirectoryFor, writeWhole } from '../files/writeWhole.ts';
import { systemClock } from '../time/clock.ts';

/** Where keys are kept. Only `get` gives one out, and only to main. */
export interface SecretStore {
  /** As far as one can tell without decrypting: one that turned out to be unreadable is not there any more. */
  has(name: string): boolean;
  /** True when the secret is there again after a restart. */
  isKept(name: string): boolean;
  /** Undefined when there is none, or when it cannot be read any more. */
  get(name: string): string | undefined;
  /** @throws CodedError `FILE_NOT_WRITTEN`; the secret is then kept in memory. */
  set(name: string, secret: string): Promise<void>;
  /** @throws CodedError `FILE_NOT_WRITTEN`. */
  delete(name: string): Promise<void>;
}

/** The operating system's key store, as far as it is needed: it encrypts, the file is ours. */
export interface Cipher {
  /** False: there is no key store, and nothing is written to disk. */
  isAvailable(): boolean;
  encrypt(text: string): Uint8Array;
  decrypt(bytes: Uint8Array): string;
}

const noCipher: Cipher = {
  isAvailable: () => false,
  encrypt: () => new Uint8Array(),
  decrypt: () => '',
};

/** A store that forgets everything at the end. */
export const memorySecrets = (): SecretStore => new SecretFile(undefined, noCipher, {});

/** Reads the names in the file; the secrets are decrypted when they are used. A damaged file is set aside. */
export async function openSecretFile(file: string, cipher: Cipher): Promise<SecretStore> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return new SecretFile(file, cipher, {});
  }
  try {
    return new SecretFile(file, cipher, checkedEntries(JSON.parse(text)));
  } catch {
    await rename(file, `${file}.damaged-${systemClock.wallMs()}`).catch(() => undefined);
    return new SecretFile(file, cipher, {});
  }
}

function checkedEntries(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(value as object);
  if (Array.isArray(value) || !entries.every(([, entry]) => typeof entry === 'string'))
    throw new TypeError('Not secrets');
  return Object.fromEntries(entries) as Record<string, string>;
}

class SecretFile implements SecretStore {
  readonly #file: string | undefined;
  readonly #cipher: Cipher;
  /** By name: what lies on disk, encrypted, in base64. */
  readonly #kept: Map<string, string>;
  readonly #memory = new Map<string, string>();
  /** Kept, but no use: another user, another machine, a key store that was reset. */
  readonly #unreadable = new Set<string>();
  /** Settles when the file is whole. */
  #saving: Promise<unknown> = Promise.resolve();

  constructor(file: string | undefined, cipher: Cipher, kept: Readonly<Record<string, string>>) {
    this.#file = file;
    this.#cipher = cipher;
    this.#kept = new Map(Object.entries(kept));
  }

  has(name: string): boolean {
    return this.#memory.has(name) || this.isKept(name);
  }

  isKept(name: string): boolean {
    return this.#kept.has(name) && !this.#unreadable.has(name) && this.#cipher.isAvailable();
  }

  get(name: string): string | undefined {
    const known = this.#memory.get(name);
    if (known !== undefined) return known;
    const kept = this.isKept(name) ? this.#kept.get(name) : undefined;
    if (kept === undefined) return undefined;
    try {
      return this.#cipher.decrypt(Buffer.from(kept, 'base64'));
    } catch {
      this.#unreadable.add(name);
      return undefined;
    }
  }

  async set(name: string, secret: string): Promise<void> {
    this.#memory.set(name, secret);
    this.#unreadable.delete(name);
    const wasKept = this.#kept.delete(name);
    const encrypted = this.#encrypted(secret);
    if (encrypted !== undefined) this.#kept.set(name, encrypted);
    else if (!wasKept) return;
    try {
      await this.#save();
    } catch (error) {
      this.#kept.delete(name);
      throw error;
    }
  }

  #encrypted(secret: string): string | undefined {
    try {
      if (this.#cipher.isAvailable()) return Buffer.from(this.#cipher.encrypt(secret)).toString('base64');
    } catch {
      // A key store that is locked is as good as none: the secret stays in memory.
    }
    return undefined;
  }

  async delete(name: string): Promise<void> {
    this.#memory.delete(name);
    if (this.#kept.delete(name)) await this.#save();
  }

  /** One after the other, whole at any moment, readable to this user alone. */
  async #save(): Promise<void> {
    const saving = this.#saving.then(() => this.#write());
    this.#saving = saving.catch(() => undefined);
    await saving;
  }

  async #write(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    await makeDirectoryFor(file);
    await writeWhole(file, `${JSON.stringify(Object.fromEntries(this.#kept), null, 2)}\n`, { mode: 0o600 });
  }
}
