import { open } from 'node:fs/promises';

/**
 * Loaded before a program of ours, with `?` and the path of a FIFO: sent SIGUSR2, eight of its system calls hang, as calls to a
 * disk do that does not answer. They open the FIFO for reading, which waits for somebody who writes.
 */
const fifo = decodeURIComponent(new URL(import.meta.url).search.slice(1));
process.on('SIGUSR2', () => {
  for (let count = 0; count < 8; count++) void open(fifo, 'r');
  process.stderr.write('hanging\n');
});
