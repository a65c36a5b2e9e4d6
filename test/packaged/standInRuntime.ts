import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Resedit from 'resedit';
import { inProject } from '../../scripts/project.js';

/** The library by which electron-builder itself reads and writes programs of Windows. */
const resedit = createRequire(inProject('node_modules', 'app-builder-lib', 'package.json'))(
  'resedit',
) as typeof Resedit;

/** What the fuses of Electron are found by: a sentinel, version, count, and one character each, all as they are delivered. */
const fuseWire = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 9]),
  Buffer.from('101100100'),
]);

/** Languages of the stand-in: two that we have texts in, and two that nobody needs. */
const windowsLanguages = ['en-US', 'zh-CN', 'de', 'fr'];
const macLanguages = ['en', 'zh_CN', 'de', 'fr'];

async function put(file: string, content: string | Uint8Array = 'x'): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content, { mode: 0o755 });
}

/** A program of Windows without any code, with the resources that electron-builder changes. */
function windowsProgram(): Uint8Array {
  const program = resedit.NtExecutable.createEmpty(false, false);
  const resources = resedit.NtExecutableResource.from(program);
  const information = resedit.Resource.VersionInfo.createEmpty();
  information.setStringValues({ lang: 1033, codepage: 1200 }, { ProductName: 'Electron' });
  information.outputToResourceEntries(resources.entries);
  resources.outputResource(program);
  return Buffer.concat([Buffer.from(program.generate()), fuseWire]);
}

/** Lays out an Electron for Windows: every kind of file, and nothing in them. */
export async function windowsRuntime(folder: string): Promise<void> {
  await put(path.join(folder, 'electron.exe'), windowsProgram());
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'ffmpeg.dll', 'resources.pak'])
    await put(path.join(folder, name));
  for (const language of windowsLanguages) await put(path.join(folder, 'locales', `${language}.pak`));
}

const propertyList = (name: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleExecutable</key><string>${name}</string><key>CFBundleName</key><string>${name}</string>
</dict></plist>
`;

/** Lays out an Electron for macOS in the same way. */
export async function macRuntime(folder: string): Promise<void> {
  const bundle = async (at: string, name: string): Promise<void> => {
    await put(path.join(at, 'Contents', 'Info.plist'), propertyList(name));
    await put(path.join(at, 'Contents', 'MacOS', name));
  };
  const application = path.join(folder, 'Electron.app');
  await bundle(application, 'Electron');
  const frameworks = path.join(application, 'Contents', 'Frameworks');
  for (const kind of ['', ' (Renderer)', ' (GPU)', ' (Plugin)'])
    await bundle(path.join(frameworks, `Electron Helper${kind}.app`), `Electron Helper${kind}`);
  const framework = path.join(frameworks, 'Electron Framework.framework');
  const version = path.join(framework, 'Versions', 'A');
  await put(path.join(version, 'Electron Framework'), fuseWire);
  for (const language of macLanguages) {
    await put(path.join(application, 'Contents', 'Resources', `${language}.lproj`, 'locale.pak'));
    await put(path.join(version, 'Resources', `${language}.lproj`, 'locale.pak'));
  }
  await symlink('A', path.join(framework, 'Versions', 'Current'));
  for (const name of ['Electron Framework', 'Resources'])
    await symlink(path.join('Versions', 'Current', name), path.join(framework, name));
  for (const name of ['LICENSE', 'LICENSES.chromium.html']) await put(path.join(folder, name));
}
