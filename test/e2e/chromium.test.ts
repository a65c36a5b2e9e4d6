import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium } from 'playwright';
import { expect, it, onTestFinished } from 'vitest';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { Application } from '../../main/program/application.ts';
import type { Desktop } from '../../main/program/desktop.ts';
import { createServe } from '../../main/program/handlers.ts';
import { contentSecurityPolicy, contentTypes } from '../../main/pageFiles.ts';
import { requestNames } from '../../shared/contract/names.ts';
import type { RequestName } from '../../shared/contract/contract.ts';
import { faultOf } from '../../shared/errors.ts';
import { inProject } from '../../scripts/project.js';
import { tempDirectory } from '../tempDirectory.ts';
import { places } from '../program/served.ts';
import { complaintsOf, part, until } from './screen.ts';

/** Debian's own, which is nearer to the engine of the Electron that the product is built for than the one tests run in. */
const browser = '/usr/bin/chromium';
const builtPages = inProject('out', 'renderer');

/** The built pages with the policy of the window, from loopback. */
async function servePages(): Promise<string> {
  const server = createServer((request, response) => {
    // A browser asks for it by itself.
    if (request.url === '/favicon.ico') return void response.writeHead(204).end();
    const name = request.url === '/' ? 'index.html' : (request.url ?? '').slice(1);
    readFile(path.join(builtPages, name)).then(
      (bytes) =>
        response
          .writeHead(200, {
            'content-type': contentTypes[path.extname(name)] ?? 'application/octet-stream',
            'content-security-policy': contentSecurityPolicy,
          })
          .end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Puts the bridge into a page, as the preload does. */
function putBridge(names: readonly string[]): void {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const page = window as unknown as {
    askMain: (name: string, ...given: unknown[]) => Promise<unknown>;
    tellPage: (event: string, payload: unknown) => void;
    api: object;
  };
  page.tellPage = (event, payload) => listeners.get(event)?.forEach((listener) => listener(payload));
  page.api = {
    ...Object.fromEntries(names.map((name) => [name, (...given: unknown[]) => page.askMain(name, ...given)])),
    on(event: string, listener: (payload: unknown) => void) {
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(listener));
      return () => all.delete(listener);
    },
  };
}

it.skipIf(!existsSync(browser))(
  'the pages run in a later Chromium: a module comes online, every page opens, nothing is complained of',
  async () => {
    const application = await Application.start({
      version: '1.2.3',
      systemLanguage: 'en',
      model: defaultModel,
      journalDirectory: await tempDirectory(),
    });
    onTestFinished(() => application.close());
    application.openDevice();
    // Nothing here asks the desktop for anything but where things are.
    const serve = createServe(application, { places } as unknown as Desktop, () => Promise.resolve({ lines: 0 }));
    const started = await chromium.launch({ executablePath: browser, chromiumSandbox: process.getuid?.() !== 0 });
    onTestFinished(() => started.close());
    expect(Number.parseInt(started.version(), 10)).toBeGreaterThanOrEqual(130);
    const page = await started.newPage({ viewport: { width: 1280, height: 800 } });
    const complaints = complaintsOf(page);
    await page.exposeFunction('askMain', async (name: RequestName, ...given: unknown[]) => {
      try {
        return { ok: true, value: await serve(name, ...given) };
      } catch (error) {
        return { ok: false, error: faultOf(error) };
      }
    });
    await page.addInitScript(putBridge, requestNames);
    const tell = (event: string, payload: unknown): void =>
      void page
        .evaluate(
          ([name, told]) => (window as unknown as { tellPage: (...told: unknown[]) => void }).tellPage(name, told),
          [event, payload] as const,
        )
        .catch(() => undefined);
    const steadyMs = (): number => application.clock.steadyMs();
    application.state.onPatch((patch) => tell('program', { ...patch, steadyMs: steadyMs() }));
    application.onDevice((device) => {
      const { id } = device;
      device.state.onPatch((patch) => tell('patch', { device: id, patch: { ...patch, steadyMs: steadyMs() } }));
      device.log.onBatch((entries) => tell('log', { device: id, entries }));
    });
    await page.goto(await servePages());
    await part(page, 'baud-input').fill('115200');
    await part(page, 'connect-button').click();
    await until(() => part(page, 'stage-onenet').getAttribute('data-status')).toBe('done');
    // Those of the rail that are pages; the others open something of their own.
    const links = await page.locator('nav.rail button:not(.apart, .last)').all();
    expect(links.length).toBeGreaterThanOrEqual(6);
    for (const link of links) {
      await link.click();
      await until(() => link.getAttribute('aria-current')).toBe('page');
    }
    await page.keyboard.press('F1');
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
  },
);
