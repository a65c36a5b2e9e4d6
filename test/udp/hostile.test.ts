import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UdpTool } from '../../main/udp/udpTool.ts';
import { scripted } from './rig.ts';

/** What a module, or whoever sends to it, may do that it should not. */

const opened = (reply: (command: string) => readonly string[] | undefined) => (command: string) =>
  command.startsWith('AT+NSOCR') ? ['0', 'OK'] : reply(command);

test.each([
  ['no hex', '0,10.0.0.1,7,2,zz44,0', { hex: 'zz44', problem: 'notHex' }],
  ['half a byte', '0,10.0.0.1,7,2,444,0', { hex: '444', problem: 'notHex' }],
  ['another length than it says', '0,10.0.0.1,7,5,4444,0', { hex: '4444', problem: 'wrongLength' }],
])('data that is %s is kept and marked', async (_, line, content) => {
  const { tool, say, arrivals } = scripted(
    opened((command) => (command.startsWith('AT+NSORF') ? [line, 'OK'] : ['OK'])),
  );
  await tool.open({ port: 0, report: 1 });
  say('+NSONMI:0,2');
  expect(await arrivals.next('the datagram')).toMatchObject({ status: 'damaged', ...content });
});

test('lines that are no answer leave the socket in order', async () => {
  const answers = ['0,10.0.0.1,99999,2,4444,0', '9,10.0.0.1,7,2,4444,0', 'gibberish', '', '0', ',,,,,'];
  const { tool, datagrams, socket } = scripted(
    opened((command) => (command.startsWith('AT+NSORF') ? [answers.shift() ?? '0,10.0.0.1,7,2,4444,0', 'OK'] : ['OK'])),
  );
  await tool.open({ port: 0, report: 1 });
  await expect
    .poll(async () => {
      await tool.read(0);
      return datagrams().length;
    })
    .toBe(1);
  expect(socket()).toMatchObject({ waitingBytes: 0, receivedCount: 1 });
});

test('a module that always says there is more is left alone after a while', async () => {
  const { tool, say, sent, socket } = scripted(
    opened((command) => (command.startsWith('AT+NSORF') ? ['0,10.0.0.1,7,1,41,4000000000', 'OK'] : ['OK'])),
  );
  await tool.open({ port: 0, report: 1 });
  say('+NSONMI:0,1');
  await expect.poll(() => socket()?.receivedCount).toBe(32);
  await tool.close(0);
  expect(sent.filter((line) => line.startsWith('AT+NSORF'))).toHaveLength(32);
});

test('so is one that says so and gives nothing', async () => {
  const { tool, sent, socket } = scripted(
    opened((command) => (command.startsWith('AT+NSORF') ? ['0,10.0.0.1,7,0,,5', 'OK'] : ['OK'])),
  );
  await tool.open({ port: 0, report: 1 });
  await tool.read(0);
  expect(sent.filter((line) => line.startsWith('AT+NSORF'))).toHaveLength(1);
  expect(socket()).toMatchObject({ waitingBytes: 0 });
});

test('a module that announces data in each read and gives none is left alone after a while', async () => {
  const { tool, sent } = scripted(
    opened((command) => (command.startsWith('AT+NSORF') ? ['+NSONMI:0,1', 'OK'] : ['OK'])),
  );
  await tool.open({ port: 0, report: 1 });
  await tool.read(0);
  expect(sent.filter((line) => line.startsWith('AT+NSORF'))).toHaveLength(32);
});

test('a module that announces the next datagram in each read does not keep the program from everything else', async () => {
  const { tool, socket } = scripted(
    opened((command) => (command.startsWith('AT+NSORF') ? ['+NSONMI:0,1', '0,10.0.0.1,7,1,41,0', 'OK'] : ['OK'])),
  );
  await tool.open({ port: 0, report: 1 });
  await tool.read(0);
  await expect.poll(() => socket()?.receivedCount).toBeGreaterThan(64);
  tool.end('disconnected');
});

test('a read that is refused in the middle leaves what it had, and the reason at the socket', async () => {
  const answers = [['0,10.0.0.1,7,2,4141,3', 'OK'], ['+CME ERROR: 3']];
  const { tool, say, arrivals, socket } = scripted(
    opened((command) => (command.startsWith('AT+NSORF') ? answers.shift() : ['OK'])),
    { readLimit: 2 },
  );
  await tool.open({ port: 0, report: 1 });
  say('+NSONMI:0,5');
  expect(await arrivals.next('the datagram')).toMatchObject({ status: 'damaged', problem: 'cut', hex: '4141' });
  await expect.poll(() => socket()?.fault?.code).toBe('AT_CME');
  answers.push(['0,10.0.0.1,7,2,4242,0', 'OK']);
  say('+NSONMI:0,2');
  expect(await arrivals.next('the next datagram')).toMatchObject({ status: 'received', hex: '4242' });
  expect(socket()?.fault).toBeUndefined();
});

test('parts of different senders are not joined', async () => {
  const answers = [
    ['0,10.0.0.1,7,2,4141,3', 'OK'],
    ['0,10.0.0.2,7,2,4242,0', 'OK'],
  ];
  const { tool, say, arrivals } = scripted(
    opened((command) => (command.startsWith('AT+NSORF') ? answers.shift() : ['OK'])),
    { readLimit: 2 },
  );
  await tool.open({ port: 0, report: 1 });
  say('+NSONMI:0,5');
  expect(await arrivals.next('the first')).toMatchObject({ address: '10.0.0.1', hex: '4141', problem: 'cut' });
  expect(await arrivals.next('the second')).toMatchObject({ address: '10.0.0.2', hex: '4242', status: 'received' });
});

