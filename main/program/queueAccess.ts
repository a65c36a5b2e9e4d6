import { CodedError } from '../../shared/errors.ts';
import { object, fits, text } from '../../shared/schema.ts';
import { readQueueAddress } from '../../shared/stations.ts';
import type { StationsState } from '../../shared/stations.ts';
import type { SecretStore } from '../platform/secrets.ts';
import type { QueueOptions } from '../stations/queueConnection.ts';

const userSchema = object({ user: text(200), password: text(500) });

/** Who asks at the queue of the settings, kept in the key store by its address: another server never gets it. */
export class QueueAccess {
  readonly #secrets: SecretStore;
  readonly #address: () => string;

  constructor(secrets: SecretStore, address: () => string) {
    this.#secrets = secrets;
    this.#address = address;
  }

  /** What is kept, as far as one can tell without decrypting it. */
  get kept(): Pick<StationsState, 'credentials' | 'areCredentialsKept'> {
    const kind = (['file', 'user'] as const).find((one) => this.#secrets.has(this.#nameOf(one)));
    if (!kind) return { credentials: 'none', areCredentialsKept: false };
    return { credentials: kind, areCredentialsKept: this.#secrets.isKept(this.#nameOf(kind)) };
  }

  /** @throws CodedError `FILE_NOT_WRITTEN`. */
  async setUser(user: string, password: string): Promise<void> {
    await this.forget();
    await this.#secrets.set(this.#nameOf('user'), JSON.stringify({ user, password }));
  }

  /** The text of a `.creds` file or an nkey seed. @throws CodedError `QUEUE_CREDENTIALS`, `FILE_NOT_WRITTEN`. */
  async setFile(content: string): Promise<void> {
    // With the client of the queue behind it: loaded when it is needed.
    const { checkCredentials } = await import('../stations/queueCredentials.ts');
    checkCredentials(content);
    await this.forget();
    await this.#secrets.set(this.#nameOf('file'), content);
  }

  /** @throws CodedError `FILE_NOT_WRITTEN`. */
  async forget(): Promise<void> {
    await this.#secrets.delete(this.#nameOf('user'));
    await this.#secrets.delete(this.#nameOf('file'));
  }

  /** For a connection; nothing where nobody has said who asks. */
  options(): Pick<QueueOptions, 'user' | 'password' | 'credentials'> {
    const file = this.#secrets.get(this.#nameOf('file'));
    // Renewed in the settings, it counts at the next connection.
    if (file !== undefined) return { credentials: () => this.#secrets.get(this.#nameOf('file')) ?? file };
    const user = this.#secrets.get(this.#nameOf('user'));
    return user === undefined ? {} : userOf(user);
  }

  #nameOf(kind: 'user' | 'file'): string {
    return `queue ${kind} ${readQueueAddress(this.#address())?.servers.join(',') ?? ''}`;
  }
}

function userOf(kept: string): { readonly user: string; readonly password: string } {
  const value: unknown = JSON.parse(kept);
  if (fits(userSchema, value)) return value;
  throw new CodedError('QUEUE_CREDENTIALS', 'What the key store holds is no user with a password', 'credentials');
}
