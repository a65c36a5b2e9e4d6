import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { CodedError } from '../../shared/errors.ts';

/**
 * A signed text: its first line is `mipl-field-tool-releases 1 KEY SIGNATURE`, and the signature (Ed25519, RFC 8032, in
 * Base64) is of every byte behind that line's LF. KEY names the key, so that a program that knows several need not try.
 */
const head = /^mipl-field-tool-releases 1 ([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==)$/;

/** A public key as the product holds it: DER (SPKI) in Base64. @throws the system's error where it is none. */
export const publicKey = (base64: string): KeyObject =>
  createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });

/** The name of a key: the beginning of the SHA-256 of its public half. */
export function keyName(key: KeyObject): string {
  const half = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(half.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16);
}

/** The text with its head. @param key an Ed25519 private key */
export function signText(text: string, key: KeyObject): string {
  const signature = sign(null, Buffer.from(text, 'utf8'), key).toString('base64');
  return `mipl-field-tool-releases 1 ${keyName(key)} ${signature}\n${text}`;
}

/**
 * What stands behind the head, once one of the keys has signed it. @throws CodedError `UPDATE_LIST` for what is no signed
 * text, `UPDATE_SIGNATURE` with the name of the key where none of ours has signed it, or what was signed is another text.
 */
export function openSigned(bytes: Uint8Array, keys: readonly KeyObject[]): string {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = all.indexOf('\n');
  const [, name = '', signature = ''] = head.exec(all.subarray(0, Math.max(end, 0)).toString('latin1')) ?? [];
  if (name === '') throw new CodedError('UPDATE_LIST', 'The first line is not that of a signed list', 'line 1');
  const key = keys.find((known) => keyName(known) === name);
  if (!key)
    throw new CodedError('UPDATE_SIGNATURE', `The list is signed with the key ${name}, which is not ours`, name);
  const signed = all.subarray(end + 1);
  if (!verify(null, signed, key, Buffer.from(signature, 'base64')))
    throw new CodedError('UPDATE_SIGNATURE', `The signature of the key ${name} is not that of this list`, name);
  return signed.toString('utf8');
}
