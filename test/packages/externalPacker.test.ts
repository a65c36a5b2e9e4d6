import { describe, expect, it } from 'vitest';
import { controlFile, readOrder, specFile } from './externalPacker.ts';

const words = [
  '-s',
  'dir',
  '--force',
  '-t',
  'deb',
  '-d',
  'a | b',
  '-d',
  'c',
  '--name',
  'x',
  '--version',
  '1.0',
  '--url',
  'u',
];
const more = ['--architecture', 'amd64', '--maintainer', 'm <m@x>', '--category', 'comm', '--deb-priority', 'optional'];
const description = ['--description', 'one\n two\n\nthree'];

describe('the stand-in for the packer', () => {
  it('reads options of one word and of two, and what is put where', () => {
    expect(readOrder([...words, '--deb-upstream-changelog=C.md', 'a/=/opt/x', 'b=/usr/bin/b'])).toMatchObject({
      target: 'deb',
      options: { '--depends': ['a | b', 'c'], '--deb-upstream-changelog': ['C.md'] },
      files: [
        { from: 'a/', to: '/opt/x' },
        { from: 'b', to: '/usr/bin/b' },
      ],
    });
  });

  it('refuses what it does not know, so that no setting is lost in silence', () => {
    expect(() => readOrder([...words, '--deb-systemd', 'x'])).toThrow('does not know --deb-systemd');
    expect(() => readOrder([...words, 'file'])).toThrow('where file goes');
    expect(() => readOrder(['-t', 'pacman'])).toThrow('pacman');
    expect(() => readOrder([...words, '--name'])).toThrow('no value');
  });

  it('writes a control file, with an empty line of the description as a dot', () => {
    expect(controlFile(readOrder([...words, ...more, ...description]), 7)).toBe(
      [
        'Package: x',
        'Version: 1.0',
        'Architecture: amd64',
        'Maintainer: m <m@x>',
        'Installed-Size: 7',
        'Depends: a | b, c',
        'Section: comm',
        'Priority: optional',
        'Homepage: u',
        'Description: one',
        ' two',
        ' .',
        ' three',
        '',
      ].join('\n'),
    );
  });

  it('lists in a spec file every file, and those folders that the package calls its own', () => {
    const rpm = ['--rpm-compression', 'xzmt', '--rpm-summary', 's', '--license', 'MIT', '--vendor', 'v'];
    const order = readOrder([...words, ...rpm, ...description, '--directories=/opt/x']);
    const folders = ['/opt', '/opt/x', '/opt/x/in it', '/opt/xy', '/usr/bin'];
    const spec = specFile(order, '/root', { files: ['/opt/x/in it/a', '/usr/bin/x'], folders });
    expect(spec.slice(spec.indexOf('%files')).trimEnd().split('\n')).toEqual([
      '%files',
      '%defattr(-,root,root,-)',
      ...['%dir "/opt/x"', '%dir "/opt/x/in it"', '"/opt/x/in it/a"', '"/usr/bin/x"'],
    ]);
  });
});
