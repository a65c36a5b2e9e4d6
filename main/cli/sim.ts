import { numberOf } from './options.ts';
import { defined } from '../../shared/defined.ts';
import { faultOf } from '../../shared/errors.ts';
import { readHostPort } from '../../shared/hostPort.ts';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { identityNumber } from '../../shared/identity.ts';
import { deviceFields } from '../../shared/platform.ts';
import { faultKinds } from '../sim/faults.ts';
import type { InjectedFault } from '../sim/faults.ts';
import { HostPorts } from '../sim/hostPorts.ts';
import type { HostAccess } from '../sim/hostPorts.ts';
import { habits, readFaults, siteFaults, withHabit } from '../sim/habits.ts';
import type { ReadFaults } from '../sim/habits.ts';
import { bootstrapStyles } from '../sim/platform/bootstrapServer.ts';
import type { BootstrapStyle } from '../sim/platform/bootstrapServer.ts';
import type { Platform } from '../sim/platform/platform.ts';
import { profileNames } from '../sim/profile.ts';
import type { Profile } from '../sim/profile.ts';
import { openServers } from '../sim/servers.ts';
import { addressText, platformBeside, readName } from '../sim/simulator.ts';
import { boardCallsOf, openVirtualModule } from '../sim/virtualModule.ts';
import type { VirtualModule } from '../sim/virtualModule.ts';
import type { Link } from '../transport/link.ts';
import { openSerial } from '../transport/serialLink.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';

const faultRows = Object.entries(faultKinds).map(
  ([name, { description, valueByDefault }]) => `    ${name.padEnd(20)}${description}; default ${valueByDefault}`,
);
const habitRows = Object.entries(habits).map(
  ([name, { description, values }]) => `    ${name.padEnd(20)}${description}: ${values.join(', ')}`,
);

const siteFaultRows = Object.entries(siteFaults).map(
  ([name, habit]) => `    ${name.padEnd(20)}as --habit ${habit}: for practice with what goes wrong at sites`,
);

export const help = `mipl sim [options]

Runs the virtual module and the simulated OneNET platform it registers with, until SIGTERM or SIGINT.
Prints one JSON line when ready: where host, platform and API are, and the numbers of the module.
  --profile P           ${profileNames.join(', ')}; default m5310-seed.
                        With habits behind it as in the port name sim:P?NAME=VALUE&NAME
  --tcp HOST:PORT       serves the AT byte stream, one host at a time; default 127.0.0.1:0 without --pty. Port 0: any. A host
                        that begins with telnet gets telnet, and may set rate, frame and lines by RFC 2217
  --pty PATH            serves an existing tty device, such as one end of a socat pair
  --server HOST:PORT    where the platform listens for modules, default 127.0.0.1:0; with --no-platform, the server of
                        others to register with
  --bootstrap ADDRESS   HOST:PORT of a bootstrap server that sends the module to the platform, or none (default): the
                        module registers directly. Modules with the CIS core keep its port: the platform listens on the
                        same port of another local address. Port 0: any. With --no-platform, the bootstrap server of
                        others to ask; it says where to register, so --server is not needed
  --bootstrap-style S   ${bootstrapStyles.join(', ')}; default onenet
  --auth-code CODE      what the module sends as Auth_Code
  --habit NAME[=VALUE]  how modules of one kind differ; may be given several times. The first value is that of the bare name
${habitRows.join('\n')}
  --observe-first       the platform observes before it discovers, as the logs of real modules show: the same as
  --discover-first      --habit order; what is not given is as of the profile. discover-first is the document's order
  --personality P       spec: the stack keeps to LwM2M 1.0; cis (default): as China Mobile's core
  --no-platform         the module alone, with --server or --bootstrap of others
  --http HOST:PORT      where the platform's HTTP API listens; default 127.0.0.1:0. POST /module/reset, /module/power-off
                        and /module/power-on there are the buttons of the module's board; SIGUSR2 is reset as well
  --api-key K           what HTTP calls must carry; default: nothing
  --imei N --imsi N     15 digits each
  --reset-line L        dtr or rts: the module starts anew when its host lets that line fall, over RFC 2217 or a real tty;
                        default: neither leads anywhere
  --baud N              speed of the simulated line, 0: no waiting; default: the profile's
  --radio-speed N       how much faster than in real life the network is found; default 20
  --seed N              source of everything that looks like chance; default 1
  --fault NAME[=VALUE]  something wrong with the module; may be given several times
${faultRows.join('\n')}
${siteFaultRows.join('\n')}
Exit code: 0 when it was stopped, 2 when it could not run.`;

