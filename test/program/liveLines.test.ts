import { expect, it, onTestFinished, vi } from 'vitest';
import type { Device } from '../../main/device/device.ts';
import { LiveLines } from '../../main/program/liveLines.ts';
import { OpenSession } from '../../main/sessions/openSession.ts';
import { startDevice, until } from '../device/rig.ts';
import { ScriptedModule } from '../device/scriptedModule.ts';

/** A device at a module that answers, and the sessions that are opened from now on. */
async function bench() {
  const device = await startDevice({
    settings: { commandGapMs: 0 },
    session: { openLink: () => Promise.resolve({ link: new ScriptedModule().link }) },
  });
  const open = vi.spyOn(OpenSession, 'open');
  onTestFinished(() => open.mockRestore());
  const connect = async () => {
    await device.openPort('/dev/ttyUSB0', 115_200);
    await until(device, 'registered', ({ stages }) => stages.onenet.status === 'done');
  };
  await connect();
  const opened = () => Promise.all(open.mock.results.map(({ value }) => value as Promise<OpenSession>));
  return { device, lines: new LiveLines(device), opened, connect };
}

/** The newest line of the log that a command was. */
function commandIn({ log }: Device): number {
  const entry = log.read(1, 500).findLast(({ kind }) => kind === 'engine');
  expect(entry).toBeDefined();
  return entry?.seq ?? 0;
}

const isClosed = (session: OpenSession) =>
  session.rows(1, 1).then(
    () => false,
    (error: unknown) => (error as { readonly code?: string }).code === 'CANCELLED',
  );

it('calls that come together get their bytes out of one session', async () => {
  const { device, lines, opened } = await bench();
  const seq = commandIn(device);
  const [entry] = device.log.read(seq, 1);
  const told = await Promise.all([lines.bytesOf(seq), lines.bytesOf(seq), lines.bytesOf(1_000_000)]);
  const hex = Buffer.from(entry?.text ?? '')
    .toString('hex')
    .toUpperCase();
  expect(told.map((bytes) => bytes?.hex.startsWith(hex))).toEqual([true, true, undefined]);
  expect(await opened()).toHaveLength(1);
});

it('the session is closed with its device, and one of an earlier journal when the next is read', async () => {
  const { device, lines, opened, connect } = await bench();
  await lines.bytesOf(commandIn(device));
  await device.closePort();
  await connect();
  const last = lines.bytesOf(commandIn(device));
  expect((await last)?.byteCount).toBeGreaterThan(0);
  const sessions = await opened();
  expect(await Promise.all(sessions.map(isClosed))).toEqual([true, false]);
  await device.close();
  expect(await Promise.all(sessions.map(isClosed))).toEqual([true, true]);
  expect(await lines.bytesOf(commandIn(device))).toBeUndefined();
});

it('a device that is closed while its journal is just being opened leaves nothing open', async () => {
  const { device, lines, opened } = await bench();
  const asked = lines.bytesOf(commandIn(device)).catch((error: unknown) => (error as { readonly code: string }).code);
  await vi.waitFor(async () => expect(await opened()).toHaveLength(1));
  await device.close();
  await asked;
  expect(await Promise.all((await opened()).map(isClosed))).toEqual([true]);
});
