import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { memorySecrets, openSecretFile } from '../../main/platform/secrets.ts';
import type { Cipher } from '../../main/platform/secrets.ts';
import { testFolder } from '../device/rig.ts';

/** Turns bytes around: enough to see that nothing is written as it is. */
const cipher: Cipher = {
  isAvailable: () => true,
  encrypt: (text) => Uint8Array.from(Buffer.from(text, 'utf8'), (byte) => byte ^ 0x5a),
  decrypt: (bytes) => Buffer.from(bytes.map((byte) => byte ^ 0x5a)).toString('utf8'),
};
const none: Cipher = { ...cipher, isAvailable: () => false };
const host = 'https://api.heclouds.com';

describe('secrets in a file', () => {
  it('are there again, encrypted on disk and readable to this user alone', async () => {
    const file = path.join(testFolder(), 'deep', 'secrets.json');
    const store = await openSecretFile(file, cipher);
    expect([store.has(host), store.get(host)]).toEqual([false, undefined]);
    await store.set(host, 'the key');
    await store.set('other', 'another');
    expect([store.has(host), store.isKept(host), store.get(host)]).toEqual([true, true, 'the key']);
    expect(readFileSync(file, 'utf8')).not.toContain('the key');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0);
    expect(readdirSync(path.dirname(file))).toEqual(['secrets.json']);

    const again = await openSecretFile(file, cipher);
    expect([again.has(host), again.get(host), again.get('other')]).toEqual([true, 'the key', 'another']);
    await again.delete(host);
    await again.delete('never there');
    expect([again.has(host), again.get(host), again.get('other')]).toEqual([false, undefined, 'another']);
    expect(readFileSync(file, 'utf8')).not.toContain(host);
  });

  it('stay in memory where there is no key store, and say so', async () => {
    const file = path.join(testFolder(), 'secrets.json');
    const store = await openSecretFile(file, none);
    await store.set(host, 'the key');
    expect([store.has(host), store.isKept(host), store.get(host)]).toEqual([true, false, 'the key']);
    expect(existsSync(file)).toBe(false);
    expect((await openSecretFile(file, none)).has(host)).toBe(false);
  });

  it('stay in memory when the key store fails, and what was kept before is gone from disk', async () => {
    const file = path.join(testFolder(), 'secrets.json');
    await (await openSecretFile(file, cipher)).set(host, 'old');
    const locked: Cipher = {
      ...cipher,
      encrypt: () => {
        throw new Error('locked');
      },
    };
    const store = await openSecretFile(file, locked);
    await store.set(host, 'new');
    expect([store.get(host), store.isKept(host)]).toEqual(['new', false]);
    expect(readFileSync(file, 'utf8')).toBe('{}\n');
  });

  it('are none when they cannot be decrypted', async () => {
    const file = path.join(testFolder(), 'secrets.json');
    await (await openSecretFile(file, cipher)).set(host, 'the key');
    const without = await openSecretFile(file, none);
    expect([without.has(host), without.isKept(host), without.get(host)]).toEqual([false, false, undefined]);
    const foreign: Cipher = {
      ...cipher,
      decrypt: () => {
        throw new Error('another user');
      },
    };
    const store = await openSecretFile(file, foreign);
    expect(store.has(host)).toBe(true);
    expect([store.get(host), store.has(host), store.isKept(host)]).toEqual([undefined, false, false]);
    await store.set(host, 'new');
    expect([store.get(host), store.isKept(host)]).toEqual(['new', true]);
  });

  it.each(['{"torn', '[]', 'null', '{"a":1}'])('sets the damaged file %j aside', async (text) => {
    const folder = testFolder();
    const file = path.join(folder, 'secrets.json');
    writeFileSync(file, text);
    const store = await openSecretFile(file, cipher);
    expect(store.has('a')).toBe(false);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^secrets\.json\.damaged-\d+$/)]);
  });

  it('say FILE_NOT_WRITTEN when the place is a file', async () => {
    const folder = testFolder();
    writeFileSync(path.join(folder, 'file'), '');
    const store = await openSecretFile(path.join(folder, 'file', 'secrets.json'), cipher);
    await expect(store.set(host, 'the key')).rejects.toMatchObject({ code: 'FILE_NOT_WRITTEN' });
    expect([store.get(host), store.isKept(host)]).toEqual(['the key', false]);
  });

  it('may be in memory altogether', async () => {
    const store = memorySecrets();
    await store.set(host, 'the key');
    expect([store.get(host), store.isKept(host)]).toEqual(['the key', false]);
    await store.delete(host);
    expect(store.has(host)).toBe(false);
  });
});
