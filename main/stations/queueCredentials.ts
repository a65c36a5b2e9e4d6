import { X509Certificate } from 'node:crypto';
import { credsAuthenticator, nkeyAuthenticator, nkeys } from '@nats-io/transport-node';
import type { Authenticator } from '@nats-io/transport-node';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { readBounded } from '../files/boundedFile.ts';

/** Who asks: the text of a `.creds` file or an nkey seed, or a user with a password. */
export type QueueCaller = { readonly credentials: string } | { readonly user: string; readonly password: string };

const encoder = new TextEncoder();
const isCreds = (text: string): boolean => text.includes('-----BEGIN');
const credsParts = /-{3,}[^\n-]*-{3,}\n(\S+)\n\s*-{3,}/g;
/** An editor on Windows may have been at it, or one that leaves out the last line end. */
const tidy = (text: string): string => `${text.trim().replaceAll('\r\n', '\n')}\n`;

/**
 * Who asks; asked anew at every connection, so that what was renewed counts without a start.
 * @throws CodedError `QUEUE_CREDENTIALS` for a text that is neither a `.creds` file nor an nkey seed; what stands in it is never said.
 */
export function authenticatorOf(read: () => QueueCaller | undefined): Authenticator {
  const now = read();
  if (now && 'credentials' in now) checkCredentials(now.credentials);
  return (nonce) => {
    const caller = read();
    if (!caller) return undefined;
    if (!('credentials' in caller)) return { user: caller.user, pass: caller.password };
    const text = tidy(caller.credentials);
    return isCreds(text)
      ? credsAuthenticator(encoder.encode(text))(nonce)
      : nkeyAuthenticator(encoder.encode(text.trim()))(nonce);
  };
}

/** @throws CodedError `QUEUE_CREDENTIALS`. */
export function checkCredentials(text: string): void {
  const parts = [...tidy(text).matchAll(credsParts)];
  const seed = isCreds(text) ? parts[1]?.[1] : text.trim();
  try {
    if (isCreds(text) && parts.length < 2) throw new TypeError('There are no credentials between the dashed lines');
    nkeys.fromSeed(encoder.encode(seed));
  } catch (error) {
    throw new CodedError('QUEUE_CREDENTIALS', 'That is neither a .creds file nor an nkey seed', 'credentials', {
      cause: error,
    });
  }
}

/** When the user of a `.creds` file expires, milliseconds since 1970; undefined where it never does or nothing can be read. */
export function expiryOf(text: string): number | undefined {
  const [, token = ''] = [...tidy(text).matchAll(credsParts)][0] ?? [];
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const { exp } = claims as { readonly exp?: unknown };
    return typeof exp === 'number' && exp > 0 ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/** The certificates of an authority as PEM. @throws CodedError `QUEUE_CA_FILE`, detail: the file. */
export async function authorityIn(file: string): Promise<string> {
  try {
    const text = (await readBounded(file)).toString('utf8');
    new X509Certificate(text);
    return text;
  } catch (error) {
    throw new CodedError('QUEUE_CA_FILE', `${file}: ${faultOf(error).message}`, file, { cause: error });
  }
}