test('data that comes unasked in the middle of a read is not lost', async () => {
  const { tool, arrivals } = scripted(
    opened((command) =>
      command.startsWith('AT+NSORF') ? ['+NSORF:1,10.0.0.9,9,1,39', '0,10.0.0.1,7,1,41,0', 'OK'] : ['OK'],
    ),
  );
  await tool.open({ port: 0, report: 1 });
  await tool.read(0);
  expect(await arrivals.next('the one of socket 1')).toMatchObject({ socket: 1, address: '10.0.0.9', hex: '39' });
  expect(await arrivals.next('the one of socket 0')).toMatchObject({ socket: 0, address: '10.0.0.1', hex: '41' });
});

test('a socket that nobody here opened is shown once it speaks', async () => {
  const { tool, say, arrivals, socket } = scripted((command) =>
    command === 'AT+NSORF=4,2' ? ['4,10.0.0.1,7,2,4869,0', 'OK'] : ['OK'],
  );
  say('+NSONMI:4,2');
  expect(await arrivals.next('its data')).toMatchObject({ socket: 4, text: 'Hi' });
  expect(socket(4)).toMatchObject({ number: 4, receivedCount: 1 });
  expect(socket(4)?.localPort).toBeUndefined();
  await tool.close(4);
  expect(socket(4)?.ended?.why).toBe('closed');
  say('+NSORF:4,10.0.0.1,7,1,41');
  expect(await arrivals.next('more data')).toMatchObject({ socket: 4, text: 'A' });
  expect(socket(4)?.ended).toBeUndefined();
  say('+NSOCLI:4');
  await expect.poll(() => socket(4)?.ended?.why).toBe('closed');
});

test('reports about datagrams nobody sent mean nothing', async () => {
  const { tool, say, datagrams } = scripted(opened(() => ['0,1', 'OK']));
  await tool.open({ port: 0, report: 1 });
  await tool.send({ socket: 0, address: '10.0.0.1', port: 7, hex: '41', sequence: 5 });
  say('+NSOSTR:0,6,1', '+NSOSTR:3', '+NSOCLI:5', '+NSOSTR:0,5,0', '+NSOSTR:0,5,1');
  await expect.poll(() => datagrams()[0]?.status).toBe('notSent');
});

test('a report that comes with the OK is not overwritten by it', async () => {
  const { tool, datagrams } = scripted(opened(() => ['0,1', '+NSOSTR:0,5,1', 'OK']));
  await tool.open({ port: 0, report: 1 });
  await tool.send({ socket: 0, address: '10.0.0.1', port: 7, hex: '41', sequence: 5 });
  expect(datagrams()[0]?.status).toBe('sent');
});

test('an answer to AT+NSOCR without a number is said to be none', async () => {
  const { tool } = scripted(() => ['OK']);
  await expect(tool.open({ port: 0, report: 1 })).rejects.toMatchObject({ code: 'AT_PARSE' });
});

test('a socket that announces data before its OK keeps the announcement', async () => {
  const { tool, arrivals, socket } = scripted((command) =>
    command.startsWith('AT+NSOCR') ? ['0', '+NSONMI:0,1', 'OK'] : ['0,10.0.0.1,7,1,41,0', 'OK'],
  );
  await tool.open({ port: 0, report: 1 });
  expect(await arrivals.next('the data')).toMatchObject({ text: 'A' });
  expect(socket()).toMatchObject({ localPort: 0, receivedCount: 1 });
});

test('no line makes the tool throw or hang', async () => {
  const heads = ['+NSONMI:', '+NSORF:', '+NSOSTR:', '+NSOCLI:'];
  const part = fc.oneof(
    fc.constantFrom('0', '6', '7', '-1', '1500', '4294967296', '', '"', '4141', '10.0.0.1'),
    fc.string(),
  );
  const garbage = fc
    .tuple(fc.constantFrom(...heads), fc.array(part, { maxLength: 8 }))
    .map(([head, parts]) => `${head}${parts.join(',')}`.replace(/[\r\n]/g, ' '));
  await fc.assert(
    fc.asyncProperty(
      fc.array(garbage, { maxLength: 20 }),
      fc.array(garbage, { maxLength: 3 }),
      async (lines, answer) => {
        const { tool, say, socket } = scripted(
          opened((command) => (command.startsWith('AT+NSORF') ? [...answer, 'OK'] : ['OK'])),
        );
        await tool.open({ port: 0, report: 1 });
        say(...lines);
        await tool.read(0).catch(() => undefined);
        await tool.open({ port: 0, report: 1 });
        expect(socket()?.ended).toBeUndefined();
        tool.end('disconnected');
        expect(tool.state.sockets.every(({ ended }) => ended)).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

test('bytes that wait are told once, however often the module says so', () => {
  const told: number[] = [];
  const tool = new UdpTool(() => new Promise(() => undefined), {
    onState: ({ sockets }) => told.push(sockets[0]?.waitingBytes ?? 0),
    onDatagram: () => undefined,
  });
  for (const length of [30, 30, 30, 31, 31, 30]) tool.receive({ name: '+NSONMI', params: { socket: 0, length } });
  expect(told).toEqual([30, 31, 30]);
});
