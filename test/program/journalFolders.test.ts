import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FreeSpace, LOW_BYTES, freeBytesOf } from '../../main/program/freeSpace.ts';
import { JournalFolders } from '../../main/program/journalFolders.ts';
import { startApplication, until } from '../device/rig.ts';
import { ScriptedModule } from '../device/scriptedModule.ts';
import { tempDirectory } from '../tempDirectory.ts';

async function folders() {
  const root = await tempDirectory();
  const [usual, other, third] = ['usual', 'other', 'third'].map((name) => join(root, name)) as [string, string, string];
  return { root, usual, other, third, file: join(root, 'settings', 'journals.json') };
}

describe('the folder for journals', () => {
  it('is the usual one until another is chosen, which is remembered, and taken back', async () => {
    const { usual, other, third, file } = await folders();
    const first = new JournalFolders({ usual, file });
    expect(await first.load()).toBeUndefined();
    expect([first.present, first.isChosen, first.all]).toEqual([usual, false, [usual]]);
    await first.choose(other);
    await first.choose(third);
    const next = new JournalFolders({ usual, file });
    await next.load();
    expect([next.present, next.isChosen, next.all]).toEqual([third, true, [usual, other, third]]);
    await next.reset();
    const last = new JournalFolders({ usual, file });
    await last.load();
    expect([last.present, last.isChosen, last.all]).toEqual([usual, false, [usual, other, third]]);
    await last.choose(other);
    await last.choose(usual);
    expect([last.present, last.isChosen, last.all]).toEqual([usual, false, [usual, other, third]]);
  });

  it('that was named for this start counts in it, whatever was chosen before', async () => {
    const { usual, other, file } = await folders();
    await new JournalFolders({ usual, file }).choose(other);
    const named = new JournalFolders({ usual, file, isNamed: true });
    await named.load();
    expect([named.present, named.all]).toEqual([usual, [usual, other]]);
  });

  it('that takes no file is refused, and the one before stays', async () => {
    const { root, usual, other } = await folders();
    const all = new JournalFolders({ usual });
    await all.choose(other);
    const blocked = join(root, 'a-file');
    await writeFile(blocked, '');
    await expect(all.choose(join(blocked, 'below'))).rejects.toMatchObject({
      code: 'FILE_NOT_WRITTEN',
      detail: join(blocked, 'below'),
    });
    expect(all.present).toBe(other);
    expect(await readdir(other)).toEqual([]);
  });

  it('a file of it that is damaged is set aside, and said', async () => {
    const { root, usual } = await folders();
    const file = join(root, 'journals.json');
    await writeFile(file, '{"chosen":7}');
    const all = new JournalFolders({ usual, file });
    expect(await all.load()).toMatchObject({ code: 'FILE_BAD_SETTINGS' });
    expect(all.present).toBe(usual);
    const [aside = ''] = (await readdir(root)).filter((name) => name.startsWith('journals.json.damaged-'));
    expect(await readFile(join(root, aside), 'utf8')).toBe('{"chosen":7}');
  });

  it('of a session that goes on stays; the next one is written to the new one, and both are in the list', async () => {
    const { usual, other } = await folders();
    await mkdir(usual);
    const application = await startApplication({
      journalDirectory: usual,
      settings: { commandGapMs: 0 },
      session: { openLink: () => Promise.resolve({ link: new ScriptedModule().link }) },
    });
    const device = application.openDevice();
    const connect = async () => {
      await device.openPort('/dev/ttyUSB0', 115_200);
      await until(device, 'registered', ({ stages }) => stages.onenet.status === 'done');
    };
    await connect();
    const first = device.journal?.file ?? '';
    await application.useJournalFolder(other);
    expect(application.state.state.journals).toMatchObject({ folder: other, isChosen: true });
    expect(device.journal?.file).toBe(first);
    await device.closePort();
    await connect();
    const second = device.journal?.file ?? '';
    expect([first.startsWith(usual), second.startsWith(other)]).toEqual([true, true]);
    const kept = await application.sessions();
    const { sessions, folder } = await kept.list();
    expect(folder).toBe(other);
    const files = sessions.map(({ id }) => kept.fileOf(id));
    expect(files.toSorted()).toEqual([first, second].toSorted());
    await device.closePort();
    // An id stays what it is when the folder is another again.
    const id = kept.idOf(second);
    await application.useJournalFolder(undefined);
    await kept.delete(id);
    expect((await kept.list()).sessions.map((session) => kept.fileOf(session.id))).toEqual([first]);
    await kept.restore(id);
    expect((await kept.list()).sessions).toHaveLength(2);
    expect(() => kept.idOf('/elsewhere/x.mipl.ndjson')).toThrow('No such folder');
  });
});

