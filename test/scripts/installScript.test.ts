import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { capture } from '../../scripts/childProcess.js';
import { inProject } from '../../scripts/project.js';
import { tempDirectory } from '../tempDirectory.ts';

const template = await readFile(inProject('build', 'linux', 'after-install.sh'), 'utf8');
const said = 'MIPL Field Tool is running and goes on as the old version';

it.skipIf(process.platform !== 'linux')(
  'an installer over a running program ends nothing, and says when the new version counts',
  async () => {
    const folder = path.join(await tempDirectory(), 'mipl-field-tool');
    const program = path.join(folder, 'mipl-field-tool');
    await mkdir(folder);
    await writeFile(path.join(folder, 'chrome-sandbox'), '');
    const script = template.replace('/opt/${sanitizedProductName}/${executable}', program);
    const install = async (): Promise<string> => {
      const { status, stdout, output } = await capture('sh', ['-c', script]);
      expect(status, output).toBe(0);
      return stdout;
    };
    await copyFile('/bin/sleep', program);
    await chmod(program, 0o755);
    expect(await install()).not.toContain(said);
    const running = spawn(program, ['60']);
    onTestFinished(() => void running.kill());
    await once(running, 'spawn');
    // As a package manager does it: another file takes the name.
    await rm(program);
    await copyFile('/bin/sleep', program);
    const words = await install();
    expect(words).toContain(said);
    expect(words).toContain('MIPL Field Tool 正在运行');
    expect(running.exitCode).toBeNull();
  },
);
