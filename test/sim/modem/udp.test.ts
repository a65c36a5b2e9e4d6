import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { expect, onTestFinished, test } from 'vitest';
import { Arrivals } from '../host.ts';
import { startBooted } from '../moduleAndServer.ts';

async function startAttached() {
  const started = await startBooted();
  await expect.poll(() => started.host.must('AT+CEREG?')).toEqual(['+CEREG:0,1']);
  return started;
}

async function startPeer(): Promise<{
  socket: Socket;
  port: number;
  datagrams: Arrivals<string>;
  modulePort: number[];
}> {
  const socket = createSocket('udp4');
  const datagrams = new Arrivals<string>();
  const modulePort: number[] = [];
  socket.on('message', (bytes, { port }) => {
    modulePort[0] = port;
    datagrams.push(bytes.toString());
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  return { socket, port: socket.address().port, datagrams, modulePort };
}

test('the exchange of the document: create, send, hint, read, close', async () => {
  const { host } = await startAttached();
  expect(await host.must('AT+NSOCR="DGRAM",17,0,1')).toEqual(['0']);
  expect(await host.must('AT+NSOST=0,183.230.40.150,36000,10,30313233343536373839')).toEqual(['0,10']);
  expect(await host.urc('+NSONMI')).toBe('+NSONMI:0,30');
  const echoed = '5B3131372E3136392E33362E31353A323137395D30313233343536373839';
  expect(await host.must('AT+NSORF=0,30')).toEqual([`0,183.230.40.150,36000,30,${echoed},0`]);
  await host.must('AT+NSOCL=0');
  expect(await host.ask('AT+NSOCL=0')).toEqual(['+CME ERROR: 3']);
});

test('datagrams to this machine really go out and come in', async () => {
  const { host } = await startAttached();
  const peer = await startPeer();
  await host.must('AT+NSOCR=DGRAM,17,0,1');
  await host.must(`AT+NSOST=0,127.0.0.1,${peer.port},2,4869`);
  expect(await peer.datagrams.next('the datagram')).toBe('Hi');
  peer.socket.send('there', peer.modulePort[0] ?? 0, '127.0.0.1');
  expect(await host.urc('+NSONMI')).toBe('+NSONMI:0,5');
  expect(await host.must('AT+NSORF=0,512')).toEqual([`0,127.0.0.1,${peer.port},5,7468657265,0`]);
});

test('a read of less than there is leaves the rest and tells how much', async () => {
  const { host } = await startAttached();
  await host.must('AT+NSOCR="DGRAM",17,0,1');
  await host.must('AT+NSOST=0,183.230.40.150,36000,1,41');
  await host.urc('+NSONMI');
  expect((await host.must('AT+NSORF=0,20'))[0]).toMatch(/,20,[0-9A-F]{40},1$/);
  expect((await host.must('AT+NSORF=0,20'))[0]).toMatch(/,1,41,0$/);
  expect(await host.must('AT+NSORF=0,20')).toEqual([]);
});

test('a further datagram is hinted at once the first has been read', async () => {
  const { host } = await startAttached();
  const peer = await startPeer();
  await host.must('AT+NSOCR="DGRAM",17,0,1');
  await host.must(`AT+NSOST=0,127.0.0.1,${peer.port},1,41`);
  await peer.datagrams.next('the datagram');
  for (const text of ['one', 'three']) peer.socket.send(text, peer.modulePort[0] ?? 0, '127.0.0.1');
  expect(await host.urc('+NSONMI')).toBe('+NSONMI:0,3');
  await host.must('AT+NSORF=0,512');
  expect(await host.urc('+NSONMI')).toBe('+NSONMI:0,5');
});

test('there are seven sockets, numbered from 0, and a freed number is used again', async () => {
  const { host } = await startAttached();
  for (let number = 0; number < 7; number++) {
    expect(await host.must('AT+NSOCR="DGRAM",17,0,1')).toEqual([String(number)]);
  }
  expect(await host.ask('AT+NSOCR="DGRAM",17,0,1')).toEqual(['+CME ERROR: 3']);
  await host.must('AT+NSOCL=3');
  expect(await host.must('AT+NSOCR="DGRAM",17,0,1')).toEqual(['3']);
});

test('a port can be opened once', async () => {
  const { host } = await startAttached();
  expect(await host.must('AT+NSOCR="DGRAM",17,2334,1')).toEqual(['0']);
  expect(await host.ask('AT+NSOCR="DGRAM",17,2334,1')).toEqual(['+CME ERROR: 3']);
  expect(await host.must('AT+NSOCR="DGRAM",17,0,1')).toEqual(['1']);
  await host.must('AT+NSOCL=0');
  expect(await host.must('AT+NSOCR="DGRAM",17,2334,1')).toEqual(['0']);
});

test('a port that another program of this computer uses is free for the module all the same', async () => {
  const { host } = await startAttached();
  const { port } = await startPeer();
  expect(await host.must(`AT+NSOCR="DGRAM",17,${port},1`)).toEqual(['0']);
});

test.each([
  ['a length that is not that of the data', 'AT+NSOST=0,127.0.0.1,9,3,4142'],
  ['data that is no hex', 'AT+NSOST=0,127.0.0.1,9,1,4G'],
  ['an address that is none', 'AT+NSOST=0,localhost,9,1,41'],
  ['more than 512 bytes', `AT+NSOST=0,127.0.0.1,9,513,${'41'.repeat(513)}`],
  ['a flag nobody knows', 'AT+NSOSTF=0,127.0.0.1,9,0x800,1,41'],
  ['a stream', 'AT+NSOCR="STREAM",6,0,1'],
])('%s is refused', async (_, line) => {
  const { host } = await startAttached();
  await host.must('AT+NSOCR="DGRAM",17,0,1');
  expect(await host.ask(line)).toEqual(['+CME ERROR: 50']);
});

test('without network nothing is sent', async () => {
  const { host } = await startAttached();
  await host.must('AT+NSOCR="DGRAM",17,0,1');
  await host.must('AT+CFUN=0');
  expect(await host.ask('AT+NSOST=0,127.0.0.1,9,1,41')).toEqual(['+CME ERROR: 30']);
});

test('flag 0x200 releases the connection after sending, 0x400 after the reply', async () => {
  const { host } = await startAttached();
  await host.must('AT+NSOCR="DGRAM",17,0,1');
  await host.must('AT+CSCON=1');
  await host.must('AT+NSOSTF=0,127.0.0.1,9,0x200,1,41');
  expect(await host.urc('+CSCON')).toBe('+CSCON:1');
  expect(await host.urc('+CSCON')).toBe('+CSCON:0');
  await host.must('AT+NSOSTF=0,183.230.40.150,36000,0x400,1,41');
  await host.urc('+NSONMI');
  expect(await host.urc('+CSCON')).toBe('+CSCON:1');
  expect(await host.urc('+CSCON')).toBe('+CSCON:0');
});

test('a sequence number is reported when the datagram has left', async () => {
  const { host } = await startAttached();
  await host.must('AT+NSOCR="DGRAM",17,0,1');
  await host.must('AT+NSOST=0,127.0.0.1,9,1,41,12');
  expect(await host.urc('+NSOSTR')).toBe('+NSOSTR:0,12,1');
});

test.each([
  ['AT+NSONMI=2', 1, (port: number) => `+NSONMI:0,127.0.0.1,${port},2,4869`],
  ['AT+NSONMI=3', 1, () => '+NSONMI:0,2,4869'],
  ['AT+NSONMI=1', 2, (port: number) => `+NSORF:0,127.0.0.1,${port},2,4869`],
])('%s and report mode %i bring the data without being asked', async (line, report, urc) => {
  const { host } = await startAttached();
  const peer = await startPeer();
  await host.must(line);
  await host.must(`AT+NSOCR="DGRAM",17,0,${report}`);
  await host.must(`AT+NSOST=0,127.0.0.1,${peer.port},1,41`);
  await peer.datagrams.next('the datagram');
  peer.socket.send('Hi', peer.modulePort[0] ?? 0, '127.0.0.1');
  expect(await host.urc('+NSO')).toBe(urc(peer.port));
  expect(await host.must('AT+NSORF=0,512')).toEqual([]);
});

test('silent sockets keep what came until it is read', async () => {
  const { host } = await startAttached();
  const peer = await startPeer();
  await host.must('AT+NSOCR="DGRAM",17,0,0');
  await host.must(`AT+NSOST=0,127.0.0.1,${peer.port},1,41`);
  await peer.datagrams.next('the datagram');
  peer.socket.send('Hi', peer.modulePort[0] ?? 0, '127.0.0.1');
  await expect.poll(() => host.must('AT+NSORF=0,512')).toEqual([`0,127.0.0.1,${peer.port},2,4869,0`]);
  expect(host.urcs.left).toEqual([]);
});
