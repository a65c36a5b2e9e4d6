import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * The references of P1: the least that could answer a read. Connects to the port given and answers each request. Answers at once; with
 * `in-step` as its second argument as a host has to, which sends no command before the one before has got its final result code
 * (ITU-T V.250 section 5.6).
 */
const isInStep = process.argv[3] === 'in-step';
const waiting: string[] = [];
const socket = connect(Number(process.argv[2]), '127.0.0.1').setNoDelay(true);
let isBusy = false;

function answerNext(): void {
  const msgId = waiting.shift();
  isBusy = msgId !== undefined && isInStep;
  if (msgId !== undefined) socket.write(`AT+MIPLREADRSP=0,${msgId},1,3303,0,5700,4,4,20.123,0,0\r\n`);
}

createInterface({ input: socket }).on('line', (line) => {
  if (line === 'OK' && isBusy) return answerNext();
  const msgId = /^\+MIPLREAD:0,(\d+),/.exec(line)?.[1];
  if (msgId === undefined) return;
  waiting.push(msgId);
  if (!isBusy) answerNext();
});
socket.on('error', () => socket.destroy());