interface Address {
  readonly host: string;
  readonly port: number;
}

interface Choices {
  readonly profile: Profile;
  readonly bootstrap: (Address & { readonly style: BootstrapStyle }) | undefined;
  readonly authCode: string | undefined;
  readonly tcp: Address | undefined;
  readonly pty: string | undefined;
  readonly server: Address | undefined;
  readonly hasPlatform: boolean;
  readonly http: Address;
  readonly apiKey: string | undefined;
  readonly imei: string | undefined;
  readonly imsi: string | undefined;
  readonly baudRate: number | undefined;
  readonly resetLine: ResetLine | undefined;
  readonly radioSpeed: number | undefined;
  readonly seed: number | undefined;
  readonly faults: readonly InjectedFault[];
}

type ResetLine = 'dtr' | 'rts';
const resetLines: readonly ResetLine[] = ['dtr', 'rts'];

const localAnyPort: Address = { host: '127.0.0.1', port: 0 };
const fastestBaudRate = 4_000_000;

/** What the module talks to: ours, or that of others. */
interface FarEnds {
  readonly platform?: Platform;
  readonly bootstrap?: Address | undefined;
  /** Undefined where a bootstrap server of others tells it. */
  readonly server: Address | undefined;
  /** Where the module goes when its host asks for no bootstrap. */
  readonly direct: Address;
  readonly profile: Profile;
}

/** `mipl sim`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const choices = readChoices(args);
  const opened: { close(): Promise<void> }[] = [];
  try {
    const module: { current?: VirtualModule } = {};
    const farEnds = await openFarEnds(choices, opened, () => module.current);
    const { platform, bootstrap, server } = farEnds;
    const tell = (text: string): void => void io.stderr.write(`mipl sim: ${text}\n`);
    const { identity, link } = (module.current = openModuleOf(choices, farEnds, tell));
    opened.push(module.current, listenForReset(module.current));
    const ports = await openHostPorts(choices, link, opened, module.current);
    await writeLine(
      io.stdout,
      JSON.stringify({
        ...ports,
        ...(server ? { coap: addressText(server) } : {}),
        ...(bootstrap ? { bootstrap: addressText(bootstrap) } : {}),
        ...(platform ? { http: platform.http } : {}),
        imei: identity.imei,
        imsi: identity.imsi,
        pid: process.pid,
      }),
    );
    if (!io.signal.aborted) await once(io.signal, 'abort');
    return exit.ok;
  } finally {
    for (const part of opened.reverse()) await part.close();
  }
}

/** SIGUSR2 is the module's reset line, where the system has signals. */
function listenForReset(module: VirtualModule): { close(): Promise<void> } {
  if (process.platform === 'win32') return { close: () => Promise.resolve() };
  const reset = (): void => module.reset();
  process.on('SIGUSR2', reset);
  return {
    close: () => {
      process.off('SIGUSR2', reset);
      return Promise.resolve();
    },
  };
}

