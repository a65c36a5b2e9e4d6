import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkForUpdates } from '../../main/updates/checkForUpdates.ts';
import { MAX_LIST_BYTES } from '../../main/updates/fetchList.ts';
import { releaseKeys } from '../../main/updates/releaseKeys.ts';
import { keyName, publicKey } from '../../main/updates/signedText.ts';
import type { UpdateCheck } from '../../shared/updates.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { listOf, serveList, signed, testPublicKey } from './rig.ts';

const nowMs = Date.parse('2027-02-10T08:00:00Z');

interface Given {
  readonly running?: string;
  readonly seenFile?: string;
  readonly keys?: readonly string[];
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

async function check(address: string, given: Given = {}): Promise<UpdateCheck> {
  const seenFile = join(await tempDirectory(), 'releases.json');
  return checkForUpdates({ address, running: '1.1.0', nowMs, keys: [testPublicKey], seenFile, ...given });
}

describe('a list that the makers have signed', () => {
  it.each([
    ['1.0.0', 'newer', '1.1.0'],
    ['1.1.0', 'current', '1.1.0'],
    ['1.1.0+build.7', 'current', '1.1.0'],
    ['1.2.0', 'ahead', '1.1.0'],
    ['1.1.0-rc.1', 'newer', '1.2.0-beta.2'],
    ['1.2.0-beta.2', 'current', '1.2.0-beta.2'],
    ['1.2.0-beta.10', 'ahead', '1.2.0-beta.2'],
  ])('tells %s that it is %s, by %s', async (running, verdict, newest) => {
    const address = await serveList(signed(listOf(['1.0.0', '1.2.0-beta.2', '1.1.0', '0.9.9'])));
    expect(await check(address, { running })).toMatchObject({ running, verdict, newest: { version: newest } });
  });

  it('tells of a trial version apart from the news, and only where it is newer', async () => {
    const address = await serveList(signed(listOf(['1.1.0', '1.2.0-rc.1'])));
    expect(await check(address)).toMatchObject({ verdict: 'current', trial: { version: '1.2.0-rc.1' } });
    for (const running of ['1.2.0', '1.2.0-rc.1'])
      expect(await check(address, { running })).not.toHaveProperty('trial');
  });

  it('says so where it names no release', async () => {
    expect(await check(await serveList(signed(listOf([]))))).toEqual({
      running: '1.1.0',
      verdict: 'none',
      validUntil: '2099-01-31',
      isOverdue: false,
    });
  });

  it('says so where it has counted only until a day that is over', async () => {
    const until = async (validUntil: string): Promise<boolean> =>
      (await check(await serveList(signed(listOf(['1.1.0'], { validUntil }))))).isOverdue;
    expect(await until('2027-02-09')).toBe(true);
    expect(await until('2027-02-10')).toBe(false);
  });

  it('may hold more than this program knows', async () => {
    const { releases, ...list } = listOf(['1.1.0']);
    const later = { ...list, notes: 'x', releases: releases.map((release) => ({ ...release, size: 7 })) };
    const { newest } = await check(await serveList(signed(later)));
    expect(newest).toEqual({ version: '1.1.0', day: '2027-01-31', page: 'https://site.example/1.1.0' });
  });

  it('is fetched with one call that says nothing of who asks', async () => {
    const seen: unknown[] = [];
    const address = await serveList((request, response) => {
      seen.push([request.method, request.url, request.headers.cookie, request.headers.authorization]);
      response.end(signed(listOf(['1.1.0'])));
    });
    await check(address);
    expect(seen).toEqual([['GET', '/releases.txt', undefined, undefined]]);
  });
});

describe('a list that is not to be believed', () => {
  it('is refused when another key has signed it', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const address = await serveList(signed(listOf(['9.9.9']), privateKey));
    await expect(check(address)).rejects.toMatchObject({ code: 'UPDATE_SIGNATURE', detail: keyName(privateKey) });
    await expect(check(address, { keys: [] })).rejects.toMatchObject({ code: 'UPDATE_SIGNATURE' });
  });

  it('is refused when one byte was changed, or the head of another list was put before it', async () => {
    const good = signed(listOf(['1.1.0']));
    const [head = ''] = signed(listOf(['1.1.0'], { number: 8 })).split('\n');
    const changed = [good.replace('2027-01-31', '2027-01-30'), `${good} `, good.replace(/^.*/, head)];
    for (const text of changed)
      await expect(check(await serveList(text))).rejects.toMatchObject({ code: 'UPDATE_SIGNATURE' });
  });

  it('is refused when an older one comes again, and the newest is remembered', async () => {
    const seenFile = join(await tempDirectory(), 'deep', 'releases.json');
    await check(await serveList(signed(listOf(['1.1.0'], { number: 8 }))), { seenFile });
    const replayed = await serveList(signed(listOf(['1.0.0'], { number: 7 })));
    await expect(check(replayed, { seenFile })).rejects.toMatchObject({ code: 'UPDATE_OLD_LIST', detail: '7 < 8' });
    expect((await check(await serveList(signed(listOf(['1.1.0'], { number: 8 }))), { seenFile })).verdict).toBe(
      'current',
    );
    expect(JSON.parse(await readFile(seenFile, 'utf8'))).toEqual({ number: 8 });
  });

  it('does not stay refused for ever by a damaged memory, nor does a place that cannot be written to hinder the check', async () => {
    const seenFile = join(await tempDirectory(), 'releases.json');
    await writeFile(seenFile, '{"number":"x"');
    const address = await serveList(signed(listOf(['1.1.0'])));
    expect((await check(address, { seenFile })).verdict).toBe('current');
    expect((await check(address, { seenFile: join(seenFile, 'below', 'releases.json') })).verdict).toBe('current');
  });

  it.each([
    ['<!doctype html><title>Sign in</title>', 'line 1'],
    ['', 'line 1'],
    [signed({ ...listOf(['1.1.0']), format: 'other releases' }), 'list.format'],
    [signed({ ...listOf(['1.1.0']), formatVersion: 2 }), 'list.formatVersion'],
    [signed({ ...listOf(['1.1.0']), number: -1 }), 'list.number'],
    [signed(listOf(['1.1'])), 'list.releases[0].version'],
    [signed(listOf(['1.1.0'], { validUntil: '2027-02-30' })), 'list.validUntil'],
    [
      signed(listOf([], { releases: [{ version: '1.1.0', day: '2027-01-31', page: 'javascript:0' }] })),
      'list.releases[0].page',
    ],
    [signed('releases'), 'list'],
    [signed(listOf(['1.1.0'])).replace(' 1 ', ' 2 '), 'line 1'],
  ])('is called damaged where it is no list: %#', async (text, detail) => {
    await expect(check(await serveList(text))).rejects.toMatchObject({ code: 'UPDATE_LIST', detail });
  });
});

