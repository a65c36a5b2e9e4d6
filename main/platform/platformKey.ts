import { CodedError } from '../../shared/errors.ts';
import type { SecretStore } from './secrets.ts';

/** What the key of the platform is kept in, and for whom. */
export interface PlatformKeyParts {
  readonly secrets: SecretStore;
  /** Origin of the platform in the settings. */
  readonly host: () => string;
}

/** The api-key of the platform in the settings: another host never gets it. */
export class PlatformKey {
  readonly #parts: PlatformKeyParts;
  readonly #listeners = new Set<() => void>();

  constructor(parts: PlatformKeyParts) {
    this.#parts = parts;
  }

  /** There is one for the host, as far as one can tell without decrypting it. */
  get isThere(): boolean {
    return this.#parts.secrets.has(this.#parts.host());
  }

  /** It is there again after a restart. */
  get isKept(): boolean {
    return this.#parts.secrets.isKept(this.#parts.host());
  }

  /** The key itself, for a call; undefined where there is none, or it cannot be read any more. */
  read(): string | undefined {
    const key = this.#parts.secrets.get(this.#parts.host());
    // Only now may it show that the key store cannot read it.
    if (key === undefined) this.tell();
    return key;
  }

  /** Keeps the key for the host. @throws CodedError `BAD_ARGUMENT`, `FILE_NOT_WRITTEN`. */
  async set(given: string): Promise<void> {
    const key = given.trim();
    // A header takes no more than this; the message must not repeat what was typed.
    if (!/^[\x21-\x7e]{1,256}$/.test(key)) throw new CodedError('BAD_ARGUMENT', 'That is no api-key', 'api-key');
    try {
      await this.#parts.secrets.set(this.#parts.host(), key);
    } finally {
      this.tell();
    }
  }

  /** Forgets the key of the host. @throws CodedError `FILE_NOT_WRITTEN`. */
  async clear(): Promise<void> {
    try {
      await this.#parts.secrets.delete(this.#parts.host());
    } finally {
      this.tell();
    }
  }

  /** Hears that the key may have become another; the returned function ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The host in the settings may be another. */
  tell(): void {
    for (const tell of this.#listeners) tell();
  }
}
