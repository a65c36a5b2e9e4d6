// @ts-check
// Run by the project's Node, because the two packages below need a newer one than the machine may have.
import { createPackage } from '@electron/asar';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import path from 'node:path';
import { inProject } from '../project.js';

const [runtime = ''] = process.argv.slice(2);

await flipFuses(path.join(runtime, 'electron'), {
  version: FuseVersion.V1,
  // Development and end-to-end tests attach through the inspector, as they do with the official runtime.
  [FuseV1Options.EnableNodeCliInspectArguments]: true,
  // The snapshot belonged to the application that was left out.
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
});
await createPackage(
  inProject('scripts', 'fallback', 'defaultApp'),
  path.join(runtime, 'resources', 'default_app.asar'),
);
