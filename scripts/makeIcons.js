// @ts-check
// Draws build/icon.svg in all sizes, with the Electron that is there. Run by the project's Node after the drawing changed:
//   npm run icons
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { _electron } from 'playwright';
import { electronForTests } from '../test/electron/electronForTests.js';
import { encodeIcns, encodeIco } from './iconFiles.js';
import { prepare } from './prepare.js';
import { inProject } from './project.js';

const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const drawer = `
const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => new BrowserWindow({ show: false, webPreferences: { sandbox: true } }).loadURL('about:blank'));
`;

await prepare('test');
const svg = await readFile(inProject('build', 'icon.svg'), 'utf8');
const folder = inProject('test-output', 'icons');
await mkdir(path.join(folder, 'out'), { recursive: true });
await writeFile(path.join(folder, 'package.json'), '{"name":"icons","version":"0.0.0","main":"out/main.cjs"}');
await writeFile(path.join(folder, 'out', 'main.cjs'), drawer);
const electron = await electronForTests({ application: folder });
const application = await _electron.launch(electron.launch);
const page = await application.firstWindow();

/** @type {import("./iconFiles.js").Picture[]} */
const pictures = [];
for (const size of sizes) {
  const address = await page.evaluate(
    async ({ source, width }) => {
      const image = new Image();
      image.src = `data:image/svg+xml,${encodeURIComponent(source.replace('<svg ', `<svg width="${width}" height="${width}" `))}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = width;
      canvas.getContext('2d')?.drawImage(image, 0, 0, width, width);
      return canvas.toDataURL('image/png');
    },
    { source: svg, width: size },
  );
  pictures.push({ size, png: Buffer.from(address.slice(address.indexOf(',') + 1), 'base64') });
}
await application.close();
await electron.cleanup();
await rm(folder, { recursive: true });

const ofSize = (/** @type {number[]} */ ...wanted) => pictures.filter(({ size }) => wanted.includes(size));
await writeFile(inProject('build', 'icon.ico'), encodeIco(ofSize(16, 24, 32, 48, 64, 128, 256)));
await writeFile(inProject('build', 'icon.icns'), encodeIcns(ofSize(32, 64, 128, 256, 512, 1024)));
await writeFile(inProject('build', 'icon.png'), ofSize(1024).map(({ png }) => png)[0] ?? '');
// Linux desktops take one file per size.
await mkdir(inProject('build', 'icons'), { recursive: true });
for (const { size, png } of ofSize(16, 32, 48, 64, 128, 256, 512))
  await writeFile(inProject('build', 'icons', `${size}x${size}.png`), png);
