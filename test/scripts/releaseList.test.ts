import { generateKeyPairSync } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { capture } from '../../scripts/childProcess.js';
import { inProject, projectNode, readJson } from '../../scripts/project.js';
import { makeList } from '../../scripts/release/list.js';
import { readReleaseList } from '../../main/updates/releaseList.ts';
import { publicKey } from '../../main/updates/signedText.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { testKey, testPublicKey } from '../updates/rig.ts';

const { version } = readJson(inProject('package.json')) as { version: string };

async function files(): Promise<Record<'key' | 'first' | 'second', string>> {
  const folder = await tempDirectory();
  const key = path.join(folder, 'key.pem');
  await writeFile(key, testKey.export({ type: 'pkcs8', format: 'pem' }));
  return { key, first: path.join(folder, 'first.txt'), second: path.join(folder, 'second.txt') };
}

describe('a list of releases', () => {
  it('is one that the program reads, and each counts up from the one before', async () => {
    const { key, first, second } = await files();
    const words = ['--key', key, '--day', '2027-01-31', '--valid-days', '100'];
    makeList([...words, '--page', 'https://site.example/a', '-o', first], [testPublicKey]);
    const list = readReleaseList(await readFile(first), [publicKey(testPublicKey)]);
    expect(list).toEqual({
      format: 'mipl-field-tool releases',
      formatVersion: 1,
      number: 1,
      validUntil: '2027-05-11',
      releases: [{ version, day: '2027-01-31', page: 'https://site.example/a' }],
    });
    makeList([...words, '--after', first, '--page', 'https://site.example/b', '-o', second], [testPublicKey]);
    const next = readReleaseList(await readFile(second), [publicKey(testPublicKey)]);
    expect(next).toMatchObject({ number: 2, releases: [{ version, page: 'https://site.example/b' }] });
  });

  it('follows none that somebody else has signed, and is not signed where programs would refuse it', async () => {
    const { key, first, second } = await files();
    const words = ['--key', key, '-o', second];
    makeList([...words, '--page', 'https://site.example/a', '-o', first], [testPublicKey]);
    expect(() => makeList([...words, '--after', first, '--page', 'https://site.example/a'], [])).toThrow(
      expect.objectContaining({ code: 'UPDATE_SIGNATURE' }),
    );
    expect(() => makeList([...words, '--page', 'http://site.example/a'])).toThrow(
      expect.objectContaining({ code: 'UPDATE_LIST', detail: 'list.releases[0].page' }),
    );
    const { privateKey } = generateKeyPairSync('x25519');
    await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect(() => makeList([...words, '--page', 'https://site.example/a'])).toThrow('is no Ed25519 key');
    await expect(stat(second)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a key', () => {
  const make = (file: string) => capture(projectNode, [inProject('scripts', 'release', 'key.js'), file]);

  it('is written outside of the project for this user alone, never over another, and its public half is shown', async () => {
    const file = path.join(await tempDirectory(), 'key.pem');
    const { status, stdout, output } = await make(file);
    expect(status, output).toBe(0);
    expect(publicKey(/'(.*)'/.exec(stdout)?.[1] ?? '').asymmetricKeyType).toBe('ed25519');
    expect(stdout).not.toContain('PRIVATE');
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
    const written = await readFile(file, 'utf8');
    expect((await make(file)).status).toBe(1);
    expect(await readFile(file, 'utf8')).toBe(written);
    const inside = inProject('release-key.pem');
    expect((await make(inside)).output).toContain('lies in the project');
    await expect(stat(inside)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
