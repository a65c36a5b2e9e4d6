// @ts-check
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import path from 'node:path';
import { projectDirectory } from './project.js';

/** @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void, shell?: boolean }} CaptureOptions */

/**
 * Runs a command and keeps what it prints. Never rejects: a command that cannot be started has status 127.
 * @param {string} command @param {string[]} args @param {CaptureOptions} [options]
 * @returns {Promise<{ status: number, stdout: string, output: string }>}
 */
export function capture(command, args, { cwd = projectDirectory, env = process.env, onLine, shell } = {}) {
  return new Promise((resolve) => {
    let stdout = '';
    let output = '';
    let rest = '';
    // With a shell the arguments must be part of the command: Node does not quote them. Ours never need quotes.
    const child = shell
      ? spawn([command, ...args].join(' '), { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
      : spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
      if (!onLine) return;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ status: 127, stdout, output: `${output}${error.message}\n` }));
    child.on('close', (code, signal) => resolve({ status: exitStatus(code, signal), stdout, output }));
  });
}

/** @typedef {(text: string) => unknown} Say takes what would have stood on the terminal */

/**
 * Runs a command in our place: same terminal, signals passed on, its exit status as the answer. With `say` the command
 * has no terminal: what it prints is handed to `say`. With `isYielding` it takes what the other processes leave free.
 * @param {string} command @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeLimitMs?: number, say?: Say | undefined, isYielding?: boolean }} [options]
 * @returns {Promise<number>}
 */
export function runInPlace(command, args, options = {}) {
  const { cwd = projectDirectory, env = process.env, timeLimitMs, say, isYielding = false } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: say ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
    // Never above our own, which an ordinary user may not.
    if (isYielding && child.pid !== undefined)
      setPriority(child.pid, Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL));
    if (say) for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', say);
    /** @type {NodeJS.Signals[]} */
    const signals = process.platform === 'win32' ? ['SIGINT', 'SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'];
    // A terminal sends Ctrl-C to both of us; passed on as well, the program would see it twice and take it as "now!".
    const terminal = hasControllingTerminal();
    const passOn = (/** @type {NodeJS.Signals} */ signal) => {
      if (!(terminal && signal === 'SIGINT')) child.kill(signal);
    };
    signals.forEach((signal) => process.on(signal, passOn));
    const limit = timeLimitMs
      ? setTimeout(() => {
          const complaint = `${path.basename(command)} was stopped: it took longer than ${timeLimitMs / 1000} s.`;
          if (say) say(`${complaint}\n`);
          else console.error(complaint);
          child.kill('SIGKILL');
        }, timeLimitMs)
      : undefined;
    const finish = () => {
      clearTimeout(limit);
      signals.forEach((signal) => process.off(signal, passOn));
    };
    child.on('error', (error) => (finish(), reject(error)));
    child.on('close', (code, signal) => (finish(), resolve(exitStatus(code, signal))));
  });
}

/** @param {number | null} code @param {NodeJS.Signals | null} signal */
function exitStatus(code, signal) {
  return code ?? (signal ? 128 + constants.signals[signal] : 1);
}

function hasControllingTerminal() {
  if (process.platform === 'win32') return true;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs npm, and npm on the machine's own Node, which an install does not replace while it runs.
 * @param {string[]} args @param {CaptureOptions} [options]
 */
export function npm(args, options = {}) {
  const env = withoutModuleCommands(options.env ?? process.env);
  return capture('npm', args, { ...options, env, shell: process.platform === 'win32' });
}

/**
 * The environment without the node_modules/.bin folders that `npm run` puts first on the search path.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutModuleCommands(environment, delimiter = path.delimiter) {
  const key = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH');
  if (!key) return environment;
  const inModules = /[\\/]node_modules[\\/]\.bin[\\/]?$/;
  const directories = (environment[key] ?? '').split(delimiter).filter((directory) => !inModules.test(directory));
  return { ...environment, [key]: directories.join(delimiter) };
}
