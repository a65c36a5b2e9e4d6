import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { isConfined } from '../electron/electronForTests.js';
import { requestNames } from '../../shared/contract/names.ts';
import { defaultPlatformHost } from '../../shared/platform.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { ask, stateOf, until } from './screen.ts';

let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
});
afterAll(() => started?.close());

/** Process ids of the application by kind, as the system names them. */
const processIds = (): Promise<{ type: string; pid: number }[]> =>
  started.app.evaluate(({ app }) => app.getAppMetrics().map(({ type, pid }) => ({ type, pid })));

function statusOf(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, 'utf8');
}

describe('the window', () => {
  it('has exactly the names of the contract, and a way to listen', async () => {
    const names = await started.page.evaluate(() => Object.keys((window as unknown as { api: object }).api).sort());
    expect(names).toEqual([...requestNames, 'on'].sort());
  });

  it('has a preload of names alone, without the rows they come from', async () => {
    const folder = await started.app.evaluate(({ app }) => app.getAppPath());
    const preload = readFileSync(`${folder}/out/preload/preload.cjs`, 'utf8');
    expect(preload.length).toBeLessThan(4000);
    for (const name of requestNames) expect(preload).toContain(`"${name}"`);
    expect(preload).not.toMatch(/duringRun|maxLength|counterexample/);
  });

  it('reaches neither Node nor Electron', async () => {
    const found = await started.page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'global', 'electron', '__dirname', 'ipcRenderer'].filter(
        (name) => name in globalThis,
      ),
    );
    expect(found).toEqual([]);
  });

  it('lives in a world of its own, apart from the preload', async () => {
    const [preferences] = await started.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(({ webContents }) => {
        const { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag } = (
          webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
        ).getLastWebPreferences();
        return { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag };
      }),
    );
    expect(preferences).toEqual({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    await started.page
      .evaluate(() => {
        (window as unknown as { api: Record<string, unknown> }).api['extra'] = 1;
      })
      .catch(() => undefined);
    const names = await started.page.evaluate(() => Object.keys((window as unknown as { api: object }).api));
    expect(names).not.toContain('extra');
  });

  it.runIf(process.platform === 'linux')('is confined by the system, and nothing of it belongs to root', async () => {
    const renderer = await started.app.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
    );
    expect(isConfined(renderer)).toBe(true);
    const all = await processIds();
    expect(all.length).toBeGreaterThan(2);
    for (const { pid } of all) expect(statusOf(pid)).toMatch(/^Uid:\s+[1-9]/m);
  });

  it('was not started with the sandbox switched off', async () => {
    const switches = await started.app.evaluate(({ app }) =>
      ['no-sandbox', 'disable-web-security', 'disable-gpu-sandbox'].filter((name) => app.commandLine.hasSwitch(name)),
    );
    expect(switches).toEqual([]);
  });

  it('runs no inline script', async () => {
    const ran = await started.page.evaluate(async () => {
      const blocked = new Promise((resolve) =>
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
          once: true,
        }),
      );
      const script = document.createElement('script');
      script.textContent = 'window.wasRun = true';
      document.body.append(script);
      return { directive: await blocked, wasRun: 'wasRun' in window };
    });
    expect(ran).toEqual({ directive: 'script-src-elem', wasRun: false });
  });

  it('evaluates no text as code', async () => {
    const refusal = await started.page.evaluate(() => {
      const script = document.createElement('button');
      script.setAttribute('onclick', 'window.wasRun = true');
      document.body.append(script);
      script.click();
      script.remove();
      return 'wasRun' in window;
    });
    expect(refusal).toBe(false);
  });

  it('loads no script of another origin', async () => {
    const outcome = await started.page.evaluate(
      () =>
        new Promise((resolve) => {
          const script = document.createElement('script');
          script.onload = () => resolve('loaded');
          script.onerror = () => resolve('refused');
          script.src = 'https://example.com/script.js';
          document.body.append(script);
        }),
    );
    expect(outcome).toBe('refused');
  });

  it('cannot reach the network, not even this machine', async () => {
    let calls = 0;
    const server = createServer((_request, response) => {
      calls += 1;
      response.setHeader('access-control-allow-origin', '*').end('reached');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const outcome = await started.page.evaluate(async (address) => {
      const tries = {
        fetch: fetch(address).then(
          () => 'reached',
          () => 'refused',
        ),
        image: new Promise((resolve) => {
          const image = new Image();
          image.onload = () => resolve('reached');
          image.onerror = () => resolve('refused');
          image.src = `${address}/image.png`;
        }),
        socket: new Promise((resolve) => {
          try {
            const socket = new WebSocket(address.replace('http', 'ws'));
            socket.onopen = () => resolve('reached');
            socket.onerror = () => resolve('refused');
          } catch {
            resolve('refused');
          }
        }),
      };
      return { fetch: await tries.fetch, image: await tries.image, socket: await tries.socket };
    }, `http://127.0.0.1:${port}`);
    expect(outcome).toEqual({ fetch: 'refused', image: 'refused', socket: 'refused' });
    expect(calls).toBe(0);
  });

  it('lets nothing out through WebRTC, which no content policy closes', async () => {
    let arrived = 0;
    const datagrams = createSocket('udp4').on('message', () => arrived++);
    const connections = createTcpServer((socket) => {
      arrived++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => datagrams.bind(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => connections.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      datagrams.close();
      connections.close();
    });
    const udpPort = datagrams.address().port;
    const tcpPort = (connections.address() as AddressInfo).port;
    const candidates = await started.page.evaluate(
      async (urls) => {
        const login = { username: 'u', credential: 'c' };
        const peer = new RTCPeerConnection({ iceServers: urls.map((url) => ({ urls: url, ...login })) });
        const found: string[] = [];
        const gathered = new Promise<void>((resolve) => {
          peer.onicecandidate = ({ candidate }) => (candidate ? found.push(candidate.candidate) : resolve());
        });
        peer.createDataChannel('out');
        await peer.setLocalDescription(await peer.createOffer());
        await gathered;
        peer.close();
        return found;
      },
      [
        `stun:127.0.0.1:${udpPort}`,
        `turn:127.0.0.1:${udpPort}?transport=udp`,
        `turn:127.0.0.1:${tcpPort}?transport=tcp`,
      ],
    );
    expect({ candidates, arrived }).toEqual({ candidates: [], arrived: 0 });
  });

  it('opens no other window', async () => {
    expect(await started.page.evaluate(() => window.open('https://example.com/') === null)).toBe(true);
    expect(await started.page.evaluate(() => window.open('app://mipl/index.html') === null)).toBe(true);
    expect(await started.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  it('goes nowhere else', async () => {
    for (const target of [
      'https://example.com/',
      'file:///etc/passwd',
      'data:text/html,<p>gone</p>',
      'app://other/',
      'about:blank',
      'about:srcdoc',
      'javascript:document.write("gone")',
      `blob:app://mipl/${crypto.randomUUID()}`,
    ]) {
      await started.page
        .evaluate((address) => {
          const link = document.createElement('a');
          link.href = address;
          document.body.append(link);
          link.click();
          link.remove();
          location.assign(address);
        }, target)
        .catch(() => undefined);
    }
    // Whatever was asked is decided by the time a question to main has come back.
    await stateOf(started.page);
    expect(started.page.url()).toBe('app://mipl/index.html');
    const address = await started.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(({ webContents }) => webContents.getURL()),
    );
    expect(address).toEqual(['app://mipl/index.html']);
  });

  it('is refused every permission but to write to the clipboard', async () => {
    const states = await started.page.evaluate(async () => {
      const names = [
        'geolocation',
        'notifications',
        'camera',
        'microphone',
        'midi',
        'clipboard-read',
        'clipboard-write',
      ];
      const found: Record<string, string> = {};
      for (const name of names) {
        found[name] = await navigator.permissions.query({ name: name as PermissionName }).then(
          ({ state }) => state,
          () => 'unknown',
        );
      }
      return found;
    });
    expect(states).toEqual({
      geolocation: 'denied',
      notifications: 'denied',
      camera: 'denied',
      microphone: 'denied',
      midi: 'denied',
      'clipboard-read': 'denied',
      'clipboard-write': 'granted',
    });
  });

  it('gets no camera, no serial port and no USB device when it asks', async () => {
    const outcomes = await started.page.evaluate(async () => {
      const refused = (): string => 'refused';
      const given = (): string => 'given';
      const { serial, usb, hid, mediaDevices } = navigator as unknown as Record<
        string,
        | {
            requestPort?(): Promise<unknown>;
            requestDevice?(options: object): Promise<unknown>;
            getUserMedia?(options: object): Promise<unknown>;
          }
        | undefined
      >;
      return [
        await (mediaDevices?.getUserMedia?.({ video: true }).then(given, refused) ?? refused()),
        await (serial?.requestPort?.().then(given, refused) ?? refused()),
        await (usb?.requestDevice?.({ filters: [] }).then(given, refused) ?? refused()),
        await (hid
          ?.requestDevice?.({ filters: [] })
          .then((list) => ((list as []).length === 0 ? refused() : given()), refused) ?? refused()),
        await Notification.requestPermission().then((answer) => (answer === 'granted' ? given() : refused())),
      ];
    });
    expect(outcomes).toEqual(['refused', 'refused', 'refused', 'refused', 'refused']);
  });
});

describe('app://', () => {
  /** Status of a request as main would make it: what a page asks for passes the same handler. */
  const statusFor = (url: string, method = 'GET'): Promise<number> =>
    started.app.evaluate(
      async ({ net }, [address, verb]) => (await net.fetch(address!, { method: verb! })).status,
      [url, method],
    );

  it('serves its own files with the content policy', async () => {
    const headers = await started.app.evaluate(async ({ net }) => {
      const response = await net.fetch('app://mipl/index.html');
      return [
        response.status,
        response.headers.get('content-security-policy'),
        response.headers.get('x-content-type-options'),
      ];
    });
    expect(headers).toEqual([
      200,
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'nosniff',
    ]);
  });

  it.each([
    ['a path that leaves the folder', 'app://mipl/..%2f..%2fpackage.json', 403],
    ['a path that leaves it in another spelling', 'app://mipl/%2e%2e%2f%2e%2e%2fpackage.json', 403],
    ['an absolute path', 'app://mipl/%2fetc%2fpasswd', 404],
    ['a file that is not there', 'app://mipl/nothing.js', 404],
    ['a folder', 'app://mipl/assets', 404],
    ['another host', 'app://other/index.html', 403],
    ['a broken escape', 'app://mipl/%ff%fe', 403],
  ])('refuses %s', async (_what, url, status) => {
    expect(await statusFor(url)).toBe(status);
  });

  it('refuses other methods than GET', async () => {
    expect(await statusFor('app://mipl/index.html', 'POST')).toBe(403);
  });
});

describe('the contract', () => {
  it.each([
    ['openPort', [{ path: 7, baudRate: 9600 }]],
    ['openPort', [{ path: '/dev/ttyUSB0', baudRate: 1.5 }]],
    ['openPort', [{ path: '/dev/ttyUSB0', baudRate: 9600, dtr: true }]],
    ['openPort', []],
    ['readLog', [{ from: -1, count: 5 }]],
    ['readLog', [{ from: 0, count: 2001 }]],
    ['setValue', [{ path: '/3303/0/5700', value: 5 }]],
    ['notify', [{ path: '/3303/0/5700', value: '1', confirmed: 'yes' }]],
    ['updateRegistration', [{ lifetimeSeconds: -1, withObjects: false }]],
    ['sendCommand', [{ line: ['AT'] }]],
    ['sendCommand', [{ line: ' ' }]],
    ['exportJournal', [{ format: 'exe', mask: true }]],
    ['exportJournal', [{ format: 'txt', mask: true, file: '/etc/passwd' }]],
    ['changeSettings', [{ theme: 'pink' }]],
    ['changeSettings', [{ colour: 'pink' }]],
    ['callPlatform', [{ mode: 'simulated', operation: { kind: 'reboot', path: '/3303' } }]],
    ['openPort', [{ path: 'sim:m9999', baudRate: 9600 }]],
    ['getCurl', ['rm -rf /']],
    ['getRequestCurl', [{ id: 1 }]],
    ['setApiKey', [{ key: 5 }]],
    ['dropLog', [{ file: '/etc/passwd' }]],
    ['dropLog', ['/etc/passwd']],
    ['changeSettings', [null]],
    ['changeSettings', [[]]],
  ] as const)('answers BAD_ARGUMENT to %s with %j', async (name, args) => {
    expect(await ask(started.page, name, ...args)).toMatchObject({ ok: false, error: { code: 'BAD_ARGUMENT' } });
    expect((await stateOf(started.page)).connection.phase).toBe('closed');
  });

  it.each([
    '/etc/passwd',
    '/dev/null',
    '/dev/sda',
    '/dev/tty',
    '/dev/ttyUSB0/../mem',
    '../x',
    'tcp://host',
    'file:///x',
  ])('opens no port at %s', async (path) => {
    expect(await ask(started.page, 'openPort', { path, baudRate: 9600 })).toMatchObject({
      ok: false,
      error: { code: 'PORT_NOT_ALLOWED', detail: path },
    });
    expect((await stateOf(started.page)).connection.phase).toBe('closed');
  });

  it('reaches no address that a person has not confirmed in a window of the system', async () => {
    let arrived = 0;
    const server = createTcpServer((socket) => {
      arrived++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    /** What the person was asked since the last time; from now on they give this answer. */
    const answerWith = (response: number): Promise<string[]> =>
      started.app.evaluate(({ dialog }, answer) => {
        const own = dialog as unknown as { asked?: string[] };
        const asked = own.asked ?? [];
        own.asked = [];
        dialog.showMessageBox = ((_window: unknown, { detail = '' }: { detail?: string }) => {
          own.asked?.push(detail);
          return Promise.resolve({ response: answer, checkboxChecked: false });
        }) as unknown as typeof dialog.showMessageBox;
        return asked;
      }, response);
    const openPort = () => ask(started.page, 'openPort', { path: `tcp://${host}`, baudRate: 9600 });
    const operation = { kind: 'read', path: '/3303' } as const;

    await answerWith(1);
    expect(await openPort()).toMatchObject({ ok: false, error: { code: 'HOST_NOT_CONFIRMED' } });
    expect(await ask(started.page, 'changeSettings', { platformHost: `http://${host}` })).toMatchObject({ ok: true });
    expect(await ask(started.page, 'callPlatform', { mode: 'host', operation })).toMatchObject({
      ok: false,
      error: { code: 'HOST_NOT_CONFIRMED', detail: `http://${host}` },
    });
    expect(arrived).toBe(0);

    const asked = await answerWith(0);
    expect(asked.map((detail) => detail.split('\n')[0])).toEqual([`tcp://${host}`, `http://${host}`]);
    await openPort();
    await expect.poll(() => arrived).toBeGreaterThan(0);
    await ask(started.page, 'closePort');
    await answerWith(1);
    expect(await openPort()).not.toMatchObject({ error: { code: 'HOST_NOT_CONFIRMED' } });
    await ask(started.page, 'closePort');
    expect(await ask(started.page, 'changeSettings', { platformHost: defaultPlatformHost })).toMatchObject({
      ok: true,
    });
  });

  it('answers LWM2M_BAD_PATH to what is no path', async () => {
    expect(await ask(started.page, 'setValue', { path: '../x', value: '1' })).toMatchObject({
      ok: false,
      error: { code: 'LWM2M_BAD_PATH' },
    });
  });

  it('answers PORT_NOT_OPEN while nothing is connected', async () => {
    for (const name of ['register', 'deregister'] as const)
      expect(await ask(started.page, name)).toMatchObject({ ok: false, error: { code: 'PORT_NOT_OPEN' } });
    expect(
      await ask(started.page, 'callPlatform', { mode: 'simulated', operation: { kind: 'read', path: '/3303' } }),
    ).toMatchObject({ ok: false, error: { code: 'PORT_NOT_OPEN' } });
  });

  it('takes a key of the platform and never gives it out again', async () => {
    const key = 'MasterKey-of-somebody=';
    expect(await ask(started.page, 'setApiKey', { key })).toMatchObject({ ok: true });
    expect(JSON.stringify(await stateOf(started.page))).not.toContain(key);
    for (const name of await readdir(started.folders.data, { recursive: true, withFileTypes: true })) {
      if (!name.isFile() || !name.name.endsWith('.json')) continue;
      expect(readFileSync(`${name.parentPath}/${name.name}`, 'utf8')).not.toContain(key);
    }
    expect(await ask(started.page, 'clearApiKey')).toMatchObject({ ok: true });
  });

  it('keeps the code of an error across the border', async () => {
    expect(await ask(started.page, 'openPort', { path: '/dev/ttyNowhere', baudRate: 9600 })).toMatchObject({
      ok: false,
      error: { code: 'PORT_NOT_FOUND', message: expect.stringContaining('No such file or directory') as string },
    });
  });

  it('hands out no event that is not in it', async () => {
    const outcome = await started.page.evaluate(() => {
      const { api } = window as unknown as { api: { on(name: string, listener: () => void): unknown } };
      try {
        api.on('secret', () => undefined);
        return 'subscribed';
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(outcome).toContain('No such event');
  });

  it('refuses a window that is not ours', async () => {
    const answer = await started.app.evaluate(async ({ app, BrowserWindow }) => {
      const preload = `${app.getAppPath()}/out/preload/preload.cjs`;
      const foreign = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
      try {
        await foreign.loadURL('app://mipl/index.html');
        return (await foreign.webContents.executeJavaScript(`window.api.getSnapshot('1')`)) as unknown;
      } finally {
        foreign.destroy();
      }
    });
    expect(answer).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
    await until(() => started.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });
});
