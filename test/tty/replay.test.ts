import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Replay } from '../../main/facts/replay.ts';
import { readJournal } from '../../main/journal/journalReader.ts';
import type { DeviceState } from '../../shared/state.ts';
import { Cable } from './cable.ts';
import { Mipl } from './mipl.ts';
import type { Ready, RunEvent } from './mipl.ts';

/** Parts of which `mipl run` prints every change. */
const printed = ['connection', 'stages', 'module', 'network', 'dialect', 'registration', 'observations'] as const;
type Printed = (typeof printed)[number];

/** The values that a thing went through, each as JSON; the same one twice in a row counts once. */
class Course {
  readonly values: string[] = [];

  add(value: unknown): void {
    const text = JSON.stringify(value);
    if (text !== this.values.at(-1)) this.values.push(text);
  }
}

const courses = (): Record<Printed, Course> =>
  Object.fromEntries(printed.map((part) => [part, new Course()])) as Record<Printed, Course>;

/** What each part went through, folding the journal fact by fact. */
async function foldedCourses(file: string): Promise<Record<Printed, Course>> {
  const folded = courses();
  const problems: string[] = [];
  const replay = new Replay((message) => problems.push(message));
  const look = (): void => printed.forEach((part) => folded[part].add(replay.state[part]));
  let isBegun = false;
  for await (const record of readJournal(file)) {
    if (record.kind === 'identity') {
      replay.push(record);
      look();
    }
    if (record.kind !== 'facts') continue;
    for (const fact of record.facts) {
      replay.fold(fact);
      // The parts that the journal begins with come one by one.
      isBegun ||= (fact as { readonly part?: string }).part === 'acceptanceCases';
      if (isBegun) look();
    }
  }
  expect(problems).toEqual([]);
  return folded;
}

/** `mipl replay` with the state as JSON. */
async function replayed(file: string, ...more: string[]): Promise<DeviceState> {
  const replay = new Mipl(['replay', file, '--json', ...more]);
  expect(await replay.exit).toBe(0);
  expect(replay.errors).toBe('');
  return JSON.parse(replay.lines.join('\n')) as DeviceState;
}

const isRegistered = ({ event, value }: RunEvent): boolean =>
  event === 'registration' && value['phase'] === 'registered';
const isWaiting = ({ event, value }: RunEvent): boolean => event === 'connection' && value['phase'] === 'waiting';

it('folding the journal goes through every state that a session printed, and ends where it ended', async () => {
  const cable = await Cable.plugged();
  onTestFinished(() => cable.close());
  let module = new Mipl(['sim', '--pty', cable.far, '--baud', '115200', '--radio-speed', '200']);
  onTestFinished(() => void module.stop());
  const { http, imei } = await module.event<Ready>();
  const journals = path.join(cable.folder, 'journals');
  const engine = new Mipl(['run', '--port', cable.near, '--baud', '115200', '--journal', journals]);
  onTestFinished(() => void engine.stop());
  await engine.event<RunEvent>(isRegistered);
  await engine.event<RunEvent>(({ event, value }) => event === 'observations' && Number(value['length']) > 0);
  const answer = await fetch(`${http}/nbiot?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`);
  expect(await answer.text()).toContain('"errno":0');
  const file = path.join(journals, readdirSync(journals)[0] ?? '');

  // While it goes on: what has reached the disk is a state that the session has had.
  await vi.waitFor(async () => expect((await replayed(file)).registration.phase).toBe('registered'));
  const during = await replayed(file);
  expect(during.connection.phase).toBe('ready');
  expect(Object.values(during.requests).filter(({ path: asked }) => asked === '/3303/0/5700')).toMatchObject([
    { kind: 'read', status: 'answered', result: 1 },
  ]);

  await cable.pull();
  await engine.event<RunEvent>(isWaiting);
  await module.stop();
  await cable.plugIn();
  module = new Mipl(['sim', '--pty', cable.far, '--baud', '115200', '--radio-speed', '200']);
  let wasPulled = false;
  await engine.event<RunEvent>((event) => {
    wasPulled ||= isWaiting(event);
    return wasPulled && isRegistered(event);
  }, 40_000);
  await engine.stop();

  const told = courses();
  for (const line of engine.lines) {
    const { event, value } = JSON.parse(line) as { readonly event: Printed; readonly value: unknown };
    if (printed.includes(event)) told[event].add(value);
  }
  const folded = await foldedCourses(file);
  for (const part of printed) {
    const { values } = folded[part];
    // The journal begins with what was printed, or not even that, before it was there.
    expect(values.length - told[part].values.length, part).toBeLessThanOrEqual(1);
    expect(told[part].values.slice(-values.length), part).toEqual(values.slice(-told[part].values.length));
  }
  expect(folded.stages.values.length).toBeGreaterThan(15);
  expect(folded.registration.values.length).toBeGreaterThan(8);
  const last = await replayed(file);
  for (const part of printed) expect(JSON.stringify(last[part])).toBe(told[part].values.at(-1));
  expect((await replayed(file, '--until', '1')).connection.phase).toBe('closed');
});
