import { expect, test } from 'vitest';
import { scripted } from './rig.ts';

/** The deadline of the platform is seconds; whatever the UDP tool wants waits for its answers. */

const echo = { socket: 0, address: '10.0.0.1', port: 7, count: 1000, intervalMs: 0, size: 16, timeoutMs: 1000 };

test('an answer to the platform is the next line to leave, with reads and datagrams waiting', async () => {
  const replies: (() => void)[] = [];
  const { tool, say, sent } = scripted((command) => {
    if (command.startsWith('AT+NSOCR')) return ['0', 'OK'];
    // Everything else is answered when the test says so.
    replies.push(() => say(...(command.startsWith('AT+NSORF') ? ['0,10.0.0.1,7,1,41,0', 'OK'] : ['OK'])));
    return undefined;
  });
  await tool.open({ port: 0, report: 1 });
  const hex = '41'.repeat(100);
  const sends = [1, 2, 3].map(() => tool.send({ socket: 0, address: '10.0.0.1', port: 7, hex }));
  await expect.poll(() => replies.length).toBe(1);
  say('+NSONMI:0,1', '+NSONMI:0,1', '+MIPLREAD:0,64441,3303,0,5700,1');
  replies[0]?.();
  await expect.poll(() => replies.length).toBe(2);
  expect(sent.at(-1)).toMatch(/^AT\+MIPLREADRSP=0,64441,1,/);
  const answer = (): void => replies.shift()?.();
  const timer = setInterval(answer, 1);
  await Promise.all(sends);
  clearInterval(timer);
  // Then the read, then what a person asked for.
  const names = sent.map((line) => /^AT\+(\w+)/.exec(line)?.[1]);
  expect(names.slice(0, 4)).toEqual(['NSOCR', 'NSOST', 'MIPLREADRSP', 'NSORF']);
});

test('an echo test without pause leaves room for every answer', async () => {
  const { tool, say, sent } = scripted((command) => (command.startsWith('AT+NSOCR') ? ['0', 'OK'] : ['OK']));
  await tool.open({ port: 0, report: 1 });
  tool.startEcho(echo);
  for (let msgId = 1; msgId <= 20; msgId++) {
    const before = sent.length;
    say(`+MIPLREAD:0,${msgId},3303,0,5700,1`);
    await expect.poll(() => sent.some((line) => line.startsWith(`AT+MIPLREADRSP=0,${msgId},`))).toBe(true);
    const place = sent.findIndex((line) => line.startsWith(`AT+MIPLREADRSP=0,${msgId},`));
    // One command may be in flight when the request comes.
    expect(place - before).toBeLessThanOrEqual(1);
  }
  tool.stopEcho();
});
