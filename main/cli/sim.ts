import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { faultKinds, faultOfText } from '../sim/faults.ts';
import type { Fault } from '../sim/faults.ts';
import { HostPorts } from '../sim/hostPorts.ts';
import type { HostPort } from '../sim/hostPorts.ts';
import { openPlatform } from '../sim/platform/platform.ts';
import type { Platform } from '../sim/platform/platform.ts';
import { profileNames } from '../sim/profile.ts';
import { platformWithDefinitions, usableProfile } from '../sim/simulator.ts';
import { openVirtualModule } from '../sim/virtualModule.ts';
import type { VirtualModule } from '../sim/virtualModule.ts';
import { openSerial } from '../transport/serialLink.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';

const faultRows = Object.entries(faultKinds).map(
  ([name, { description, valueByDefault }]) => `    ${name.padEnd(20)}${description}; default ${valueByDefault}`,
);

export const help = `mipl sim [options]

Runs the virtual module and the simulated OneNET platform it registers with, until SIGTERM or SIGINT.
Prints one JSON line when ready: where host, platform and API are, and the numbers of the module.
  --profile P           ${profileNames.join(', ')}; default m5310-seed
  --tcp HOST:PORT       serves the AT byte stream, one host at a time; default 127.0.0.1:0 without --pty. Port 0: any
  --pty PATH            serves an existing tty device, such as one end of a socat pair
  --server HOST:PORT    where the platform listens for modules; with --no-platform, the server to register with
  --bootstrap ADDRESS   none (default): the module registers directly
  --no-platform         without the simulated platform
  --http HOST:PORT      where the platform's HTTP API listens; default 127.0.0.1:0
  --api-key K           what HTTP calls must carry; default: nothing
  --imei N --imsi N     15 digits each
  --baud N              speed of the simulated line, 0: no waiting; default: the profile's
  --radio-speed N       how much faster than in real life the network is found; default 20
  --seed N              source of everything that looks like chance; default 1
  --fault NAME[=VALUE]  something wrong with the module; may be given several times
${faultRows.join('\n')}`;

interface Address {
  readonly host: string;
  readonly port: number;
}

interface Choices {
  readonly profile: ReturnType<typeof usableProfile>;
  readonly tcp: Address | undefined;
  readonly pty: string | undefined;
  readonly server: Address | undefined;
  readonly hasPlatform: boolean;
  readonly http: Address;
  readonly apiKey: string | undefined;
  readonly imei: string | undefined;
  readonly imsi: string | undefined;
  readonly baudRate: number | undefined;
  readonly radioSpeed: number | undefined;
  readonly seed: number | undefined;
  readonly faults: readonly Fault[];
}

const localAnyPort: Address = { host: '127.0.0.1', port: 0 };
const fastestBaudRate = 4_000_000;

/** `mipl sim`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const choices = readChoices(args);
  const opened: { close(): Promise<void> }[] = [];
  try {
    const platform = choices.hasPlatform ? await openPlatformOf(choices) : undefined;
    if (platform) opened.push(platform);
    const server = platform?.coap ?? choices.server;
    if (!server) throw new UsageError('--no-platform needs --server HOST:PORT');
    const module = openModuleOf(choices, server);
    opened.push(module);
    const ports = await openHostPorts(choices, module, opened);
    await writeLine(
      io.stdout,
      JSON.stringify({
        ...ports,
        coap: `${server.host}:${server.port}`,
        ...(platform ? { http: platform.http } : {}),
        imei: module.identity.imei,
        imsi: module.identity.imsi,
      }),
    );
    if (!io.signal.aborted) await once(io.signal, 'abort');
    return exit.ok;
  } finally {
    for (const part of opened.reverse()) await part.close();
  }
}

async function openPlatformOf({ server, http, apiKey }: Choices): Promise<Platform> {
  return openPlatform(
    platformWithDefinitions({
      ...(server ? { coapHost: server.host, coapPort: server.port } : {}),
      httpHost: http.host,
      httpPort: http.port,
      ...(apiKey === undefined ? {} : { apiKey }),
    }),
  );
}

function openModuleOf(choices: Choices, server: Address): VirtualModule {
  const { profile, imei, imsi, baudRate, radioSpeed, seed, faults } = choices;
  return openVirtualModule({
    profile,
    server,
    faults,
    ...(imei === undefined ? {} : { imei }),
    ...(imsi === undefined ? {} : { imsi }),
    ...(baudRate === undefined ? {} : { baudRate }),
    ...(radioSpeed === undefined ? {} : { radioSpeed }),
    ...(seed === undefined ? {} : { seed }),
  });
}

async function openHostPorts(
  { tcp, pty, profile, baudRate }: Choices,
  module: VirtualModule,
  opened: { close(): Promise<void> }[],
): Promise<{ tcp?: string; pty?: string }> {
  const hosts = new HostPorts(module.link);
  const keep = (port: HostPort): string => {
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
      bootstrap: { type: 'string', default: 'none' },
      server: { type: 'string' },
      'no-platform': { type: 'boolean', default: false },
      http: { type: 'string' },
      'api-key': { type: 'string' },
      imei: { type: 'string' },
      imsi: { type: 'string' },
      baud: { type: 'string' },
      'radio-speed': { type: 'string' },
      seed: { type: 'string' },
      fault: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.bootstrap !== 'none')
    throw new UsageError('--bootstrap: only none is supported, the module registers directly');
  const { tcp, pty } = values;
  return {
    profile: usableProfile(values.profile),
    tcp: tcp === undefined ? (pty === undefined ? localAnyPort : undefined) : addressOf('--tcp', tcp),
    pty,
    server: values.server === undefined ? undefined : addressOf('--server', values.server),
    hasPlatform: !values['no-platform'],
    http: values.http === undefined ? localAnyPort : addressOf('--http', values.http),
    apiKey: values['api-key'],
    imei: digitsOf('--imei', values.imei),
    imsi: digitsOf('--imsi', values.imsi),
    baudRate: numberOf('--baud', values.baud, 0, fastestBaudRate),
    radioSpeed: numberOf('--radio-speed', values['radio-speed'], 1, 1_000_000),
    seed: numberOf('--seed', values.seed, 0, 0xffffffff),
    faults: values.fault.map((text) => {
      const fault = faultOfText(text);
      if (!fault) throw new UsageError(`--fault: "${text}" is none of ${Object.keys(faultKinds).join(', ')}`);
      return fault;
    }),
  };
}

function addressOf(option: string, text: string): Address {
  const match = /^(.+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port > 65535) throw new UsageError(`${option}: "${text}" is not HOST:PORT`);
  return { host: match[1].replace(/^\[(.*)\]$/, '$1'), port };
}

function digitsOf(option: string, text: string | undefined): string | undefined {
  if (text !== undefined && !/^\d{15}$/.test(text)) throw new UsageError(`${option}: "${text}" is not 15 digits`);
  return text;
}

function numberOf(option: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max))
    throw new UsageError(`${option}: "${text}" is not a number from ${min} to ${max}`);
  return value;
}
