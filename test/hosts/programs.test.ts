import { mkdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { moduleOnTty } from './moduleOnTty.ts';
import { HostProgram, programOf } from './programs.ts';

const programs = {
  gammu: programOf('gammu'),
  wvdialconf: programOf('wvdialconf'),
  chat: programOf('chat'),
  smsd: programOf('smsd'),
};

/** One of each chip and dialect; what the others share with them is tested without a tty. */
const profiles = ['m5310a', 'bc28', 'me3616'];

describe.skipIf(programs.gammu === undefined)('gammu', () => {
  test.each(profiles)('identifies a %s: maker, firmware, IMEI and IMSI', async (profile) => {
    const { tty, ready, folder } = await moduleOnTty('--profile', profile);
    const configuration = path.join(folder, 'gammurc');
    await writeFile(configuration, `[gammu]\ndevice = ${tty}\nconnection = at115200\n`);
    const gammu = new HostProgram(programs.gammu ?? '', ['-c', configuration, 'identify']);
    expect([await gammu.exit(), gammu.said]).toEqual([0, expect.stringContaining(ready.imei)]);
    expect(gammu.said).toMatch(/^Manufacturer +: \w/m);
    expect(gammu.said).toContain(ready.imsi);
  });
});

describe.skipIf(programs.chat === undefined)('chat', () => {
  test.each(profiles)('gets through the script of a dialler with a %s', async (profile) => {
    const { tty } = await moduleOnTty('--profile', profile);
    const script = [
      'TIMEOUT',
      '5',
      'ABORT',
      'ERROR',
      "''",
      'AT',
      'OK-AT-OK',
      'ATZ',
      'OK',
      'ATQ0V1E1S0=0',
      'OK',
      'AT&F&C1&D2',
      'OK',
    ];
    const more = ['ATX4', 'OK', 'ATI0', 'OK', 'AT+CSQ;+CGMM', 'OK', 'ATH', 'OK', "''"];
    const line = `exec ${programs.chat ?? ''} -v -s ${[...script, ...more].map((word) => (word === "''" ? word : `'${word}'`)).join(' ')} <"$0" >"$0"`;
    const chat = new HostProgram('sh', ['-c', line, tty]);
    expect([await chat.exit(), chat.said]).toEqual([0, expect.stringContaining('send (ATH')]);
  });
});

describe.skipIf(programs.smsd === undefined)('smsd', () => {
  test.each(profiles)('gets through its start with a %s and waits for messages to send', async (profile) => {
    const { tty, ready, folder } = await moduleOnTty('--profile', profile);
    const spool = (name: string): string => path.join(folder, name);
    const folders = ['outgoing', 'checked', 'failed', 'incoming', 'sent'];
    for (const name of folders) await mkdir(spool(name));
    await writeFile(
      spool('smsd.conf'),
      [
        'devices = GSM1',
        `logfile = ${spool('smsd.log')}`,
        'loglevel = 7',
        ...folders.map((name) => `${name} = ${spool(name)}`),
        `infofile = ${spool('info')}`,
        `pidfile = ${spool('pid')}`,
        'delaytime = 1',
        'errorsleeptime = 1',
        '[GSM1]',
        `device = ${tty}`,
        'incoming = no',
        'baudrate = 115200',
      ].join('\n'),
    );
    new HostProgram(programs.smsd ?? '', ['-c', spool('smsd.conf'), '-t']);
    const log = (): Promise<string> => readFile(spool('smsd.log'), 'utf8').catch(() => '');
    await expect.poll(log, { timeout: 30_000 }).toMatch(/GSM1: Waiting for messages to send/);
    expect(await log()).toContain(`IMEI: ${ready.imei}`);
    expect(await log()).not.toMatch(/did not accept/);
  });
});

/** wvdialconf looks for modems in /dev alone: a name there for as long as it looks. Only root may give one. */
const mayNameDevices = process.platform === 'linux' && process.geteuid?.() === 0;
describe.skipIf(programs.wvdialconf === undefined || !mayNameDevices)('wvdialconf', () => {
  test('finds a modem and writes how to initialise it', async () => {
    const { tty, folder } = await moduleOnTty();
    const name = `ttyUSB${200 + (process.pid % 50)}`;
    const device = path.join('/dev', name);
    await symlink(await readlink(tty), device);
    onTestFinished(() => rm(device, { force: true }));
    const file = path.join(folder, 'wvdial.conf');
    const wvdialconf = new HostProgram(programs.wvdialconf ?? '', [file]);
    await wvdialconf.until(/Found a modem|no modem was detected/, 50_000);
    await wvdialconf.exit();
    expect(wvdialconf.said).toContain(`Found a modem on ${device}`);
    expect(await readFile(file, 'utf8')).toMatch(/Init2 = ATQ0 V1 E1 S0=0 &C1 &D2/);
  });
});
