import { chmod, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../tty/freePort.ts';
import { Mipl } from '../tty/mipl.ts';
import type { Ready, RunEvent } from '../tty/mipl.ts';
import { moduleOnTty } from './moduleOnTty.ts';
import { HostProgram, programOf } from './programs.ts';

const programs = {
  minicom: programOf('minicom'),
  picocom: programOf('picocom'),
  tio: programOf('tio'),
  microcom: programOf('microcom'),
  cu: programOf('cu'),
  ser2net: programOf('ser2net'),
  socat: programOf('socat'),
};

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
