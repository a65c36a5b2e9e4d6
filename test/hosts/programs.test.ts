import { chmod, mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Cable } from '../tty/cable.ts';
import { Mipl } from '../tty/mipl.ts';
import type { Ready, RunEvent } from '../tty/mipl.ts';
import { HostProgram, programOf } from './programs.ts';

const programs = {
  gammu: programOf('gammu'),
  wvdialconf: programOf('wvdialconf'),
  chat: programOf('chat'),
  smsd: programOf('smsd'),
  minicom: programOf('minicom'),
  picocom: programOf('picocom'),
  tio: programOf('tio'),
  microcom: programOf('microcom'),
  cu: programOf('cu'),
  ser2net: programOf('ser2net'),
  socat: programOf('socat'),
};

/** `mipl sim --pty` at one end of a cable; the other end is for a program of others. */
async function moduleOnTty(...options: string[]): Promise<{ tty: string; ready: Ready; folder: string }> {
  const cable = await Cable.plugged();
  onTestFinished(() => cable.close());
  const sim = new Mipl(['sim', '--pty', cable.far, '--radio-speed', '1000', ...options]);
  onTestFinished(async () => void (await sim.stop()));
  const ready = await sim.event<Ready>();
  return { tty: cable.near, ready, folder: cable.folder };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

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

const terminals: [keyof typeof programs, (tty: string) => string[]][] = [
  ['minicom', (tty) => ['-D', tty, '-b', '115200', '-o']],
  ['picocom', (tty) => ['-q', '-b', '115200', tty]],
  ['tio', (tty) => ['-b', '115200', tty]],
  ['microcom', (tty) => ['-s', '115200', '-p', tty]],
  ['cu', (tty) => ['-l', tty, '-s', '115200']],
];

describe.each(terminals)('%s', (name, argumentsFor) => {
  test.skipIf(programs[name] === undefined)('shows what the module answers to what a person types', async () => {
    const { tty, ready, folder } = await moduleOnTty('--profile', 'bc28');
    // cu gives up root's rights for those of a user of its own.
    await chmod(folder, 0o755);
    await chmod(await readlink(tty), 0o666);
    const terminal = HostProgram.onTerminal(programs[name] ?? '', ...argumentsFor(tty));
    await terminal.typeUntil('AT\r', /OK/);
    terminal.type('AT+CGSN=1\r');
    await terminal.until(new RegExp(`\\+CGSN:${ready.imei}[^]*OK`));
    terminal.type('AT+CSQ;+CGMM\r');
    await terminal.until(/\+CSQ:\d+,99[^]*BC28[^]*OK/);
  });
});

interface Registration {
  readonly phase: string;
}

/** The tool at a TCP port that a program of others serves. */
async function toolRegistersAt(port: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mipl-hosts-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const tool = new Mipl(['run', '--port', port, '--journal', folder]);
  onTestFinished(async () => void (await tool.stop()));
  const isRegistered = ({ event, value }: RunEvent): boolean =>
    event === 'registration' && (value as unknown as Registration).phase === 'registered';
  await tool.event<RunEvent>(isRegistered, 40_000);
}

describe.skipIf(programs.ser2net === undefined)('ser2net', () => {
  test('brings the module to the tool over TCP, and the tool registers', async () => {
    const { tty, folder } = await moduleOnTty('--profile', 'bc28');
    const port = await freePort();
    const configuration = path.join(folder, 'ser2net.yaml');
    const lines = [
      'connection: &module',
      `  accepter: tcp,127.0.0.1,${port}`,
      `  connector: serialdev,${tty},115200n81,local`,
    ];
    await writeFile(configuration, `${lines.join('\n')}\n`);
    const ser2net = new HostProgram(programs.ser2net ?? '', [
      '-n',
      '-d',
      '-c',
      configuration,
      '-P',
      path.join(folder, 'pid'),
    ]);
    await toolRegistersAt(`tcp://127.0.0.1:${port}`).catch((error: unknown) => {
      throw new Error(`${String(error)}; ser2net said: ${ser2net.said}`);
    });
  });
});

describe.skipIf(programs.socat === undefined)('socat', () => {
  test('brings the module to the tool over TCP, and the tool registers', async () => {
    const { tty } = await moduleOnTty('--profile', 'nb73');
    const port = await freePort();
    const socat = new HostProgram('socat', [
      '-d',
      '-d',
      `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr`,
      `${tty},raw,echo=0`,
    ]);
    await socat.until(/listening on/);
    await toolRegistersAt(`tcp://127.0.0.1:${port}`);
  });

  test('brings a module that is served on TCP to a tty, where a person types', async () => {
    const sim = new Mipl(['sim', '--tcp', '127.0.0.1:0', '--radio-speed', '1000', '--profile', 'me3616']);
    onTestFinished(async () => void (await sim.stop()));
    const { tcp = '', imei } = await sim.event<Ready>();
    const socat = new HostProgram('socat', ['-', `TCP:${tcp}`]);
    await socat.typeUntil('AT\r', /OK/);
    socat.type('AT+CGSN=1\r');
    await vi.waitUntil(() => socat.said.includes(`+CGSN: ${imei}`), { timeout: 5000 });
  });
});
