import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { findCommand } from '../systemPackages.js';
import type { AnswerTime, ModuleOrder, ModuleWord } from './moduleMain.ts';

/** Before all that share a processor by turns. */
const PRECEDENCE = ['chrt', '--rr', '1'] as const;

/** A flooding module that is a process of its own. */
export interface ModuleProcess {
  readonly port: number;
  readonly pid: number;
  /** Whether the system gives it the processor at once, as a device of its own would have one. */
  readonly hasPrecedence: boolean;
  /** Settles when somebody is at the other end. */
  readonly isConnected: Promise<unknown>;
  /** Floods and asks `requests` reads, spread evenly; resolves with the time of each when the last one was answered. */
  flood(requests: number, perSecond: number): Promise<AnswerTime[]>;
  /** The same with what a module says in a day around so many requests. */
  day(requests: number, perSecond: number): Promise<AnswerTime[]>;
  close(): Promise<void>;
}

function mayHavePrecedence(): boolean {
  const [command, ...args] = PRECEDENCE;
  return findCommand(command) !== undefined && spawnSync(command, [...args, 'true']).status === 0;
}

/** Starts it; its port is open when this resolves. */
export async function openModuleProcess(): Promise<ModuleProcess> {
  const hasPrecedence = mayHavePrecedence();
  const program = [process.execPath, fileURLToPath(new URL('moduleMain.ts', import.meta.url))] as const;
  const [command, ...args] = hasPrecedence ? ([...PRECEDENCE, ...program] as const) : program;
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const [first, connected] = [Promise.withResolvers<number>(), Promise.withResolvers<undefined>()];
  let done: PromiseWithResolvers<AnswerTime[]> | undefined;
  child.on('message', (word: ModuleWord) => {
    if ('port' in word) first.resolve(word.port);
    else if ('answers' in word) done?.resolve(word.answers);
    else connected.resolve(undefined);
  });
  child.once('exit', () => {
    for (const waiting of [first, done]) waiting?.reject(new Error('The module’s process has ended.'));
  });
  const order = (what: ModuleOrder['what'], requests: number, perSecond: number): Promise<AnswerTime[]> => {
    done = Promise.withResolvers();
    child.send({ what, requests, perSecond } satisfies ModuleOrder);
    return done.promise;
  };
  const port = await first.promise;
  return {
    port,
    pid: child.pid ?? 0,
    hasPrecedence,
    isConnected: connected.promise,
    flood: (requests, perSecond) => order('flood', requests, perSecond),
    day: (requests, perSecond) => order('day', requests, perSecond),
    async close() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
