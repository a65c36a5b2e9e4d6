import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { capture } from '../../scripts/childProcess.js';
import { packagingConfig } from '../../scripts/package.js';
import { inProject, moduleCommand, projectNode } from '../../scripts/project.js';
import type { PackerOrder } from './externalPacker.ts';

/** Packages that were made, and what the packer was told for each. */
export interface MadePackages {
  readonly folder: string;
  readonly deb: string;
  readonly rpm: string | undefined;
  order(target: PackerOrder['target']): PackerOrder;
  remove(): Promise<void>;
}

/**
 * Has electron-builder make packages of the application that is packaged in dist/, by the project's own configuration.
 * @param types such as `deb`
 * @param settings of the configuration that are to be others
 */
export async function makePackages(types: readonly string[], settings: readonly string[] = []): Promise<MadePackages> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mipl-packages-'));
  const record = path.join(folder, 'orders.ndjson');
  const scratch = path.join(folder, 'scratch');
  await mkdir(scratch);
  const packer = inProject('test', 'packages', 'externalPacker.ts');
  await writeFile(path.join(folder, 'fpm'), `#!/bin/sh\nexec '${projectNode}' '${packer}' "$@"\n`, { mode: 0o755 });
  const { status, output } = await capture(
    projectNode,
    [
      moduleCommand('electron-builder'),
      ...['--linux', ...types, '--publish=never', `--config=${packagingConfig}`],
      `--prepackaged=${inProject('dist', 'linux-unpacked')}`,
      ...[`directories.output=${folder}`, ...settings].map((setting) => `-c.${setting}`),
    ],
    {
      env: {
        ...process.env,
        PATH: `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`,
        USE_SYSTEM_FPM: 'true',
        // What its libraries leave behind goes with the rest.
        TMPDIR: scratch,
        PACKER_RECORD: record,
      },
    },
  );
  if (status !== 0) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`electron-builder ended with ${status}:\n${output}`);
  }
  const names = await readdir(folder);
  const find = (end: string): string | undefined => {
    const name = names.find((candidate) => candidate.endsWith(end));
    return name === undefined ? undefined : path.join(folder, name);
  };
  const deb = find('.deb');
  if (deb === undefined) throw new Error(`There is no deb among ${names.join(', ')}`);
  const orders = (await readFile(record, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PackerOrder);
  return {
    folder,
    deb,
    rpm: find('.rpm'),
    order(target) {
      const order = orders.find((candidate) => candidate.target === target);
      if (!order) throw new Error(`The packer was told of no ${target}`);
      return order;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
