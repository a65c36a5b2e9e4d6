import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { journalBytes } from '../tty/wire.ts';
import { ComPort, baudRate } from './comPort.ts';
import { WindowsMipl, isRegistered, runMipl, testFolder, windowsPath } from './windowsMipl.ts';

const runAt = (port: string, journals: string): WindowsMipl =>
  new WindowsMipl(['run', '--port', port, '--baud', String(baudRate), '--journal', windowsPath(journals)]);

const phaseOf = (phase: string) => (event: { event: string; value: Record<string, unknown> }) =>
  event.event === 'connection' && event.value['phase'] === phase;

it('brings the module online at a COM port, answers the platform, and has every byte in the journal', async () => {
  const [port, journals] = [await ComPort.plugged(7), testFolder()];
  const mipl = runAt(port.name, journals);
  await mipl.event('registered', isRegistered);
  expect(await port.read()).toMatchObject({ errno: 0, data: [{ res: [{ val: 20.123, res_id: 5700 }] }] });
  const [journal = '', ...more] = await readdir(journals);
  expect(more).toEqual([]);
  expect(mipl.errors).toContain(windowsPath(path.join(journals, journal)));
  const inJournal = async (direction: 'in' | 'out'): Promise<string> =>
    (await journalBytes(path.join(journals, journal), direction)).toString('latin1');
  // The platform may still be asking; once it is not, both have the same.
  await mipl.until('all bytes in the journal', async () => {
    const [read, answered] = [port.heard, port.said].map((bytes) => bytes.toString('latin1'));
    return (await inJournal('in')) === read && (await inJournal('out')) === answered;
  });
  expect(await mipl.stop()).toBe(0);
});

it('tells a cable that is pulled by the words of Windows, and goes on when it is plugged in again', async () => {
  const port = await ComPort.plugged(8);
  const mipl = runAt(port.name, testFolder());
  await mipl.event('registered', isRegistered);
  await port.pull();
  const lost = await mipl.event('lost', phaseOf('lost'));
  const { code, message } = lost.value['fault'] as { code: string; message: string };
  expect(code).toBe('PORT_LOST');
  // A broken pipe; where a command was on its way out at that moment, a device that is not ready.
  expect([
    'COM8: Reading from COM port (ReadIOCompletion): Unknown error code 109',
    'COM8: Writing to COM port (WriteFileEx): Unknown error code 21',
  ]).toContain(message);
  const before = mipl.events.length;
  await port.plugIn();
  await mipl.event('ready again', phaseOf('ready'), before);
  expect(await port.read()).toMatchObject({ errno: 0 });
  expect(await mipl.stop()).toBe(0);
});

describe('the name of a port', () => {
  it.each([
    [12, String.raw`\\.\COM12`],
    [115, 'COM115'],
  ])('may have more than one digit, and be spelled as a device (COM%i as %s)', async (number, name) => {
    await ComPort.plugged(number);
    const mipl = runAt(name, testFolder());
    await mipl.event('registered', isRegistered);
    expect(await mipl.stop()).toBe(0);
  });

  it.each(['COM9', 'COM40', String.raw`\\.\COM5`])(
    'of a port that is not there is said, and the exit code is 2 (%s)',
    async (name) => {
      const { code, errors } = await runMipl(['run', '--port', name, '--journal', windowsPath(testFolder())]);
      expect(errors).toContain(`PORT_NOT_FOUND: ${name}: Opening ${name}: File not found`);
      expect(code).toBe(2);
    },
  );
});
