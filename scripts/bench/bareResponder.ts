import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * The reference of P1: the least that could answer a read. Connects to the port given, answers each request, and prints the
 * times from data to write, milliseconds, when the connection ends.
 */
const times: number[] = [];
const socket = connect(Number(process.argv[2]), '127.0.0.1').setNoDelay(true);
let arrived = 0;
socket.prependListener('data', () => (arrived = performance.now()));
createInterface({ input: socket }).on('line', (line) => {
  const match = /^\+MIPLREAD:0,(\d+),/.exec(line);
  if (!match) return;
  socket.write(`AT+MIPLREADRSP=0,${match[1]},1,3303,0,5700,4,4,20.123,0,0\r\n`);
  times.push(performance.now() - arrived);
});
socket.on('error', () => socket.destroy());
socket.on('close', () => process.stdout.write(JSON.stringify(times)));