async function openFarEnds(
  choices: Choices,
  opened: { close(): Promise<void> }[],
  module: () => VirtualModule | undefined,
): Promise<FarEnds> {
  const { profile, hasPlatform, server, bootstrap: choice, http, apiKey } = choices;
  if (!hasPlatform) return { ...thoseOfOthers(server, choice), profile };
  const platformOptions = platformBeside(profile, {
    ...(server ? { coapHost: server.host, coapPort: server.port } : {}),
    httpHost: http.host,
    httpPort: http.port,
    boardCalls: boardCallsOf(module),
    ...defined({ apiKey }),
  });
  const servers = await openServers(profile, platformOptions, choice);
  opened.push(servers);
  const { coap } = servers.platform;
  return { ...servers, server: coap, direct: coap, bootstrap: servers.bootstrap?.address };
}

/** A module alone needs to know where those are that it talks to. */
function thoseOfOthers(server: Address | undefined, bootstrap: Address | undefined): Omit<FarEnds, 'profile'> {
  const direct = server ?? bootstrap;
  if (!direct) throw new UsageError('--no-platform needs --server HOST:PORT or --bootstrap HOST:PORT');
  if (server?.port === 0) throw new UsageError('--server: with --no-platform it is one of others, so give its port');
  if (bootstrap?.port === 0) {
    throw new UsageError('--bootstrap: with --no-platform it is one of others, so give its HOST:PORT');
  }
  return { server, bootstrap, direct };
}

function openModuleOf(
  choices: Choices,
  { direct, bootstrap, profile }: FarEnds,
  onNotice: (text: string) => void,
): VirtualModule {
  const { imei, imsi, authCode, baudRate, radioSpeed, seed, faults } = choices;
  return openVirtualModule({
    profile,
    server: direct,
    faults,
    onNotice,
    ...(bootstrap ? { bootstrap } : {}),
    ...defined({ authCode, imei, imsi, baudRate, radioSpeed, seed }),
  });
}

async function openHostPorts(
  { tcp, pty, profile, baudRate, resetLine }: Choices,
  link: Link,
  opened: { close(): Promise<void> }[],
  module: VirtualModule,
): Promise<{ tcp?: string; pty?: string }> {
  const onLine = (line: ResetLine, isUp: boolean): void => {
    if (line === resetLine && !isUp) module.reset();
  };
  const hosts = new HostPorts(link, { baudRate: baudRate ?? profile.baudRate, onLine });
  const keep = (port: HostAccess): string => {
    opened.push(port);
    return port.address;
  };
  const speed = baudRate === undefined || baudRate === 0 ? profile.baudRate : baudRate;
  return {
    ...(tcp ? { tcp: keep(await hosts.listen(tcp.host, tcp.port)) } : {}),
    ...(pty === undefined ? {} : { pty: keep(hosts.join(await openSerial(pty, { baudRate: speed }), pty)) }),
  };
}

