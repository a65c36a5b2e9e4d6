import { nkeys } from '@nats-io/transport-node';

type KeyPair = ReturnType<typeof nkeys.createUser>;
const text = new TextEncoder();
const plain = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as `nsc` makes it: who by whom until when. */
function tokenOf(subject: KeyPair, issuer: KeyPair, nats: object, expiresMs?: number): string {
  const claims = {
    jti: subject.getPublicKey(),
    iat: 1_700_000_000,
    iss: issuer.getPublicKey(),
    name: 'test',
    sub: subject.getPublicKey(),
    ...(expiresMs === undefined ? {} : { exp: Math.floor(expiresMs / 1000) }),
    nats: { version: 2, ...nats },
  };
  const signed = `${plain({ typ: 'JWT', alg: 'ed25519-nkey' })}.${plain(claims)}`;
  return `${signed}.${Buffer.from(issuer.sign(text.encode(signed))).toString('base64url')}`;
}

const unlimited = { subs: -1, data: -1, payload: -1 };

/** An operator with one account, as a company has them, and `.creds` files for its users. */
export class Company {
  readonly #operator = nkeys.createOperator();
  readonly #account = nkeys.createAccount();
  /** Of the server itself, which JetStream needs. */
  readonly #system = nkeys.createAccount();

  /** Lines of a server's configuration. */
  get config(): string {
    const jetstream = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1, max_ack_pending: -1 };
    const limits = { ...unlimited, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
    const ownLimits = { ...limits, ...jetstream };
    const account = tokenOf(this.#account, this.#operator, { type: 'account', limits: ownLimits });
    const operator = tokenOf(this.#operator, this.#operator, { type: 'operator' });
    const system = tokenOf(this.#system, this.#operator, { type: 'account', limits });
    const [ours, servers] = [this.#account.getPublicKey(), this.#system.getPublicKey()];
    return [
      `operator: ${operator}`,
      `system_account: ${servers}`,
      'resolver: MEMORY',
      `resolver_preload: { ${ours}: ${account}, ${servers}: ${system} }`,
    ].join('\n');
  }

  /** The text of a `.creds` file. */
  credentials(expiresMs?: number): string {
    const user = nkeys.createUser();
    const token = tokenOf(user, this.#account, { type: 'user', pub: {}, sub: {}, ...unlimited }, expiresMs);
    const seed = new TextDecoder().decode(user.getSeed());
    return [
      '-----BEGIN NATS USER JWT-----',
      token,
      '------END NATS USER JWT------',
      '',
      '-----BEGIN USER NKEY SEED-----',
      seed,
      '------END USER NKEY SEED------',
      '',
    ].join('\n');
  }
}
