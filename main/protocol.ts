import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, resolve } from 'node:path';
import { protocol, session } from 'electron';
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

/**
 * Node loads what requests and responses are made of when they are first named, which takes longer than all else about the
 * first page. To be called once that is asked for, so that it passes while the page's process starts.
 */
export function warmUp(): void {
  void new Response(new Request(appOrigin).url);
}

/** Serves the files under `root` as `app://mipl/…` with the content policy. */
export function serveFiles(root: string): void {
  protocol.handle('app', async (request) => {
    const file = fileFor(request.url, root);
    if (file === undefined || request.method !== 'GET') return new Response('Forbidden', { status: 403 });
    try {
      return new Response(new Uint8Array(await readFile(file)), {
        headers: {
          'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
          'content-security-policy': contentSecurityPolicy,
          'x-content-type-options': 'nosniff',
          'cache-control': 'no-store',
        },
      });
    } catch {
      return new Response('Not found', { status: 404 });
    }
  });
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