function readChoices(args: readonly string[]): Choices {
  const { values } = parseArgs({
    args: [...args],
    options: {
      profile: { type: 'string', default: 'm5310-seed' },
      tcp: { type: 'string' },
      pty: { type: 'string' },
      bootstrap: { type: 'string' },
      'bootstrap-style': { type: 'string' },
      'auth-code': { type: 'string' },
      habit: { type: 'string', multiple: true, default: [] },
      personality: { type: 'string' },
      'observe-first': { type: 'boolean', default: false },
      'discover-first': { type: 'boolean', default: false },
      server: { type: 'string' },
      'no-platform': { type: 'boolean', default: false },
      http: { type: 'string' },
      'api-key': { type: 'string' },
      imei: { type: 'string' },
      imsi: { type: 'string' },
      baud: { type: 'string' },
      'reset-line': { type: 'string' },
      'radio-speed': { type: 'string' },
      seed: { type: 'string' },
      fault: { type: 'string', multiple: true, default: [] },
    },
  });
  const { tcp, pty } = values;
  const name = readName(values.profile);
  const personality = values.personality === undefined ? [] : [`personality=${values.personality}`];
  if (values['observe-first'] && values['discover-first']) {
    throw new UsageError('--observe-first and --discover-first: one of them');
  }
  const orders = (['observe-first', 'discover-first'] as const).filter((order) => values[order]);
  const wrong = faultsOf(values.fault);
  const habitTexts = [...values.habit, ...personality, ...orders.map((order) => `order=${order}`), ...wrong.habits];
  const profile = habitTexts.reduce(withHabit, name.profile);
  const server = values.server === undefined ? undefined : addressOf('--server', values.server);
  const bootstrap = bootstrapOf(values.bootstrap, values['bootstrap-style'] ?? name.bootstrap, name.bootstrap);
  const keepsPort = profile.personality.bootstrappedPort === 'configured';
  const hasPlatform = !values['no-platform'];
  if (hasPlatform && keepsPort && server?.port && bootstrap?.port && server.port !== bootstrap.port) {
    throw new UsageError('--bootstrap: this module keeps its port, so --server must have the same');
  }
  if (!hasPlatform && values['bootstrap-style'] !== undefined) {
    throw new UsageError('--bootstrap-style: with --no-platform the bootstrap server is one of others; leave it out');
  }
  const freeTcp = pty === undefined ? localAnyPort : undefined;
  return {
    profile,
    bootstrap,
    authCode: authCodeOf(values['auth-code']),
    tcp: tcp === undefined ? freeTcp : addressOf('--tcp', tcp),
    pty,
    server,
    hasPlatform,
    http: values.http === undefined ? localAnyPort : addressOf('--http', values.http),
    apiKey: values['api-key'],
    imei: digitsOf('--imei', values.imei),
    imsi: digitsOf('--imsi', values.imsi),
    baudRate: ifGiven('--baud', values.baud, 0, fastestBaudRate),
    resetLine: resetLineOf(values['reset-line']),
    radioSpeed: ifGiven('--radio-speed', values['radio-speed'], 1, 1_000_000),
    seed: ifGiven('--seed', values.seed, 0, 0xffffffff),
    faults: [...name.faults, ...wrong.faults],
  };
}

function resetLineOf(text: string | undefined): ResetLine | undefined {
  const line = resetLines.find((one) => one === text);
  if (text !== undefined && !line) throw new UsageError(`--reset-line: "${text}" is none of ${resetLines.join(', ')}`);
  return line;
}

function faultsOf(texts: readonly string[]): ReadFaults {
  try {
    return readFaults(texts);
  } catch (error) {
    throw new UsageError(`--fault: ${faultOf(error).message}`);
  }
}

/** Without an address, but with a name that asks for it: any port. */
function bootstrapOf(
  address: string | undefined,
  styleText: string | undefined,
  named: BootstrapStyle | undefined,
): Choices['bootstrap'] {
  if (address === 'none' || (address === undefined && named === undefined)) return undefined;
  const style = bootstrapStyles.find((one) => one === (styleText ?? 'onenet'));
  if (!style) throw new UsageError(`--bootstrap-style: "${styleText}" is none of ${bootstrapStyles.join(', ')}`);
  return { ...(address === undefined ? { host: '127.0.0.2', port: 0 } : addressOf('--bootstrap', address)), style };
}

function authCodeOf(text: string | undefined): string | undefined {
  if (text !== undefined && !deviceFields.authCode.test(text)) {
    throw new UsageError(`--auth-code: "${text}" is not up to 16 letters and digits`);
  }
  return text;
}

function addressOf(option: string, text: string): Address {
  const { host, port } = readHostPort(text) ?? {};
  if (host === undefined || port === undefined) throw new UsageError(`${option}: "${text}" is not HOST:PORT`);
  return { host, port };
}

function digitsOf(option: string, text: string | undefined): string | undefined {
  if (text !== undefined && !identityNumber.test(text)) throw new UsageError(`${option}: "${text}" is not 15 digits`);
  return text;
}

const ifGiven = (option: string, text: string | undefined, min: number, max: number): number | undefined =>
  text === undefined ? undefined : numberOf(option, text, { min, max });
