import { openJournal } from '../../main/journal/journalWriter.ts';

/** Writes a counted pattern into a journal, each line after a fact of the same number, until it is killed. Argument: the directory. Prints the file's name. */
const journal = await openJournal(process.argv[2] as string, { appVersion: '0', port: 'test', baudRate: 921600 });
process.stdout.write(`${journal.file}\n`);
let count = 0;
journal.fact({ fact: 'anew' });
setInterval(() => {
  for (let line = 0; line < 200; line++) {
    journal.fact({ fact: 'value', path: '/3303/0/5700', value: String(count), by: 'person', atMs: count });
    journal.onBytes('in', Buffer.from(`+LINE:${count++}\r\n`), process.hrtime.bigint(), Date.now());
  }
}, 1);
