import type { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { loaderOf } from './loader.ts';

/** `node coapShepherd.ts FOLDER PORT`: the server of coap-shepherd, with a console that takes `read /3303/0/5700`. */
const [, , folder = '', port = ''] = process.argv;

type Done = (error: Error | undefined, answer: unknown) => void;
type Call = (path: string, ...rest: unknown[]) => void;
interface Shepherd extends EventEmitter {
  start(done: Done): void;
  permitJoin(seconds: number): void;
  list(): { clientName: string }[];
  find(name: string): Record<string, Call>;
}

const load = loaderOf(folder);
// What it remembers of devices must not reach the next test.
const memory = mkdtempSync(join(tmpdir(), 'mipl-shepherd-'));
process.once('exit', () => rmSync(memory, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit());
Object.assign(load('coap-shepherd/lib/config') as object, {
  port: Number(port),
  defaultDbFolder: memory,
  defaultDbPath: undefined,
});
const shepherd = load('coap-shepherd') as Shepherd;
const say = (...words: unknown[]): void => console.log(words.map((word) => JSON.stringify(word)).join(' '));

const requests: Readonly<Record<string, string>> = {
  discover: 'discoverReq',
  read: 'readReq',
  write: 'writeReq',
  attributes: 'writeAttrsReq',
  execute: 'executeReq',
  observe: 'observeReq',
  cancel: 'cancelObserveReq',
};

shepherd.on('ready', () => {
  shepherd.permitJoin(3600);
  say('ready');
});
shepherd.on('ind', ({ type, data }: { type: string; data?: unknown }) => say(type, data));
shepherd.on('error', (error: Error) => say('error', error.message));
shepherd.start((error) => say(error ? error.message : 'started'));
createInterface({ input: process.stdin }).on('line', (line) => {
  const [verb = '', path = '', ...rest] = line.split(' ');
  const [first] = shepherd.list();
  if (!first) return;
  const done: Done = (error, answer) => say(verb, path, error ? error.message : answer);
  const executed = verb === 'execute' ? [rest] : [];
  const given = verb === 'write' || verb === 'attributes' ? [JSON.parse(rest.join(' '))] : executed;
  shepherd.find(first.clientName)[requests[verb] ?? '']?.(path, ...given, done);
});
