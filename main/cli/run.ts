import { parseArgs } from 'node:util';
import { CodedError } from '../../shared/errors.ts';
import { requestKinds } from '../../shared/requestKinds.ts';
import { createForms, defaultSettings, ranges, readServer } from '../../shared/settings.ts';
import type { DeviceState } from '../../shared/state.ts';
import type { StateChanges } from '../../shared/statePatch.ts';
import type { CreateSettings } from '../../shared/settings.ts';
import type { Device } from '../device/device.ts';
import { Application } from '../program/application.ts';
import { Hindrances } from '../facts/stages.ts';
import { visibleJson } from '../files/visible.ts';
import { describeForTerminal } from './advice.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';
import { armForm, armedOrderOf } from './armText.ts';
import { onFileRemark } from '../program/fileRemarks.ts';
import { journalDirectoryOf } from './journalDirectory.ts';
import { lineFrom, lineHelp, lineOptions, modelFrom, numberOf } from './options.ts';
import { sendTypedLines } from './typedLines.ts';
import type { TypedLine } from './typedLines.ts';
import { systemClock } from '../time/clock.ts';
import { longestTimerMs, pause } from '../time/timers.ts';
import { version } from './version.ts';

export const help = `mipl run --port P [options]

The engine without a window: bring-up, registration, answers, until stopped. Prints events as NDJSON.
  --port P          device path, a serial server as tcp://host:port, telnet://host:port or rfc2217://host:port (which sets
                    its baud rate), or sim:PROFILE as in mipl sim, such as sim:m5310-seed?bootstrap
  --baud N          default 9600
${lineHelp}
  --model FILE      device model (*.model.json); default: the document's objects 3303 and 3306
  --dialect D       auto (default), cis or cmcc
  --create FORM     auto (default), bare, server (CREATEEX), plain or flags (configuration in that layout)
  --bootstrap H:P   the suite is created with this bootstrap server; none (default): as --create says
  --server H:P      the suite is created with this LwM2M server
  --lifetime S      seconds, default 3600
  --journal DIR     where the journal goes; default: a folder of your own (Linux: ~/.local/state/mipl-field-tool/journals)
  --for S           stop after S seconds
  --arm ORDER       sets the answer to requests to come; may be given several times. ORDER is ${armForm}:
                    KIND is ${requestKinds.join(', ')}; the platform asks for exactly PATH;
                    N times (default once); S seconds; CODE as 4.04. "late 5" is the usual answer, 5 s later
  --console         lines on standard input are sent as AT commands once bring-up has ended; each answer is an event
Exit code: 0 when the device was registered, 1 when it was not, 2 when the port could not be opened.`;

const reported = [
  'connection',
  'stages',
  'module',
  'network',
  'dialect',
  'registration',
  'simulator',
  'observations',
  'armedAnswers',
  'diagnosis',
] as const;

