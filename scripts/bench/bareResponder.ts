import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * The references of P1: the least that could answer a read. Connects to the port given, answers each request, and prints the
 * times from data to write, milliseconds, when the connection ends. Answers at once; with `in-step` as its second argument as a host
 * has to, which sends no command before the one before has got its final result code (ITU-T V.250 section 5.6).
 */
const isInStep = process.argv[3] === 'in-step';
const times: number[] = [];
const waiting: { readonly msgId: string; readonly arrived: number }[] = [];
const socket = connect(Number(process.argv[2]), '127.0.0.1').setNoDelay(true);
let arrived = 0;
let isBusy = false;

function answerNext(): void {
  const next = waiting.shift();
  isBusy = next !== undefined && isInStep;
  if (!next) return;
  socket.write(`AT+MIPLREADRSP=0,${next.msgId},1,3303,0,5700,4,4,20.123,0,0\r\n`);
  times.push(performance.now() - next.arrived);
}

socket.prependListener('data', () => (arrived = performance.now()));
createInterface({ input: socket }).on('line', (line) => {
  if (line === 'OK' && isBusy) return answerNext();
  const msgId = /^\+MIPLREAD:0,(\d+),/.exec(line)?.[1];
  if (msgId === undefined) return;
  waiting.push({ msgId, arrived });
  if (!isBusy) answerNext();
});
socket.on('error', () => socket.destroy());
socket.on('close', () => process.stdout.write(JSON.stringify(times)));
