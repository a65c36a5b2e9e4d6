import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * Stands in for fpm, the program to which electron-builder leaves deb and rpm: takes the same words, notes them as one
 * line of JSON in the file that PACKER_RECORD names, and has dpkg-deb or rpmbuild make the package, hardly
 * compressed, whatever it was told: that is what takes minutes, and what a test looks at in the line. A word that it does not know ends it, so that no setting is lost in silence.
 */

/** What the packer was told. */
export interface PackerOrder {
  readonly target: 'deb' | 'rpm';
  /** Every option by its name, in the order of the command line. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** What is put where: `from` a file, or a folder whose contents are meant. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
}

/** As in fpm's manual; those without a value stand apart. */
const aliases: Readonly<Record<string, string>> = { '-s': '--input-type', '-t': '--output-type', '-d': '--depends' };
const flags = ['--force'];
const known = [
  ...['--input-type', '--output-type', '--depends', '--architecture', '--after-install', '--after-remove', '--version'],
  ...['--description', '--package', '--name', '--maintainer', '--vendor', '--url', '--category', '--license'],
  ...['--deb-recommends', '--deb-compression', '--deb-priority', '--deb-upstream-changelog'],
  ...['--rpm-os', '--rpm-compression', '--rpm-summary', '--directories'],
];

/** Reads the command line of fpm. @throws Error on a word that is not known. */
export function readOrder(words: readonly string[]): PackerOrder {
  const options: Record<string, string[]> = {};
  const files: { from: string; to: string }[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (flags.includes(word)) continue;
    if (!word.startsWith('-')) {
      const [from = '', to = ''] = word.split('=');
      if (to === '') throw new Error(`It is not said where ${word} goes`);
      files.push({ from, to });
      continue;
    }
    const [, key = word, joined] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
    const name = aliases[key] ?? key;
    if (!known.includes(name)) throw new Error(`The packer does not know ${word}`);
    const value = joined ?? words[(index += 1)];
    if (value === undefined) throw new Error(`${word} has no value`);
    (options[name] ??= []).push(value);
  }
  const [target] = options['--output-type'] ?? [];
  if (target !== 'deb' && target !== 'rpm') throw new Error(`No package of the type ${target} is made here`);
  return { target, options, files };
}

const one = ({ options }: PackerOrder, name: string): string => {
  const [value] = options[name] ?? [];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
};
const many = ({ options }: PackerOrder, name: string): readonly string[] => options[name] ?? [];

function copyFiles({ files }: PackerOrder, root: string): void {
  for (const { from, to } of files) {
    const target = path.join(root, to);
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(from, target, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  }
}

/** The lines of debian/control(5). */
export function controlFile(order: PackerOrder, installedKiB: number): string {
  const [summary = '', ...rest] = one(order, '--description').split('\n');
  const field = (name: string, values: readonly string[]): string[] =>
    values.length === 0 ? [] : [`${name}: ${values.join(', ')}`];
  return [
    `Package: ${one(order, '--name')}`,
    `Version: ${one(order, '--version')}`,
    `Architecture: ${one(order, '--architecture')}`,
    `Maintainer: ${one(order, '--maintainer')}`,
    `Installed-Size: ${installedKiB}`,
    ...field('Depends', many(order, '--depends')),
    ...field('Recommends', many(order, '--deb-recommends')),
    `Section: ${one(order, '--category')}`,
    `Priority: ${one(order, '--deb-priority')}`,
    `Homepage: ${one(order, '--url')}`,
    `Description: ${summary}`,
    ...rest.map((line) => ` ${line.trim() === '' ? '.' : line.trim()}`),
    '',
  ].join('\n');
}

function makeDeb(order: PackerOrder, root: string): void {
  const name = one(order, '--name');
  const documents = path.join(root, 'usr/share/doc', name);
  mkdirSync(documents, { recursive: true });
  const entry = `${name} (${one(order, '--version')}) stable; urgency=medium\n\n  * Package of this version.\n\n -- ${one(order, '--maintainer')}  Thu, 01 Jan 2026 00:00:00 +0000\n`;
  writeFileSync(path.join(documents, 'changelog.Debian.gz'), gzipSync(entry, { level: 9 }));
  for (const file of many(order, '--deb-upstream-changelog'))
    writeFileSync(path.join(documents, 'changelog.gz'), gzipSync(readFileSync(file), { level: 9 }));
  const installed = Number(execFileSync('du', ['-sk', '--apparent-size', root], { encoding: 'utf8' }).split('\t')[0]);
  const sums = execFileSync('sh', ['-c', 'find . -type f -printf "%P\\0" | sort -z | xargs -0 md5sum'], { cwd: root });
  const control = path.join(root, 'DEBIAN');
  mkdirSync(control, { mode: 0o755 });
  writeFileSync(path.join(control, 'control'), controlFile(order, installed));
  writeFileSync(path.join(control, 'md5sums'), sums);
  for (const [option, script] of [
    ['--after-install', 'postinst'],
    ['--after-remove', 'postrm'],
  ] as const)
    for (const file of many(order, option))
      writeFileSync(path.join(control, script), readFileSync(file), { mode: 0o755 });
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', root, one(order, '--package')]);
}

/**
 * A spec file as fpm writes it: the files that are there as they are, no dependency but those that were named, and no
 * folder but those that were named as the package's own, with those in them.
 */
export function specFile(
  order: PackerOrder,
  root: string,
  { files, folders }: { readonly files: readonly string[]; readonly folders: readonly string[] },
): string {
  const own = many(order, '--directories');
  const isOwn = (folder: string): boolean => own.some((top) => folder === top || folder.startsWith(`${top}/`));
  const script = (section: string, option: string): string =>
    many(order, option)
      .map((file) => `%${section}\n${readFileSync(file, 'utf8').replaceAll('%', '%%')}\n`)
      .join('');
  return [
    '%define _binary_payload w.ufdio',
    '%define __os_install_post %{nil}',
    `Name: ${one(order, '--name')}`,
    `Version: ${one(order, '--version')}`,
    'Release: 1',
    `Summary: ${one(order, '--rpm-summary')}`,
    `License: ${one(order, '--license')}`,
    `URL: ${one(order, '--url')}`,
    `Vendor: ${one(order, '--vendor')}`,
    'AutoReqProv: no',
    ...many(order, '--depends').map((need) => `Requires: ${need}`),
    '%description',
    one(order, '--description'),
    '%install',
    `cp -a ${root}/. %{buildroot}/`,
    '%files',
    '%defattr(-,root,root,-)',
    ...folders.filter(isOwn).map((folder) => `%dir "${folder}"`),
    ...files.map((file) => `"${file}"`),
    '',
    script('post', '--after-install'),
    script('postun', '--after-remove'),
  ].join('\n');
}

function makeRpm(order: PackerOrder, root: string, workshop: string): void {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const pathsOf = (some: typeof entries): string[] =>
    some.map((entry) => `/${path.relative(root, path.join(entry.parentPath, entry.name))}`);
  const paths = {
    files: pathsOf(entries.filter((entry) => !entry.isDirectory())),
    folders: pathsOf(entries.filter((entry) => entry.isDirectory())),
  };
  const spec = path.join(workshop, 'package.spec');
  writeFileSync(spec, specFile(order, root, paths));
  const definitions = [`_topdir ${workshop}/rpm`, `_rpmdir ${workshop}/made`, '_build_id_links none'];
  const target = `--target=${one(order, '--architecture')}-${one(order, '--rpm-os')}`;
  const args = ['-bb', target, ...definitions.flatMap((definition) => ['--define', definition]), spec];
  execFileSync('rpmbuild', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const made = readdirSync(path.join(workshop, 'made'), { recursive: true, encoding: 'utf8' });
  const [file] = made.filter((name) => name.endsWith('.rpm'));
  if (file === undefined) throw new Error('rpmbuild made no package');
  cpSync(path.join(workshop, 'made', file), one(order, '--package'));
}

function pack(words: readonly string[]): void {
  const order = readOrder(words);
  const record = process.env['PACKER_RECORD'];
  if (record) appendFileSync(record, `${JSON.stringify(order)}\n`);
  const workshop = mkdtempSync(path.join(tmpdir(), 'mipl-packer-'));
  try {
    const root = path.join(workshop, 'root');
    mkdirSync(root);
    chmodSync(root, 0o755);
    copyFiles(order, root);
    rmSync(one(order, '--package'), { force: true });
    if (order.target === 'deb') makeDeb(order, root);
    else makeRpm(order, root, workshop);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

if (import.meta.main) pack(process.argv.slice(2));
