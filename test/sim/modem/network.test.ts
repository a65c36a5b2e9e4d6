import { expect, test } from 'vitest';
import { seedProfile, startBooted } from '../moduleAndServer.ts';

/** Registered 15 ms after power-on, released 10 ms after the last use: fast, but with an order to be seen. */
const quick = { radioSpeed: 2000 };

async function startAttached(options = {}) {
  const started = await startBooted(options);
  await expect.poll(() => started.host.ask('AT+CEREG?')).toContain('+CEREG:0,1');
  return started;
}

test('registration is reported as in the document: connection first, then area, cell and technology', async () => {
  const { host } = await startBooted();
  await host.must('AT+CFUN=0');
  await host.must('AT+CSCON=1');
  await host.must('AT+CEREG=1');
  await host.must('AT+CFUN=1');
  expect(await host.urcs.next('the search')).toBe('+CEREG:2');
  expect(await host.urcs.next('the connection')).toBe('+CSCON:1');
  expect(await host.urcs.next('the registration')).toBe('+CEREG:1,19E6,94,7');
});

test('modules that follow TS 27.007 report area and cell from mode 2 on', async () => {
  const { host } = await startAttached({ profile: seedProfile({ longRegistrationFromMode: 2 }) });
  await host.must('AT+CEREG=1');
  expect(await host.must('AT+CEREG?')).toEqual(['+CEREG:1,1']);
  await host.must('AT+CEREG=2');
  expect(await host.must('AT+CEREG?')).toEqual(['+CEREG:2,1,19E6,94,7']);
});

test('without reports the registration can be asked for', async () => {
  const { host } = await startBooted({ radioSpeed: 200 });
  expect(await host.must('AT+CEREG?')).toEqual(['+CEREG:0,2']);
  await expect.poll(() => host.must('AT+CEREG?')).toEqual(['+CEREG:0,1']);
});

test('the connection is released when nothing is sent for a while', async () => {
  const { host } = await startBooted(quick);
  await host.must('AT+CSCON=1');
  expect(await host.urc('+CSCON')).toBe('+CSCON:1');
  expect(await host.urc('+CSCON')).toBe('+CSCON:0');
  expect(await host.must('AT+CSCON?')).toEqual(['+CSCON:1,0']);
});

test('a lock on another frequency keeps the module off the network, the right one does not', async () => {
  const { host } = await startBooted();
  await host.must('AT+CFUN=0');
  await host.must('AT+NEARFCN=0,3600');
  await host.must('AT+CEREG=1');
  await host.must('AT+CFUN=1');
  expect(await host.urc('+CEREG')).toBe('+CEREG:2');
  expect(await host.must('AT+NEARFCN?')).toEqual(['+NEARFCN:0,3600']);
  expect(await host.must('AT+CSQ')).toEqual(['+CSQ:99,99']);
  await host.must('AT+NEARFCN=0,3555');
  expect(await host.urc('+CEREG')).toBe('+CEREG:1,19E6,94,7');
});

test('another operator is not found, that of the document is', async () => {
  const { host } = await startAttached();
  expect(await host.must('AT+COPS?')).toEqual(['+COPS:0,2,"46000"']);
  await host.must('AT+COPS=1,2,"46011"');
  expect(await host.must('AT+COPS?')).toEqual(['+COPS:1']);
  expect(await host.must('AT+CGATT?')).toEqual(['+CGATT:0']);
  await host.must('AT+COPS=1,2,"46000"');
  await expect.poll(() => host.must('AT+CGATT?')).toEqual(['+CGATT:1']);
});

test('the bands can be chosen while the radio is off', async () => {
  const { host } = await startAttached();
  expect(await host.ask('AT+NBAND=8')).toEqual(['+CME ERROR: 3']);
  await host.must('AT+CFUN=0');
  await host.must('AT+NBAND=8');
  expect(await host.must('AT+NBAND?')).toEqual(['+NBAND:8']);
});

test.each([
  ['AT+CGMI', ['CMCC']],
  ['AT+CGMM', ['M5310']],
  ['AT+CGSN=1', ['+CGSN:869334030000010']],
  ['AT+CIMI', ['460041234567899']],
  ['AT+NCCID', ['+NCCID:89860469334030000010']],
  ['AT+CGDCONT?', ['+CGDCONT:0,"IP","nbiot.MNC002.MCC460.GPRS",,0,0']],
  ['AT+CGPADDR', ['+CGPADDR:0,100.64.19.230']],
  ['AT+CFUN?', ['+CFUN:1']],
  ['AT+CMEE?', ['+CMEE:1']],
  ['AT+CPSMS?', ['+CPSMS:0']],
  ['AT+CEDRXS?', ['+CEDRXS:5,"0010"']],
  ['AT+MIPLVER?', ['+MIPLVER: 2.2.0']],
])('%s is answered by %j', async (line, expected) => {
  const { host } = await startAttached();
  expect(await host.must(line)).toEqual(expected);
});

test('signal figures are plausible and the same for the same seed', async () => {
  const figures = async (seed: number): Promise<string[]> => {
    const { host } = await startAttached({ seed });
    return host.must('AT+NUESTATS');
  };
  const [one, same, other] = [await figures(7), await figures(7), await figures(8)];
  const power = Number(/Signal power:(-?\d+)/.exec(one.join())?.[1]);
  expect(power).toBeGreaterThan(-950);
  expect(power).toBeLessThan(-780);
  expect(same?.[0]).toBe(one[0]);
  expect(other?.[0]).not.toBe(one[0]);
});

test('error numbers follow +CMEE', async () => {
  const { host } = await startBooted();
  expect(await host.ask('AT+MIPLCLOSE=0')).toEqual(['+CIS ERROR:602']);
  await host.must('AT+CMEE=0');
  expect(await host.ask('AT+MIPLCLOSE=0')).toEqual(['ERROR']);
  expect(await host.ask('AT+CMEE=2')).toEqual(['ERROR']);
});

test('a setting of the module survives the reboot, switches do not', async () => {
  const { host } = await startBooted();
  await host.must('AT+NCONFIG=CELL_RESELECTION,FALSE');
  await host.must('AT+CEREG=2');
  await host.ask('AT+NRB');
  await host.urc('REBOOT_CAUSE_APPLICATION_AT');
  await host.urc('OK');
  expect(await host.must('AT+NCONFIG?')).toContain('+NCONFIG:CELL_RESELECTION,FALSE');
  expect((await host.must('AT+CEREG?'))[0]).toMatch(/^\+CEREG:0,/);
});

test('without autoconnect the radio stays off after a reboot', async () => {
  const { host } = await startBooted();
  await host.must('AT+NCONFIG=AUTOCONNECT,FALSE');
  await host.ask('AT+NRB');
  await host.urc('OK');
  expect(await host.must('AT+CFUN?')).toEqual(['+CFUN:0']);
});

test('a ping is answered from inside the virtual network, and fails without one', async () => {
  const { host } = await startAttached();
  await host.must('AT+NPING=8.8.8.8');
  expect(await host.urc('+NPING')).toMatch(/^\+NPING:8\.8\.8\.8,53,\d+$/);
  await host.must('AT+CFUN=0');
  await host.must('AT+NPING=8.8.8.8');
  expect(await host.urc('+NPING')).toBe('+NPINGERR:1');
});

test('the clock is told without quotes, with the zone in quarters of an hour', async () => {
  const { host } = await startBooted();
  expect((await host.must('AT+CCLK?'))[0]).toMatch(/^\+CCLK:\d\d\/\d\d\/\d\d,\d\d:\d\d:\d\d\+32$/);
});
