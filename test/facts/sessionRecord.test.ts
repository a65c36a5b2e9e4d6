import { expect, it, onTestFinished, vi } from 'vitest';
import { CodedError } from '../../shared/errors.ts';
import { remark } from '../../shared/remarks.ts';
import { LogBook } from '../../main/log/logBook.ts';
import { FactRecord } from '../../main/facts/factRecord.ts';
import { SessionRecord } from '../../main/facts/sessionRecord.ts';
import { StateHolder } from '../../main/facts/stateHolder.ts';
import { openJournal } from '../../main/journal/journalWriter.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { testFolder } from '../device/rig.ts';

/** A disk that is full, or not. */
function disk() {
  const it = {
    isFull: false,
    write: (bytes: Uint8Array) =>
      it.isFull
        ? Promise.reject(new Error('ENOSPC: no space left on device'))
        : Promise.resolve({ bytesWritten: bytes.length }),
    sync: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return it;
}

async function recordOn(file: ReturnType<typeof disk>) {
  const state = new StateHolder(initialDeviceState());
  const record = new SessionRecord(new FactRecord(state), new LogBook());
  const options = { create: () => Promise.resolve(file), flushMs: 1, retryMs: 5 };
  const journal = await openJournal(testFolder(), { appVersion: '1', port: 'x', baudRate: 9600 }, options);
  record.beginJournal(journal);
  return { journal, record, state: () => state.state.journal };
}

it('keeps pmin and pmax when a second write-attributes brings gt, lt and st, and unsets what has no value', () => {
  const state = new StateHolder(initialDeviceState());
  const record = new SessionRecord(new FactRecord(state), new LogBook());
  record.facts.tell({ fact: 'attributes', path: '/3303/0/5700', changes: { pmin: 15, pmax: 60 } });
  record.facts.tell({ fact: 'attributes', path: '/3303/0/5700', changes: { gt: 50, lt: 0, st: 2 } });
  record.facts.tell({ fact: 'attributes', path: '/3303/0', changes: { pmax: 90 } });
  expect(state.state.attributes).toEqual({
    '/3303/0/5700': { pmin: 15, pmax: 60, gt: 50, lt: 0, st: 2 },
    '/3303/0': { pmax: 90 },
  });
  record.facts.tell({ fact: 'attributes', path: '/3303/0', changes: { pmax: null } });
  record.facts.tell({ fact: 'attributes', path: '/3303/0/5700', changes: { pmin: null, st: 5 } });
  expect(state.state.attributes).toEqual({ '/3303/0/5700': { pmax: 60, gt: 50, lt: 0, st: 5 }, '/3303/0': {} });
});

it('what a module says of itself once more is no fact; what differs in anything is', () => {
  const facts = new FactRecord(new StateHolder(initialDeviceState()));
  const record = new SessionRecord(facts, new LogBook());
  const told: string[] = [];
  facts.onFact(({ fact }) => told.push(fact));
  const take = () => told.splice(0);
  for (let time = 0; time < 3; time++) record.network({ registration: 1, cellId: '0AAE9CA1' });
  record.network({ cellId: '0AAE9CA1' });
  expect(take()).toEqual(['network']);
  record.network({ cellId: '0AAE9CA2' });
  record.network({ cellId: '0AAE9CA2', radioConnected: true });
  expect(take()).toEqual(['network', 'network']);
  expect(record.state.network).toEqual({ registration: 1, cellId: '0AAE9CA2', radioConnected: true });
  for (let time = 0; time < 2; time++) record.registration({ phase: 'registered', lastEvent: 21 });
  expect(take()).toEqual(['registration']);
  // The same session, but the way to the platform had to be gone anew.
  record.stale('onenet');
  record.registration({ phase: 'registered', lastEvent: 21 });
  expect(take()).toEqual(['stale', 'registration']);
  expect(record.state.stages.onenet.status).toBe('done');
  // Each measurement of the signal counts, whatever it has found.
  for (let time = 0; time < 2; time++) record.network({ rssiDbm: -73 });
  expect(take()).toEqual(['network', 'signal', 'signal']);
});

it('shows while the journal is not written, and that it is written again', async () => {
  const file = disk();
  const { journal, record, state } = await recordOn(file);
  onTestFinished(() => record.closeJournal());
  file.isFull = true;
  record.gap('sleep');
  await vi.waitFor(() => expect(state()?.fault).toMatchObject({ code: 'FILE_NOT_WRITTEN', detail: journal.file }));
  file.isFull = false;
  await vi.waitFor(() => expect(state()).not.toHaveProperty('fault'));
});

it('shows that the last lines of a session are not in the journal', async () => {
  const file = disk();
  const { record, state } = await recordOn(file);
  file.isFull = true;
  record.gap('closed');
  await record.closeJournal();
  expect(state()?.fault?.message).toContain('ENOSPC');
});

it('a stage that fails says why, and whoever asked for it hears it, too', async () => {
  const record = new SessionRecord(new FactRecord(new StateHolder(initialDeviceState())), new LogBook());
  const work = () => Promise.reject(new CodedError('AT_CIS', 'no room', '601'));
  await expect(record.asStage('objects', work)).rejects.toMatchObject({ code: 'AT_CIS' });
  expect(record.state.stages.objects).toMatchObject({ status: 'failed', fault: { code: 'AT_CIS', detail: '601' } });
});

it('a session whose port never opened ends without a journal', async () => {
  const record = new SessionRecord(new FactRecord(new StateHolder(initialDeviceState())), new LogBook());
  record.note(remark('portNotOpened', { reason: 'gone' }));
  await record.closeJournal('closed');
  expect(record.state.journal).toBeNull();
});

it('a value that nobody knows has travelled nowhere', () => {
  const record = new SessionRecord(new FactRecord(new StateHolder(initialDeviceState())), new LogBook());
  record.standing('/3303/0/5700', 'notified');
  expect(record.state.resources).toEqual({});
});

it('a remark stands in the journal in English, and as data for other languages', async () => {
  const file = disk();
  const written: string[] = [];
  const { record } = await recordOn({ ...file, write: (bytes) => (written.push(String(bytes)), file.write(bytes)) });
  record.note(remark('portGone', { reason: 'pulled' }));
  await record.closeJournal();
  const note = written
    .join('')
    .split('\n')
    .find((line) => line.includes('"t":"note"'));
  expect(JSON.parse(note ?? '{}')).toMatchObject({
    text: 'The port is gone: pulled',
    data: { code: 'portGone', values: { reason: 'pulled' } },
  });
});

it('uses an answer that was set beforehand once, and leaves others as they are', () => {
  const record = new SessionRecord(new FactRecord(new StateHolder(initialDeviceState())), new LogBook());
  const answer = { kind: 'error', result: 14 } as const;
  const armed = { id: '1', used: 0, times: 1, kind: 'read', path: '/3303/0/5700', answer } as const;
  record.facts.tell({ fact: 'armedAnswers', answers: [armed] });
  expect(record.takeArmed('read', '/3303/0/5701')).toBeUndefined();
  expect(record.wholeState.armedAnswers).toEqual([armed]);
  expect(record.takeArmed('read', '/3303/0/5700')).toEqual(answer);
  expect(record.wholeState.armedAnswers).toEqual([]);
});
