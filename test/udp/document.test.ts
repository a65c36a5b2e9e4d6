import { describe, expect, test } from 'vitest';
import { startTool } from './rig.ts';

/** What the tool makes of chapter 2 beyond the document's own lines, with the virtual module at the other end of the link. */

/** The document's test server; the virtual module answers for it. */
const testServer = { address: '183.230.40.150', port: 36000 } as const;
const digits = '30313233343536373839';
const echoed = `5B3131372E3136392E33362E31353A323137395D${digits}`;

describe('2.1 AT+NSOCR', () => {
  test('creates seven, and says what the module says of an eighth', async () => {
    const { tool } = await startTool();
    for (let number = 0; number < 7; number++)
      expect(await tool.open({ port: 0, report: 1 })).toEqual({ socket: number });
    await expect(tool.open({ port: 0, report: 1 })).rejects.toMatchObject({ code: 'AT_CME', detail: '3' });
    expect(tool.state.sockets.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe('2.2 AT+NSOST and AT+NSOSTF', () => {
  test.each(['0x100', '0x200', '0x400'] as const)('sends with flag %s', async (flag) => {
    const { tool, sent, datagrams } = await startTool();
    await tool.open({ port: 0, report: 1 });
    await tool.send({ socket: 0, ...testServer, hex: digits, flag });
    expect(sent).toContain(`AT+NSOSTF=0,183.230.40.150,36000,${flag},10,${digits}`);
    expect(datagrams()[0]).toMatchObject({ status: 'accepted', flag });
  });

  test('hears by +NSOSTR that the datagram with a sequence number has left', async () => {
    const { tool, sent, datagrams } = await startTool();
    await tool.open({ port: 0, report: 1 });
    await tool.send({ socket: 0, ...testServer, hex: digits, sequence: 12 });
    expect(sent).toContain(`AT+NSOST=0,183.230.40.150,36000,10,${digits},12`);
    await expect.poll(() => datagrams()[0]?.status).toBe('sent');
    await tool.send({ socket: 0, ...testServer, hex: digits, sequence: 255, flag: '0x100' });
    expect(sent).toContain(`AT+NSOSTF=0,183.230.40.150,36000,0x100,10,${digits},255`);
  });

  test('shows the refusal of the module at the datagram', async () => {
    const { tool, datagrams, socket } = await startTool();
    await tool.open({ port: 0, report: 1 });
    const long = { socket: 0, ...testServer, hex: '41'.repeat(513) };
    await expect(tool.send(long)).rejects.toMatchObject({ code: 'AT_CME' });
    expect(datagrams()[0]).toMatchObject({ status: 'failed', fault: { code: 'AT_CME', detail: '50' } });
    expect(socket()).toMatchObject({ sentCount: 0 });
  });
});

describe('2.3 AT+NSORF', () => {
  test('reads what +NSONMI told of, whole', async () => {
    const { tool, sent, arrivals, socket } = await startTool();
    await tool.open({ port: 0, report: 1 });
    await tool.send({ socket: 0, ...testServer, hex: digits });
    expect(await arrivals.next('the answer')).toMatchObject({
      direction: 'in',
      socket: 0,
      status: 'received',
      length: 30,
      hex: echoed,
      text: '[117.169.36.15:2179]0123456789',
      ...testServer,
    });
    expect(sent).toContain('AT+NSORF=0,30');
    expect(socket()).toMatchObject({ receivedCount: 1, receivedBytes: 30, waitingBytes: 0 });
  });

  test('reads in parts while something remains, and joins them', async () => {
    const { tool, sent, arrivals } = await startTool({ readLimit: 20 });
    await tool.open({ port: 0, report: 1 });
    await tool.send({ socket: 0, ...testServer, hex: digits });
    expect(await arrivals.next('the answer')).toMatchObject({ length: 30, hex: echoed, pieces: 2, status: 'received' });
    expect(sent.slice(-2)).toEqual(['AT+NSORF=0,20', 'AT+NSORF=0,10']);
  });

  test('reads datagrams that came one behind the other, each for itself', async () => {
    const { tool, arrivals, socket } = await startTool();
    await tool.open({ port: 0, report: 1 });
    for (const hex of ['41', '4242', '434343']) await tool.send({ socket: 0, ...testServer, hex });
    const texts: (string | undefined)[] = [];
    while (texts.length < 3) texts.push((await arrivals.next('the answers')).text?.replace(/^\[.*\]/, ''));
    expect(texts).toEqual(['A', 'BB', 'CCC']);
    expect(socket()).toMatchObject({ receivedCount: 3, waitingBytes: 0 });
  });

  test('reads a silent socket when it is told to', async () => {
    const { tool, arrivals, datagrams } = await startTool();
    await tool.open({ port: 0, report: 0 });
    await tool.read(0);
    await tool.send({ socket: 0, ...testServer, hex: digits });
    await expect.poll(async () => (await tool.read(0), datagrams().length)).toBe(2);
    expect(await arrivals.next('the answer')).toMatchObject({ length: 30, hex: echoed });
  });

  test.each([
    ['+NSONMI with the sender', 1, 2, testServer],
    ['+NSONMI with the data alone', 1, 3, {}],
    ['+NSORF of the M5310-A', 2, 1, testServer],
  ] as const)('takes data that comes unasked: %s', async (_, report, mode, from) => {
    const { tool, sent, arrivals } = await startTool();
    await tool.setReportMode(mode);
    await tool.open({ port: 0, report });
    await tool.send({ socket: 0, ...testServer, hex: digits });
    const datagram = await arrivals.next('the answer');
    expect(datagram).toMatchObject({ socket: 0, length: 30, hex: echoed, status: 'received', ...from });
    expect('address' in datagram).toBe('address' in from);
    expect(sent.filter((line) => line.startsWith('AT+NSORF'))).toEqual([]);
    expect(tool.state.reportMode).toBe(mode);
  });
});

describe('2.4 AT+NSOCL', () => {
  test('closes the socket; nothing can be sent with it then', async () => {
    const { tool, sent, socket } = await startTool();
    await tool.open({ port: 0, report: 1 });
    await tool.close(0);
    expect(sent).toContain('AT+NSOCL=0');
    expect(socket()?.ended?.why).toBe('closed');
    await expect(tool.send({ socket: 0, ...testServer, hex: digits })).rejects.toMatchObject({
      code: 'UDP_NO_SOCKET',
      detail: '0',
    });
    await expect(tool.close(0)).rejects.toMatchObject({ code: 'UDP_NO_SOCKET' });
    expect(await tool.open({ port: 0, report: 1 })).toEqual({ socket: 0 });
    expect(socket()?.ended).toBeUndefined();
  });

  test('a socket the module does not know any more is gone', async () => {
    const { tool, engine, socket } = await startTool();
    await tool.open({ port: 0, report: 1 });
    await engine.sendLine('AT+NSOCL=0');
    await expect(tool.close(0)).rejects.toMatchObject({ code: 'AT_CME' });
    expect(socket()?.ended?.why).toBe('gone');
  });

  test('a restart ends all sockets', async () => {
    const { tool, engine, socket } = await startTool();
    await tool.open({ port: 0, report: 1 });
    await tool.open({ port: 0, report: 0 });
    await engine.sendLine('AT+NRB').catch(() => undefined);
    await expect.poll(() => socket(1)?.ended?.why).toBe('restarted');
    expect(socket(0)?.ended?.why).toBe('restarted');
  });
});
