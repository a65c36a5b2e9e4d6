import { describe, expect, it } from 'vitest';
import { usualLine } from '../../shared/lineSettings.ts';
import { startDevice, until } from '../device/rig.ts';
import { Mipl } from './mipl.ts';
import type { RunEvent } from './mipl.ts';
import { hasPython, moduleAt } from './rateModule.ts';

describe.skipIf(!hasPython)('the line of a port that is open', () => {
  it('is set otherwise until the module answers, without a new session: rate, then line ending', async () => {
    const port = await moduleAt(57_600, 'CRLF');
    const device = await startDevice();
    await device.openPort(port, 9600, { ...usualLine, lineEnding: 'CR' });
    const { session, journal } = device;
    await device.changeLine({ baudRate: 57_600 });
    await device.changeLine({ lineEnding: 'CRLF' });
    const { module, connection } = await until(
      device,
      'the module',
      (state) => state.module.imei !== undefined,
      40_000,
    );
    expect(module).toMatchObject({ model: 'M5310-A', imei: '490154203237518' });
    expect(connection).toMatchObject({ phase: 'ready', baudRate: 57_600, line: usualLine });
    expect(device.session).toBe(session);
    expect(device.journal).toBe(journal);
  }, 60_000);

  it('is as the options of mipl run say', async () => {
    const port = await moduleAt(9600, 'CRLF');
    const run = new Mipl(['run', '--port', port, '--line-ending', 'crlf', '--frame', '8n2', '--rts', 'off']);
    const { value } = await run.event<RunEvent>(
      ({ event, value }) => event === 'connection' && value['phase'] === 'ready',
    );
    expect(value['line']).toEqual({ ...usualLine, stopBits: 2, rts: false });
    await run.stop();
  });

  it.each([
    ['--line-ending', 'NL', '--line-ending is one of CR, LF, CRLF'],
    ['--frame', '9N1', '--frame is one of 8N1, 8N2'],
    ['--dtr', 'high', '--dtr is on or off'],
  ])('is no line with %s %s', async (option, given, says) => {
    const run = new Mipl(['run', '--port', '/dev/ttyNothing', option, given]);
    expect(await run.exit).toBe(2);
    expect(run.errors).toContain(says);
  });
});
