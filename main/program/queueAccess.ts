import { CodedError } from '../../shared/errors.ts';
import { object, fits, text } from '../../shared/schema.ts';
import { readQueueAddress } from '../../shared/stations.ts';
import type { StationsState } from '../../shared/stations.ts';
import type { SecretStore } from '../platform/secrets.ts';
import type { QueueCaller } from '../stations/queueCredentials.ts';

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
    await this.#keep('user', JSON.stringify({ user, password }));
  }

  /** The text of a `.creds` file or an nkey seed. @throws CodedError `QUEUE_CREDENTIALS`, `FILE_NOT_WRITTEN`. */
  async setFile(content: string): Promise<void> {
    const address = this.#address();
    // With the client of the queue behind it: loaded when it is needed.
    const { checkCredentials } = await import('../stations/queueCredentials.ts');
    checkCredentials(content);
    await this.#keep('file', content, address);
  }

  /** @throws CodedError `FILE_NOT_WRITTEN`. */
  async forget(): Promise<void> {
    await this.#forgetAt(this.#address());
  }

  /** Who asks at that address, whatever the settings say meanwhile; undefined where nobody has said it. */
  callerAt(address: string): QueueCaller | undefined {
    const credentials = this.#secrets.get(this.#nameOf('file', address));
    if (credentials !== undefined) return { credentials };
    const user = this.#secrets.get(this.#nameOf('user', address));
    return user === undefined ? undefined : userOf(user);
  }

  /** For the address as it was when it was said. */
  async #keep(kind: 'user' | 'file', secret: string, address = this.#address()): Promise<void> {
    await this.#forgetAt(address);
    await this.#secrets.set(this.#nameOf(kind, address), secret);
  }

  async #forgetAt(address: string): Promise<void> {
    await this.#secrets.delete(this.#nameOf('user', address));
    await this.#secrets.delete(this.#nameOf('file', address));
  }

  #nameOf(kind: 'user' | 'file', address = this.#address()): string {
    return `queue ${kind} ${readQueueAddress(address)?.servers.join(',') ?? ''}`;
  }
}

function userOf(kept: string): { readonly user: string; readonly password: string } {
  const value: unknown = JSON.parse(kept);
  if (fits(userSchema, value)) return value;
  throw new CodedError('QUEUE_CREDENTIALS', 'What the key store holds is no user with a password', 'credentials');
}
