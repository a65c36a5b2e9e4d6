import type { PlaceName } from '../../shared/about.ts';
import { defaultPlatformHost } from '../../shared/platform.ts';
import type { ProgramState } from '../../shared/programState.ts';
import { defaultSettings } from '../../shared/settings.ts';
import type { Settings } from '../../shared/settings.ts';
import type { DeviceState } from '../../shared/state.ts';
import { stageNames } from '../../shared/stageNames.ts';
import { defaultUpdateAddress } from '../../shared/updates.ts';
import { visible } from '../../shared/wording.ts';
import { Masker } from '../journal/masking.ts';

/** What a program runs on, as Node tells it. */
export interface Machine {
  /** `linux 6.1.0 x64`. */
  readonly system: string;
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly processors: number;
  readonly memoryBytes: number;
  /** Of the person at the machine; empty where the system knows none. */
  readonly home: string;
  readonly userName: string;
}

/** All that a diagnostic text is made of. */
export interface DiagnosticFacts {
  readonly machine: Machine;
  readonly program: ProgramState;
  readonly devices: readonly DeviceState[];
  readonly places: Readonly<Record<PlaceName, string>>;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** The text without the name of a person in a path: of this one, whose home is `~`, and of whoever has a home. */
function withoutUsers(text: string, { home, userName }: Machine): string {
  const atHome = home.length > 1 ? text.replaceAll(home, '~') : text;
  const ofHomes = atHome.replace(/([/\\](?:home|Users)[/\\]+)[^/\\"'\n]+/gi, '$1(user)');
  if (userName === '') return ofHomes;
  return ofHomes.replace(new RegExp(`([/\\\\])${escaped(userName)}(?=[/\\\\\\s"',;:]|$)`, 'gi'), '$1(user)');
}

/** Settings that are not as at a first start, without what is somebody's: ports, adapters, addresses, IMEIs. */
function changedSettings(settings: Settings): string[] {
  const { recentPorts, adapters, dialects, platformHost, updates, create, station, ...others } = settings;
  const rows = Object.entries(others).filter(([name, value]) => value !== defaultSettings[name as keyof Settings]);
  return [
    ...rows.map(([name, value]) => `${name} ${String(value)}`),
    ...(create.form === defaultSettings.create.form ? [] : [`create ${create.form}`]),
    ...(platformHost === defaultPlatformHost ? [] : ['a platform of its own']),
    ...(updates.isAllowed ? [updates.address === defaultUpdateAddress ? 'updates' : 'updates by a mirror'] : []),
    ...(station.address === '' ? [] : [`a queue of stations, ${station.ports.length} ports for it`]),
    `${Object.keys(dialects).length} command sets chosen`,
    `${recentPorts.length} ports and ${Object.keys(adapters).length} adapters remembered`,
  ];
}

function deviceRows(state: DeviceState, index: number): string[] {
  const { connection, module, stages, registration, journal, dialect } = state;
  const { port, baudRate, phase, fault } = connection;
  const who = [module.manufacturer, module.model, module.firmware].filter((text) => text !== undefined).join(' ');
  const where = port === undefined ? 'no port' : `${port.kind} ${port.path} ${port.usbId ?? ''} ${baudRate ?? ''}`;
  return [
    `Module ${index + 1}: ${phase}, ${where}`,
    `  ${who === '' ? 'not identified' : who}, command set ${dialect.name}, ${registration.phase}`,
    `  ${stageNames.map((name) => `${name} ${stages[name].status}`).join(', ')}`,
    ...(fault ? [`  ${fault.code}: ${fault.message}`] : []),
    ...stageNames.flatMap((name) => {
      const { fault } = stages[name];
      return fault ? [`  ${name}: ${fault.code}: ${fault.message}`] : [];
    }),
    ...(journal ? [`  journal: ${journal.lines} lines`] : []),
  ];
}

/**
 * What helps to find a fault, to be sent to strangers: IMEI, IMSI, ICCID, keys, addresses and the names of users in paths are
 * masked, serial numbers of adapters left out.
 */
export function diagnosticText({ machine, program, devices, places }: DiagnosticFacts): string {
  const { version, settings, systemLanguage, ports } = program;
  const { electron, chrome, node } = machine.versions;
  const rows = [
    `MIPL Field Tool ${version}`,
    `Electron ${electron ?? 'none'}, Chromium ${chrome ?? 'none'}, Node ${node ?? 'none'}`,
    `${machine.system}, ${machine.processors} processors, ${(machine.memoryBytes / 2 ** 30).toFixed(1)} GB, language ${systemLanguage}`,
    `Settings: ${changedSettings(settings).join(', ')}`,
    ...Object.entries(places).map(([name, place]) => `${name}: ${place}`),
    ...ports.map(({ kind, path, usbId, denied }) =>
      ['Port:', kind, path, usbId, denied && 'no permission'].filter(Boolean).join(' '),
    ),
    ...devices.flatMap(deviceRows),
  ];
  const masker = new Masker();
  for (const { module } of devices) masker.collectIdentity(module);
  const lines = rows.map((row) => visible(withoutUsers(row, machine).trimEnd()));
  for (const line of lines) masker.collect(line);
  return lines.map((line) => masker.mask(line)).join('\n');
}
