import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { capture } from '../../scripts/childProcess.js';
import { inProject, moduleCommand, projectNode } from '../../scripts/project.js';
import { findCommand } from '../../scripts/systemPackages.js';
import { emptyPlugin } from './emptyPlugin.ts';

/** What the template calls of the plug-in that writes an identity into links. */
const linkFunctions = ['SetLnkAUMI', 'UninstAppUserModelId', 'UninstShortcut'];

/**
 * Stands in for the bundle of NSIS that electron-builder fetches: Debian's compiler, told to make a 64-bit installer, since
 * Wine runs no other here, with stand-ins for the plug-ins that Debian does not have. The files of the program are packed by
 * NSIS itself, since the plug-in that unpacks 7z is one of those.
 * @param folder where it is laid out
 * @param program the folder of the program to be installed
 */
async function compilerBundle(folder: string, program: string): Promise<void> {
  const plugins = path.join(folder, 'standIns');
  await mkdir(path.join(folder, 'plugins'), { recursive: true });
  await mkdir(path.join(folder, 'linux'));
  await mkdir(plugins);
  await writeFile(path.join(plugins, 'WinShell.dll'), emptyPlugin('WinShell.dll', linkFunctions));
  await writeFile(path.join(folder, 'elevate.exe'), 'MZ');
  const ours = inProject('test', 'windows', 'nsis');
  const head = [
    // A label of the template that Debian's newer compiler finds unused.
    '!pragma warning disable 6012',
    `!addplugindir /amd64-unicode "${plugins}"`,
    `!addincludedir "${ours}"`,
  ];
  const compiler = path.join(folder, 'linux', 'makensis');
  const script = `#!/bin/sh
{ cat <<'HEAD'
${head.join('\n')}
HEAD
sed 's|^!include ".*/StdUtils.nsh"|!include "${ours}/StdUtils.nsh"|'; } |
  exec env --unset=NSISDIR makensis '-XTarget amd64-unicode' '-DAPP_BUILD_DIR=${program}' "$@"
`;
  await writeFile(compiler, script);
  await chmod(compiler, 0o755);
}

/** Wine for electron-builder, which waits for the end of what is printed: services that Wine starts keep it open. */
async function quietWine(folder: string): Promise<void> {
  await mkdir(folder);
  const wine = path.join(folder, 'wine');
  await writeFile(wine, `#!/bin/sh\nexec '${findCommand('wine')}' "$@" </dev/null >/dev/null 2>&1\n`);
  await chmod(wine, 0o755);
}

/**
 * Has electron-builder make the installer for Windows of a folder, by the project's own configuration.
 * @param folder for all that is made
 * @param program the folder of the program
 * @param environment under which Wine runs, which writes the uninstaller
 * @returns the installer
 * @throws Error with electron-builder's words
 */
export async function makeInstaller(
  folder: string,
  {
    program,
    version,
    environment,
  }: { program: string; version: string; environment: Readonly<Record<string, string>> },
): Promise<string> {
  const bundle = path.join(folder, 'bundle');
  const output = path.join(folder, 'made');
  const commands = path.join(folder, 'commands');
  await Promise.all([compilerBundle(bundle, program), quietWine(commands)]);
  const { status, output: said } = await capture(
    projectNode,
    [
      ...[moduleCommand('electron-builder'), '--win', 'nsis', '--x64', '--publish=never'],
      ...['--config=electron-builder.yml', `--prepackaged=${program}`],
      ...[`-c.directories.output=${output}`, `-c.extraMetadata.version=${version}`, '-c.electronVersion=45.4.1'],
    ],
    {
      env: {
        ...process.env,
        ...environment,
        PATH: `${commands}${path.delimiter}${environment['PATH'] ?? ''}`,
        CSC_IDENTITY_AUTO_DISCOVERY: 'false',
        ELECTRON_BUILDER_NSIS_DIR: bundle,
        ELECTRON_BUILDER_NSIS_RESOURCES_DIR: bundle,
        ELECTRON_BUILDER_7ZIP_PATH: findCommand('7zz') ?? '',
        // What its libraries leave behind goes with the rest.
        TMPDIR: folder,
      },
    },
  );
  if (status !== 0) throw new Error(`electron-builder ended with ${status}:\n${said}`);
  const [name] = (await readdir(output)).filter((one) => one.endsWith('.exe'));
  if (name === undefined) throw new Error(`There is no installer:\n${said}`);
  return path.join(output, name);
}
