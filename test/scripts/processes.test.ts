import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { capture, runInPlace } from '../../scripts/childProcess.js';
import { authorityEntry } from '../electron/display.js';
import { ordinaryAccount, shellQuote, wrapperScript } from '../electron/ordinaryUser.js';
import { inProject } from '../../scripts/project.js';
import { createReporter } from '../../scripts/reporter.js';
import { temporaryDirectory } from './temporaryDirectory.ts';

describe('capture', () => {
  it('gives output, lines and status', async () => {
    const lines: string[] = [];
    const script = 'console.log("one\\ntwo"); console.error("bad"); process.exitCode = 3';
    const result = await capture(process.execPath, ['-e', script], { onLine: (line) => lines.push(line) });
    expect(result).toMatchObject({ status: 3, stdout: 'one\ntwo\n' });
    expect(result.output).toContain('bad');
    expect(lines).toEqual(['one', 'two']);
  });

  it('does not throw for a command that is not there', async () => {
    const { status, output } = await capture('no-such-command-anywhere', []);
    expect(status).toBe(127);
    expect(output).toContain('no-such-command-anywhere');
  });
});

describe.skipIf(process.platform === 'win32')('runInPlace', () => {
  /** A process without a terminal of its own, as under a service manager, that runs a child in its place. */
  function start(childScript: string) {
    const file = path.join(temporaryDirectory(), 'run.mjs');
    const address = JSON.stringify(`file://${inProject('scripts', 'childProcess.js')}`);
    writeFileSync(
      file,
      `const { runInPlace } = await import(${address});
       process.exit(await runInPlace(process.execPath, ['-e', ${JSON.stringify(childScript)}]));`,
    );
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, ended };
  }

  it('answers with the exit status', async () => {
    await expect(start('process.exit(7)').ended).resolves.toBe(7);
  });

  it('hands what is printed to who asks for it', async () => {
    let said = '';
    const script = 'console.log("one"); console.error("two"); process.exitCode = 3';
    const status = await runInPlace(process.execPath, ['-e', script], { say: (text) => (said += text) });
    expect(status).toBe(3);
    expect(said.split('\n').sort()).toEqual(['', 'one', 'two']);
  });

  it('lets a command that yields take only what others leave free, and no other', async () => {
    const script = 'console.log(require("node:os").getPriority())';
    const priorityOf = async (isYielding: boolean): Promise<number> => {
      let said = '';
      await runInPlace(process.execPath, ['-e', script], { say: (text) => (said += text), isYielding });
      return Number(said);
    };
    expect(await priorityOf(true)).toBe(Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL));
    expect(await priorityOf(false)).toBe(getPriority());
  });

  it('says there, too, that a command was stopped because it took too long', async () => {
    let said = '';
    const say = (text: string) => (said += text);
    const status = await runInPlace(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { say, timeLimitMs: 100 });
    expect(status).toBe(137);
    expect(said).toMatch(/was stopped: it took longer than 0\.1 s\.\n$/);
  });

  it('answers a death by signal as a shell does', async () => {
    await expect(start('process.kill(process.pid, "SIGKILL")').ended).resolves.toBe(137);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on', async (signal) => {
    const { child, ended } = start(
      `process.once("${signal}", () => process.exit(5)); setInterval(() => {}, 1000); console.log("ready")`,
    );
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill(signal);
    await expect(ended).resolves.toBe(5);
  });
});

describe('the ordinary account', () => {
  it('is nobody', () => {
    expect(ordinaryAccount('root:x:0:0:root:/root:/bin/sh\nnobody:x:99:98:n:/:/bin/false\n')).toEqual({
      uid: 99,
      gid: 98,
    });
    expect(ordinaryAccount('root:x:0:0:root:/root:/bin/sh\n')).toEqual({ uid: 65534, gid: 65534 });
  });

  it('gets a script that replaces itself by the program', () => {
    expect(wrapperScript({ uid: 99, gid: 98 }, "/a dir/it's")).toBe(
      `#!/bin/sh\nexec setpriv --reuid=99 --regid=98 --clear-groups --pdeathsig=KILL -- '/a dir/it'\\''s' "$@"\n`,
    );
  });

  it.skipIf(process.platform === 'win32').each(['plain', 'with space', "it's", '$HOME `id` "x"', 'a\nb'])(
    'quotes %j for the shell',
    (text) => {
      const { stdout } = spawnSync('sh', ['-c', `printf %s ${shellQuote(text)}`], { encoding: 'utf8' });
      expect(stdout).toBe(text);
    },
  );
});

it('writes an Xauthority entry for any display', () => {
  const entry = authorityEntry(Buffer.alloc(16, 0xab));
  expect(entry.toString('hex')).toBe(
    `ffff00000000${'0012'}${Buffer.from('MIT-MAGIC-COOKIE-1').toString('hex')}0010${'ab'.repeat(16)}`,
  );
});

describe('the reporter', () => {
  function recorded(isTTY: boolean) {
    let text = '';
    return { reporter: createReporter({ write: (part) => (text += part), isTTY }), text: () => text };
  }

  it('prints a line per quarter where there is no terminal', () => {
    const { reporter, text } = recorded(false);
    for (const fraction of [0, 0.1, 0.24, 0.3, 0.6, 0.99, 1]) reporter.progress('Fetching', fraction);
    expect(text()).toBe('Fetching: 0 %\nFetching: 25 %\nFetching: 50 %\nFetching: 75 %\nFetching: 100 %\n');
  });

  it('rewrites one line on a terminal and leaves it before other text', () => {
    const { reporter, text } = recorded(true);
    reporter.progress('Fetching', 0.1);
    reporter.progress('Fetching', 0.2);
    reporter.say('Stopped.');
    expect(text()).toBe('\rFetching: 10 %\rFetching: 20 %\nStopped.\n');
  });
});

it.skipIf(process.platform !== 'linux')('npm start says at once that there is no display', () => {
  const { DISPLAY: _x, WAYLAND_DISPLAY: _w, ...env } = process.env;
  const result = spawnSync(process.execPath, [inProject('scripts', 'start.js')], { env, encoding: 'utf8' });
  expect(result.status).toBe(1);
  expect(result.stdout).toBe('');
  expect(result.stderr).toContain('There is no display here');
  expect(result.stderr).toContain('xvfb-run -a npm start');
  expect(result.stderr).toContain('npm run mipl');
  expect(result.stderr).not.toContain('    at ');
});
