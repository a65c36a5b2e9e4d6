import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, resolve } from 'node:path';
import { protocol, session } from 'electron';
import type { ProtocolRequest, ProtocolResponse } from 'electron';
import { contentSecurityPolicy, contentTypes } from './pageFiles.ts';

/** The only origin the window ever shows. */
export const appOrigin = 'app://mipl';

/** To be called before the app is ready, once. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** The file a request means, or undefined when it would leave the folder or asks another host. */
export function fileFor(url: string, root: string): string | undefined {
  let parsed: URL;
  let path: string;
  try {
    parsed = new URL(url);
    path = decodeURIComponent(parsed.pathname);
  } catch {
    return undefined;
  }
  if (parsed.host !== 'mipl' || path.includes('\0')) return undefined;
  const file = resolve(join(root, path === '/' ? 'index.html' : path));
  const inside = relative(root, file);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? undefined : file;
}

/** What a request is answered. */
async function answerTo(
  { url, method }: Pick<ProtocolRequest, 'url' | 'method'>,
  root: string,
): Promise<ProtocolResponse> {
  const file = fileFor(url, root);
  if (file === undefined || method !== 'GET') return { statusCode: 403, data: Buffer.from('Forbidden') };
  try {
    return {
      headers: {
        'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
      data: await readFile(file),
    };
  } catch {
    return { statusCode: 404, data: Buffer.from('Not found') };
  }
}

/**
 * Serves the files under `root` as `app://mipl/…` with the content policy. By the older of Electron's two ways: for the newer,
 * `protocol.handle`, Node loads all that its `fetch` is made of, which takes main longer than all else about the first page.
 */
export function serveFiles(root: string): void {
  protocol.registerBufferProtocol('app', (request, answer) => void answerTo(request, root).then(answer));
}

/** Settles when the page has all of its first script, and is busy with it for a while. */
export function firstScript(): Promise<void> {
  const { webRequest } = session.defaultSession;
  return new Promise((resolve) => {
    webRequest.onCompleted({ urls: [`${appOrigin}/*.js`] }, () => {
      webRequest.onCompleted(null);
      resolve();
    });
  });
}
