import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { signText } from '../../main/updates/signedText.ts';
import type { ReleaseList } from '../../main/updates/releaseList.ts';

/** Of this run alone: no key that anybody could sign releases with is in the project. */
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
/** The private half, for tests that sign by themselves. */
export const testKey = privateKey;
/** The public half as the product holds its own. */
export const testPublicKey = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

/** A list with these versions; all else is as it should be unless it is given. */
export function listOf(versions: readonly string[], given: Partial<ReleaseList> = {}): ReleaseList {
  return {
    format: 'mipl-field-tool releases',
    formatVersion: 1,
    number: 7,
    validUntil: '2099-01-31',
    releases: versions.map((version) => ({ version, day: '2027-01-31', page: `https://site.example/${version}` })),
    ...given,
  };
}

/** A list as a server has it. */
export const signed = (list: unknown, key = testKey): string => signText(JSON.stringify(list, null, 2), key);

/** A server on loopback for one test; resolves with the address of its list. */
export async function serveList(answer: string | RequestListener): Promise<string> {
  const server = createServer(
    typeof answer === 'string'
      ? (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(answer)
      : answer,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/releases.txt`;
}
