import { text } from './schema.ts';

const serverHost = /^[A-Za-z0-9._-]{1,253}$/;

/** A host name or an IPv4 address; no blanks, quotes, colons or commas that would end a parameter early. */
export function isServerHost(value: unknown): value is string {
  return typeof value === 'string' && serverHost.test(value);
}

/** Device path or address of a port. */
export const portPath = text(1000);