describe('an address that gives no list', () => {
  it('names the other address where it sends elsewhere, and does not go there', async () => {
    let reached = 0;
    const other = await serveList((_, response) => {
      reached += 1;
      response.end(signed(listOf(['9.9.9'])));
    });
    const address = await serveList((_, response) => response.writeHead(302, { location: other }).end());
    await expect(check(address)).rejects.toMatchObject({ code: 'UPDATE_REDIRECTED', detail: other });
    expect(reached).toBe(0);
  });

  it.each([404, 500, 204])('says what it answered: %i', async (status) => {
    const address = await serveList((_, response) => response.writeHead(status).end());
    await expect(check(address)).rejects.toMatchObject({ code: 'UPDATE_ANSWER', detail: `HTTP ${status}` });
  });

  it('says that a page came instead', async () => {
    const address = await serveList((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(signed(listOf(['1.1.0']))),
    );
    await expect(check(address)).rejects.toMatchObject({ code: 'UPDATE_ANSWER', detail: 'text/html; charset=utf-8' });
  });

  it('is not read further than a list can be long, with and without a length told before', async () => {
    const piece = Buffer.alloc(64 * 1024, '{');
    let sent = 0;
    const endless = await serveList((_, response) => {
      const more = (): void => {
        do sent += piece.length;
        while (!response.destroyed && response.write(piece));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await expect(check(endless)).rejects.toMatchObject({ code: 'UPDATE_ANSWER', detail: '> 512 kB' });
    expect(sent).toBeGreaterThan(MAX_LIST_BYTES);
    const told = await serveList((_, response) => {
      response.writeHead(200, { 'content-length': 10 * MAX_LIST_BYTES }).write(Buffer.alloc(2 * MAX_LIST_BYTES));
    });
    await expect(check(told)).rejects.toMatchObject({ code: 'UPDATE_ANSWER', detail: '> 512 kB' });
  });

  it('is given up when it takes too long, before the head or within the list', async () => {
    const silent = await serveList(() => undefined);
    await expect(check(silent, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'UPDATE_TIMEOUT' });
    const slow = await serveList((_, response) => response.write('mipl-field-tool-releases'));
    await expect(check(slow, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'UPDATE_TIMEOUT' });
  });

  it('says that nobody is there, in the words of the system', async () => {
    const address = await serveList((request) => request.socket.destroy());
    await expect(check(address)).rejects.toMatchObject({ code: 'UPDATE_UNREACHABLE', detail: new URL(address).host });
    await expect(check('http://127.0.0.1:1/releases.txt')).rejects.toMatchObject({
      code: 'UPDATE_UNREACHABLE',
      message: expect.stringMatching(/ECONNREFUSED|bad port/) as string,
    });
  });

  it('is given up when the person gives up', async () => {
    const abort = new AbortController();
    const asking = check(await serveList(() => abort.abort()), { signal: abort.signal });
    await expect(asking).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

it('has keys in the product that an Ed25519 signature can be checked with, each once', () => {
  const keys = releaseKeys.map(publicKey);
  expect(keys.map(({ asymmetricKeyType }) => asymmetricKeyType)).toEqual(keys.map(() => 'ed25519'));
  expect(keys.length).toBeGreaterThan(0);
  expect(new Set(keys.map(keyName)).size).toBe(keys.length);
  // As `openssl pkey -pubin -outform DER | sha256sum` names it.
  const first = createHash('sha256')
    .update(Buffer.from(releaseKeys[0] ?? '', 'base64'))
    .digest('hex');
  expect(keyName(keys[0]!)).toBe(first.slice(0, 16));
});
