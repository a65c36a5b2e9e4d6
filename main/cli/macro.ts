import { parseArgs } from 'node:util';
import { counted } from '../../shared/plural.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { sameMacroName, stepNumber } from '../../shared/macros.ts';
import type { Macro, MacroProgress } from '../../shared/macros.ts';
import { ranges } from '../../shared/settings.ts';
import { shippedMacros } from '../../shared/shippedMacros.ts';
import type { StateChanges } from '../../shared/statePatch.ts';
import type { Device } from '../device/device.ts';
import { visibleJson, visibleLine } from '../files/visible.ts';
import { parseMacros } from '../macros/macroFile.ts';
import { Application } from '../program/application.ts';
import { systemClock } from '../time/clock.ts';
import { describeForTerminal } from './advice.ts';
import { onFileRemark } from '../program/fileRemarks.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';
import { journalDirectoryOf } from './journalDirectory.ts';
import { fileText, lineFrom, lineHelp, lineOptions, numberOf } from './options.ts';
import { version } from './version.ts';

export const help = `mipl macro list [--file FILE] [--json]
mipl macro check FILE
mipl macro run NAME --port P [options]

Named rows of AT commands: send, wait for a text or a regular expression (RE2), pause, repeat until.
list names the macros that the program brings along, or those of a file. check reads a file as the window exports it and
counts its macros; where it is wrong, it names file, line and field. run does a macro on the module at a port, each line
as it comes on standard output; NAME is a name, in either language, or an id of list.
  --port P          device path, serial server or sim:PROFILE, as mipl run has it
  --file FILE       take the macro from this file
  --baud N          default 9600
${lineHelp}
  --register        register on the platform first, as mipl run does; default: only until the module answers
  --journal DIR     where the journal goes; default: a folder of your own
  --json            lines and progress as NDJSON
Exit code: 0 when the macro is done (check: the file is good), 1 when it failed, was stopped, or the file is wrong, 2 when the
port could not be opened.`;

/** `mipl macro`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const [action, ...rest] = args;
  if (action === 'list') return list(rest, io);
  if (action === 'check') return check(rest, io);
  if (action === 'run') return runMacro(rest, io);
  throw new UsageError('list, check or run is expected');
}

/** A macro with the names it goes by here. */
interface Named {
  readonly names: readonly string[];
  readonly macro: Macro;
}

async function macrosFrom(file: string | undefined): Promise<readonly Named[]> {
  if (file !== undefined) {
    const macros = parseMacros(await fileText('--file', file), file);
    return macros.map((macro) => ({ names: [macro.name], macro }));
  }
  return shippedMacros.map(({ id, name, note, steps }) => ({
    names: [id, name.en, name.zh],
    macro: { name: name.en, note: note.en, steps },
  }));
}

async function list(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { file: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  for (const { names, macro } of await macrosFrom(values.file)) {
    const { name, note = '', steps } = macro;
    const [id] = names;
    if (values.json) await writeLine(io.stdout, visibleJson({ id, name, note, steps: steps.length }));
    else
      await writeLine(
        io.stdout,
        visibleLine(`${id === name ? '' : `${id}: `}${name}, ${counted(steps.length, 'step')}. ${note}`),
      );
  }
  return exit.ok;
}

async function check(args: readonly string[], io: CliIo): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('one FILE is expected');
  try {
    const macros = parseMacros(await fileText('FILE', file), file);
    const steps = macros.reduce((sum, macro) => sum + macro.steps.length, 0);
    await writeLine(io.stdout, `${file}: ${counted(macros.length, 'macro')}, ${counted(steps, 'step')}`);
    return exit.ok;
  } catch (error) {
    if (faultOf(error).code !== 'FILE_BAD_MACROS') throw error;
    await writeLine(io.stderr, `mipl macro: ${faultOf(error).message}`);
    return exit.failed;
  }
}

