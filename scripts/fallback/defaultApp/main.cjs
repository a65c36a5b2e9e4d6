/* eslint-disable @typescript-eslint/no-require-imports -- must be loaded at once: what an application registers before
   `ready` would come too late through import() */
// What the official runtime's default application does, as far as we use it: start the application whose folder is the
// first argument that is no switch.
const { app } = require('electron');
const path = require('node:path');

const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (!folder) {
  console.error('Usage: electron [switches] <folder of the application>');
  process.exit(2);
}
const directory = path.resolve(folder);
const description = require(path.join(directory, 'package.json'));
process.defaultApp = true;
app.setName(description.productName || description.name);
app.setVersion(description.version);
if (description.desktopName) app.setDesktopName(description.desktopName);
app.setAppPath(directory);
require(path.join(directory, description.main));
