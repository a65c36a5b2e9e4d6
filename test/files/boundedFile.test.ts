import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBounded } from '../../main/files/boundedFile.ts';
import { authorityIn } from '../../main/stations/queueCredentials.ts';
import { tempDirectory } from '../tempDirectory.ts';

describe.skipIf(process.platform === 'win32')('a file that a person has named', () => {
  it('is read whole, as a pipe is', async () => {
    const folder = await tempDirectory();
    await writeFile(join(folder, 'plan.json'), '{}');
    expect((await readBounded(join(folder, 'plan.json'))).toString()).toBe('{}');
    expect((await readBounded('/dev/null')).length).toBe(0);
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reading = readBounded(pipe);
    await writeFile(pipe, 'from a pipe');
    expect((await reading).toString()).toBe('from a pipe');
  });

  it('is refused where it is longer than any such file, as a device without an end is', async () => {
    await expect(readBounded('/dev/zero')).rejects.toThrow('/dev/zero: longer than 64 MB, which no such file is');
    await expect(authorityIn('/dev/zero')).rejects.toMatchObject({ code: 'QUEUE_CA_FILE', detail: '/dev/zero' });
    const file = join(await tempDirectory(), 'large.json');
    await writeFile(file, ' '.repeat((1 << 20) + 1));
    await expect(readBounded(file, 1 << 20)).rejects.toThrow('longer than 1 MB');
  });

  it('is missed as the system says', async () => {
    await expect(readBounded(join(await tempDirectory(), 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
