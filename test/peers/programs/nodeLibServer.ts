import { PassThrough } from 'node:stream';
import { loaderOf } from './loader.ts';

/** `node nodeLibServer.ts FOLDER PORT`: the console server of lwm2m-node-lib, on that port and started. */
const [, , folder = '', port = ''] = process.argv;
// It would take an argument for a script to read its lines from.
process.argv.splice(2);

const load = loaderOf(folder);
Object.assign((load('lwm2m-node-lib/config') as { server: object }).server, { port: Number(port), logLevel: 'FATAL' });
const { stdin } = process;
const typed = new PassThrough();
Object.defineProperty(process, 'stdin', { value: typed });
load('lwm2m-node-lib/bin/iotagent-lwm2m-server');
typed.write('start\n');
stdin.pipe(typed);