async function runMacro(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      file: { type: 'string' },
      baud: { type: 'string', default: '9600' },
      ...lineOptions,
      register: { type: 'boolean', default: false },
      journal: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new UsageError('one NAME is expected; quote a name with blanks');
  if (values.port === undefined) throw new UsageError('--port is missing');
  const known = await macrosFrom(values.file);
  const found = known.find(({ names }) => names.some((one) => sameMacroName(one, name)));
  if (!found)
    throw new UsageError(`there is no macro "${name}"; there are: ${known.map(({ names }) => names[0]).join(', ')}`);
  const baudRate = numberOf('--baud', values.baud, ranges.baudRate);
  const line = lineFrom(values);
  const application = await Application.start({
    version,
    systemLanguage: 'en',
    model: (await import('../lwm2m/deviceModel.ts')).defaultModel,
    journalDirectory: await journalDirectoryOf(values.journal, io),
    settings: { registerOnConnect: values.register },
  });
  const device = application.openDevice();
  onFileRemark(device, (text) => void io.stderr.write(`mipl macro: ${text}\n`));
  try {
    await device.openPort(values.port, baudRate, line);
    await writeLine(io.stderr, `journal: ${device.journal?.file ?? ''}`);
    await prepared(device, values.register, io.signal);
    return await done(device, found.macro, values.json, io);
  } catch (error) {
    await writeLine(io.stderr, `mipl macro: ${describeForTerminal(error)}`);
    return exit.cannotRun;
  } finally {
    await application.close();
  }
}

/** The module is known, or bring-up is over, good or bad. */
async function isKnown({ state }: Device, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      const { connection, stages } = state.state;
      const isSimRead = stages.sim.status === 'done' || stages.sim.status === 'failed';
      if (!isSimRead && connection.phase !== 'closed' && !signal.aborted) return;
      stop();
      resolve();
    };
    const stop = state.onChange(look);
    signal.addEventListener('abort', look, { once: true });
    look();
  });
}

/** Before the first step; a bring-up that failed is no hindrance to a macro. @throws CodedError where the port was refused. */
async function prepared(device: Device, registers: boolean, signal: AbortSignal): Promise<void> {
  const broughtUp = device.session.broughtUp();
  await Promise.race([broughtUp, registers ? broughtUp : isKnown(device, signal)]);
  const { phase, fault } = device.state.state.connection;
  if (phase === 'closed' && fault) throw new CodedError(fault.code, fault.message, fault.detail);
}

/** Of the tool's own, while a macro runs beside it. */
const otherTasks: readonly (string | undefined)[] = ['bringUp', 'session', 'signal', 'diagnosis', 'resync'];

/** Every line of the macro, and what the module says unasked; the returned function ends it. */
function tellLines({ log }: Device, { stdout }: CliIo, isJson: boolean): () => void {
  const marks = { person: '>', engine: '>', answer: '<', unasked: '<', note: '#' } as const;
  return log.onEntry(({ kind, text, atMs, belongsTo }) => {
    const task = belongsTo && 'task' in belongsTo ? belongsTo.task : undefined;
    if (kind !== 'unasked' && otherTasks.includes(task)) return;
    const at = new Date(atMs).toISOString();
    stdout.write(isJson ? `${visibleJson({ at, kind, text, task })}\n` : `${marks[kind]} ${visibleLine(text)}\n`);
  });
}

async function done(device: Device, macro: Macro, isJson: boolean, io: CliIo): Promise<number> {
  const stopTelling = tellLines(device, io, isJson);
  const stop = (): void => device.macros.stop();
  io.signal.addEventListener('abort', stop, { once: true });
  device.state.onChange(({ macro: progress }: StateChanges) => {
    if (progress?.phase === 'running' && progress.round !== undefined && progress.inner === 0) {
      io.stderr.write(`step ${stepNumber({ step: progress.step })}, round ${progress.round}\n`);
    }
  });
  device.macros.start(macro);
  if (io.signal.aborted) stop();
  await device.macros.ended;
  stopTelling();
  const end: MacroProgress | null = device.state.state.macro;
  if (end?.phase === 'done') {
    const seconds = (((end.finishedMs ?? systemClock.steadyMs()) - end.startedMs) / 1000).toFixed(1);
    await writeLine(io.stderr, `mipl macro: done after ${seconds} s`);
    return exit.ok;
  }
  const why = end?.fault ? `${end.fault.code}: ${end.fault.message}` : 'stopped';
  await writeLine(io.stderr, `mipl macro: step ${end ? stepNumber(end) : '1'}: ${visibleLine(why)}`);
  return exit.failed;
}