/** `mipl run`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      baud: { type: 'string', default: '9600' },
      ...lineOptions,
      model: { type: 'string' },
      dialect: { type: 'string', default: 'auto' },
      bootstrap: { type: 'string', default: 'none' },
      server: { type: 'string' },
      create: { type: 'string' },
      lifetime: { type: 'string', default: '3600' },
      journal: { type: 'string' },
      for: { type: 'string' },
      arm: { type: 'string', multiple: true, default: [] },
      console: { type: 'boolean', default: false },
    },
  });
  if (values.port === undefined) throw new UsageError('--port is missing');
  const dialect = values.dialect;
  if (dialect !== 'auto' && dialect !== 'cis' && dialect !== 'cmcc')
    throw new UsageError('--dialect is auto, cis or cmcc');
  const baudRate = numberOf('--baud', values.baud, ranges.baudRate);
  const line = lineFrom(values);
  const lifetimeSeconds = numberOf('--lifetime', values.lifetime, ranges.lifetimeSeconds);
  const seconds = values.for === undefined ? undefined : numberOf('--for', values.for, { min: 1, max: 1_000_000 });

  const armed = values.arm.map(armedOrderOf);

  const application = await Application.start({
    version,
    systemLanguage: 'en',
    model: await modelFrom(values.model),
    journalDirectory: await journalDirectoryOf(values.journal, io),
    settings: { lifetimeSeconds, registerOnConnect: true, create: createFrom(values) },
    session: dialect === 'auto' ? {} : { dialect },
  });
  const device = application.openDevice();
  const tell = (event: unknown): void => void io.stdout.write(`${visibleJson(event)}\n`);
  device.state.onChange((changes) => eventsOf(changes).forEach(tell));
  onFileRemark(device, (text) => void io.stderr.write(`mipl run: ${text}\n`));
  let wasRegistered = false;
  const hindrances = new Hindrances();
  device.state.onChange((changes) => hindrances.see(changes));
  device.state.onChange((changes) => (wasRegistered ||= changes.registration?.phase === 'registered'));
  try {
    for (const order of armed) device.armed.arm(order);
    await device.openPort(values.port, baudRate, line);
    await writeLine(io.stderr, `journal: ${device.journal?.file ?? ''}`);
    if (values.console) {
      const onAnswer = (value: TypedLine): void =>
        tell({ at: new Date(systemClock.wallMs()).toISOString(), event: 'command', value });
      sendTypedLines(device, io, onAnswer).catch((error: unknown) =>
        io.stderr.write(`mipl run: standard input: ${describeForTerminal(error)}\n`),
      );
    }
    const refusal = await waitForEnd(device, io.signal, seconds);
    if (refusal) throw refusal;
  } catch (error) {
    await writeLine(io.stderr, `mipl run: ${describeForTerminal(error)}`);
    return exit.cannotRun;
  } finally {
    await application.close();
  }
  if (!wasRegistered)
    await writeLine(io.stderr, `mipl run: not registered: ${hindrances.describe(device.state.state.stages)}`);
  return wasRegistered ? exit.ok : exit.failed;
}

/** Waits until the end is asked for, or a serial server has refused the connection that it accepted at first. */
async function waitForEnd(
  device: Device,
  signal: AbortSignal,
  seconds: number | undefined,
): Promise<CodedError | undefined> {
  const refused = new AbortController();
  const look = (): void => {
    const { phase, fault } = device.state.state.connection;
    if (phase === 'closed' && fault) refused.abort(new CodedError(fault.code, fault.message, fault.detail));
  };
  device.state.onChange(look);
  look();
  // A timer keeps the process alive while nothing else does.
  const either = AbortSignal.any([signal, refused.signal]);
  const waitMs = seconds === undefined ? longestTimerMs : seconds * 1000;
  await pause(waitMs, either).catch(() => undefined);
  return refused.signal.aborted ? (refused.signal.reason as CodedError) : undefined;
}

/** An address without a form means a configuration: every module of the family takes one. */
function createFrom(values: { create?: string; bootstrap: string; server?: string }): CreateSettings {
  const isBootstrap = values.bootstrap !== 'none';
  const address = isBootstrap ? values.bootstrap : values.server;
  const asked = values.create ?? (address === undefined ? 'auto' : 'plain');
  const form = createForms.find((known) => known === asked);
  if (!form) throw new UsageError(`--create is one of ${createForms.join(', ')}`);
  if (address === undefined) return { ...defaultSettings.create, form };
  const server = readServer(address);
  if (!server) throw new UsageError('--bootstrap and --server are HOST:PORT');
  return { form, ...server, isBootstrap };
}

/** Changes of the state as events: what was replaced whole under its name, keyed parts entry by entry. */
function eventsOf(changes: StateChanges): unknown[] {
  const at = new Date(systemClock.wallMs()).toISOString();
  const events: unknown[] = [];
  for (const part of reported) {
    const value: DeviceState[typeof part] | undefined = changes[part];
    if (value !== undefined) events.push({ at, event: part, value });
  }
  for (const part of ['requests', 'outbox', 'attributes', 'resources'] as const) {
    for (const [key, value] of Object.entries(changes[part] ?? {})) {
      if (value !== null) events.push({ at, event: singular[part], key, value });
    }
  }
  return events;
}

const singular = {
  requests: 'request',
  outbox: 'notification',
  attributes: 'attributes',
  resources: 'resource',
} as const;
