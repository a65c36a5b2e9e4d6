import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Mipl } from '../tty/mipl.ts';
import type { Ready } from '../tty/mipl.ts';

const script = fileURLToPath(new URL('rfc2217Host.py', import.meta.url));
const hasPyserial = spawnSync('python3', ['-c', 'import serial.rfc2217']).status === 0;

describe.skipIf(!hasPyserial)('pyserial at mipl sim', () => {
  it('sets rate and lines by rfc2217://, and is answered at the right rate alone', async () => {
    const sim = new Mipl(['sim', '--profile', 'bc28', '--reset-line', 'dtr']);
    onTestFinished(async () => void (await sim.stop()));
    const { tcp } = await sim.event<Ready>();
    const { stdout } = await promisify(execFile)('python3', [script, `rfc2217://${tcp}`], { timeout: 60_000 });
    const seen = JSON.parse(stdout) as Record<string, unknown>;
    expect(seen['right']).toMatch(/OK\r\n$/);
    expect(seen['lines']).toEqual([true, true, true]);
    expect(seen['wrong']).not.toMatch(/[A-Za-z]{2}/);
    expect(seen['again']).toBe(seen['right']);
    expect(seen['reset']).toMatch(/REBOOT_CAUSE_SECURITY_RESET_PIN\r\n\r\nOK\r\n$/);
  });
});