it('a folder for journals that is chosen and cannot be remembered is said as it is: journals go there', async () => {
  const { root, usual, other } = await folders();
  const blocked = join(root, 'a-file');
  await writeFile(blocked, '');
  const application = await startApplication({
    journalDirectory: usual,
    journalFoldersFile: join(blocked, 'journals.json'),
  });
  await expect(application.useJournalFolder(other)).rejects.toMatchObject({ code: 'FILE_NOT_WRITTEN' });
  expect(application.state.state.journals).toMatchObject({ folder: application.journals.present, isChosen: true });
  expect(application.journals.present).toBe(other);
});

describe('the room for journals', () => {
  function watch(free: { bytes: number | undefined }, lookMs?: number) {
    const told: (number | undefined)[] = [];
    const space = new FreeSpace({
      folder: () => '/journals',
      freeBytes: () => Promise.resolve(free.bytes),
      onLow: (low) => told.push(low),
      ...(lookMs === undefined ? {} : { lookMs }),
    });
    onTestFinished(() => space.stop());
    return { space, told };
  }

  it('is said where it is low, when it has changed enough, and when it is enough again', async () => {
    const free: { bytes: number | undefined } = { bytes: LOW_BYTES };
    const { space, told } = watch(free);
    const steps = [
      LOW_BYTES,
      LOW_BYTES - 1,
      LOW_BYTES - 500_000,
      300_000_000,
      LOW_BYTES + 1,
      1.2 * LOW_BYTES,
      900,
      0,
      undefined,
    ];
    for (const bytes of steps) {
      free.bytes = bytes;
      await space.look();
    }
    expect(told).toEqual([LOW_BYTES - 1, 300_000_000, LOW_BYTES + 1, undefined, 900, 0, undefined]);
  });

  it('is looked at again and again, until it is no longer asked for', async () => {
    const free = { bytes: 2 * LOW_BYTES };
    const { space, told } = watch(free, 5);
    space.start();
    free.bytes = 1_000_000;
    await vi.waitFor(() => expect(told).toEqual([1_000_000]));
    space.stop();
    const late = watch(free);
    const look = late.space.look();
    late.space.stop();
    await look;
    expect(late.told).toEqual([]);
  });

  it('is asked once of a disk that hangs, and again of another folder', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const asked: string[] = [];
    let folder = '/hangs';
    const space = new FreeSpace({
      folder: () => folder,
      freeBytes: (one) => {
        asked.push(one);
        return new Promise(() => undefined);
      },
      onLow: () => undefined,
      lookMs: 10,
    });
    onTestFinished(() => space.stop());
    space.start();
    vi.advanceTimersByTime(1000);
    expect(asked).toEqual(['/hangs']);
    folder = '/other';
    vi.advanceTimersByTime(1000);
    expect(asked).toEqual(['/hangs', '/other']);
  });

  it('of a folder that is not there cannot be told; of this one it can', async () => {
    expect(await freeBytesOf('/no/such/folder')).toBeUndefined();
    expect(await freeBytesOf(import.meta.dirname)).toBeGreaterThan(0);
  });

  it('stands in the state of the program, of the folder that is chosen', async () => {
    const { usual, other } = await folders();
    const free: Readonly<Record<string, number>> = { [usual]: 10_000_000, [other]: 10_000_000_000 };
    const application = await startApplication({
      journalDirectory: usual,
      watchesFreeSpace: true,
      freeBytes: (folder) => Promise.resolve(free[folder]),
    });
    await vi.waitFor(() => expect(application.state.state.journals.lowBytes).toBe(10_000_000));
    await application.useJournalFolder(other);
    expect(application.state.state.journals).toEqual({ folder: other, isChosen: true });
    await application.useJournalFolder(undefined);
    expect(application.state.state.journals).toEqual({ folder: usual, isChosen: false, lowBytes: 10_000_000 });
  });
});

it('a chosen folder that cannot be read hides no session of the others', async () => {
  const { usual, other } = await folders();
  await mkdir(usual);
  const application = await startApplication({ journalDirectory: usual });
  await application.useJournalFolder(other);
  const kept = await application.sessions();
  await writeFile(join(usual, 'a.mipl.ndjson'), 'no journal\n');
  await chmod(other, 0o000);
  onTestFinished(() => chmod(other, 0o700));
  const { sessions, fault } = await kept.list();
  expect(sessions.map(({ id }) => id)).toEqual(['window/a.mipl.ndjson']);
  // Whoever may do anything reads it all the same.
  expect(fault?.code).toBe(process.getuid?.() === 0 ? undefined : 'FILE_NOT_FOUND');
});
