import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const program = fileURLToPath(new URL('rateModule.py', import.meta.url));

/** Whether the system has what the module is written in. */
export const hasPython = existsSync('/usr/bin/python3');

/** The path of a tty with a module behind it that hears one rate only, or these, and wants one end of its lines. */
export async function moduleAt(
  rate: number | readonly number[],
  ending: string,
  manner: 'plain' | 'echo' | 'mute' = 'plain',
): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mipl-rate-'));
  // Lock files bear the last part of the name: each port has one of its own.
  const link = path.join(folder, `ttyUSB-${path.basename(folder)}`);
  const child = spawn('python3', [program, link, String(rate), ending, manner], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    const gone = once(child, 'exit');
    child.kill();
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });
  await once(child.stdout, 'data');
  return link;
}
