import { openSync, writeSync } from 'node:fs';
import { openJournal } from '../../main/journal/journalWriter.ts';
import { OpenSession } from '../../main/sessions/openSession.ts';

/**
 * Writes a counted pattern into a journal and reads it again while it grows, so that the index beside it is made and kept over and over,
 * until it is killed. Argument: the directory. Prints the file's name.
 */
const journal = await openJournal(process.argv[2] as string, { appVersion: '0', port: 'test', baudRate: 921_600 });
process.stdout.write(`${journal.file}\n`);
// What is handed over is known to whoever looks after the kill: the system keeps it.
const handed = openSync(`${journal.file}.handed`, 'w', 0o600);
let count = 0;
journal.fact({ fact: 'anew' });
setInterval(() => {
  for (let line = 0; line < 20; line++) {
    journal.fact({ fact: 'value', path: '/3303/0/5700', value: String(count), by: 'person', atMs: count });
    journal.onBytes('in', Buffer.from(`+LINE:${count++}\r\n`), process.hrtime.bigint(), Date.now());
  }
  writeSync(handed, String(Date.now()), 0);
}, 2);
const nobody = { onChange: () => undefined, onFind: () => undefined };
for (;;) {
  const session = await OpenSession.open(journal.file, nobody, () => Date.now());
  await session.look();
  await session.close();
}
