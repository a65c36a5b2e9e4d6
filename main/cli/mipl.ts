import { Console } from 'node:console';
import { parseArgs } from 'node:util';
import { faultOf } from '../../shared/errors.ts';
import { addSystemThreads } from '../files/systemThreads.ts';
import { describeForTerminal } from './advice.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliCommand, CliIo } from './io.ts';
import { OutputNotWritten, readerGone, watchOutput, wholeOutput } from './output.ts';
import { version } from './version.ts';

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<{ readonly run: CliCommand; readonly help: string }>;
}

/** Each sub-command is one file that exports `run` and `help`; it is loaded only when asked for. */
const entries: Readonly<Record<string, Entry>> = {
  decode: { summary: 'say what each line of a transcript means', load: () => import('./decode.ts') },
  sim: { summary: 'run the virtual module and the simulated platform', load: () => import('./sim.ts') },
  detect: { summary: 'find the module: ports, baud rates, line ending', load: () => import('./detect.ts') },
  run: { summary: 'run the engine on a port, without a window', load: () => import('./run.ts') },
  acceptance: { summary: 'run the acceptance plan and write the report', load: () => import('./acceptance.ts') },
  macro: { summary: 'run named rows of AT commands, check files of them', load: () => import('./macro.ts') },
  model: { summary: 'check a device model, or make one from OMA object files', load: () => import('./model.ts') },
  replay: { summary: 'say what the tool knew at a place of a journal', load: () => import('./replay.ts') },
  import: { summary: 'make a journal of the log of another tool', load: () => import('./import.ts') },
  find: { summary: 'find lines of a journal, with their exchange', load: () => import('./find.ts') },
  compare: { summary: 'compare two sessions step by step', load: () => import('./compare.ts') },
  verify: { summary: 'say whether a journal is whole', load: () => import('./verify.ts') },
  report: {
    summary: 'say how many devices fared: pass rates, criteria, times, signal',
    load: () => import('./report.ts'),
  },
  fleet: { summary: 'run many virtual modules at once and say how the server fared', load: () => import('./fleet.ts') },
  station: { summary: 'take work from a queue and run it, one device each', load: () => import('./station.ts') },
  queue: { summary: 'put work into a queue, see what waits and what came of it', load: () => import('./queue.ts') },
  export: { summary: 'write a journal as txt, csv, ndjson, html or pcapng', load: () => import('./export.ts') },
  'update-check': { summary: 'say whether there is a newer version', load: () => import('./updateCheck.ts') },
};

function overview(): string {
  const rows = Object.entries(entries).map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`);
  return `mipl <command> [options]\n\n${rows.join('\n')}\n\nmipl <command> --help tells more, mipl --version which program this is. Exit code: 0 ok, 1 the thing checked failed, 2 could not run.`;
}

/**
 * Runs a command line; resolves with the exit code and never throws. The code is the command's own, also where nobody
 * reads its output any more; where the output could not be written it is 2.
 */
export async function main(args: readonly string[], io: CliIo): Promise<number> {
  const output = watchOutput(io.stdout);
  // Messages are lost then; what the command does and how it ends is not.
  io.stderr.on('error', () => undefined);
  const code = await runCommand(args, { ...io, signal: AbortSignal.any([io.signal, output.signal]) });
  await output.settled();
  const reason: unknown = output.signal.reason;
  if (!(reason instanceof OutputNotWritten)) return code;
  await writeLine(io.stderr, `mipl: ${reason.message}\nmake room there, or send the output elsewhere`);
  return exit.cannotRun;
}

async function runCommand(args: readonly string[], io: CliIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    await writeLine(name === undefined ? io.stderr : io.stdout, overview());
    return name === undefined ? exit.cannotRun : exit.ok;
  }
  if (name === '--version') {
    await writeLine(io.stdout, version);
    return exit.ok;
  }
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (!entry) {
    await writeLine(io.stderr, `mipl: there is no command "${name}"\n\n${overview()}`);
    return exit.cannotRun;
  }
  try {
    const { run, help } = await entry.load();
    if (!wantsHelp(rest)) return await run(rest, io);
    await writeLine(io.stdout, help);
    return exit.ok;
  } catch (error) {
    if (isOfBrokenOutput(error, io.signal.reason)) return exit.ok;
    const isUsage =
      error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
    const message = isUsage
      ? `${(error as Error).message}\nmipl ${name} --help tells the options`
      : describeForTerminal(error);
    await writeLine(io.stderr, `mipl ${name}: ${message}`);
    return exit.cannotRun;
  }
}

/** The command ended because its output broke: {@link main} knows what that means. */
function isOfBrokenOutput(error: unknown, reason: unknown): boolean {
  if (reason !== readerGone && !(reason instanceof OutputNotWritten)) return false;
  return ['CANCELLED', 'FILE_NOT_WRITTEN'].includes(faultOf(error).code);
}

function wantsHelp(args: readonly string[]): boolean {
  const { tokens } = parseArgs({ args: [...args], strict: false, tokens: true, allowPositionals: true });
  return tokens.some((token) => token.kind === 'option' && (token.name === 'help' || token.name === 'h'));
}

/** Closing ports, writing journals and reports. */
const LAST_WORDS_MS = 20_000;

/** How a program is asked to end: Ctrl+C, Ctrl+\, Ctrl+Break on Windows, `kill`, a closed terminal. */
const endings = ['SIGINT', 'SIGQUIT', 'SIGBREAK', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a command line as this process: its streams, its signals. Resolves with the exit code, for the caller to end with;
 * ends the process by itself only where a signal comes twice or the last words take longer than 20 s.
 * @param args what was typed behind `mipl`
 */
export async function runAsProcess(args: readonly string[]): Promise<number> {
  const abort = new AbortController();
  const seen = new Set<NodeJS.Signals>();
  const giveLastWordsTime = (): void => void setTimeout(() => process.exit(exit.failed), LAST_WORDS_MS).unref();
  const onSignal = (signal: NodeJS.Signals): void => {
    // Whatever still hangs must not make the program immortal: asked twice it ends at once, and so does patience. Of a
    // terminal that is closed the kernel and the shell both tell: that is one question.
    if (signal !== 'SIGHUP' && seen.has(signal)) process.exit(exit.failed);
    seen.add(signal);
    if (abort.signal.aborted) return;
    abort.abort();
    giveLastWordsTime();
  };
  for (const signal of endings) process.on(signal, onSignal);
  const [stdout, stderr] = [wholeOutput(process.stdout), wholeOutput(process.stderr)];
  stdout.once('error', giveLastWordsTime);
  // What a library has to say is no output: whoever reads that reads rows or JSON.
  globalThis.console = new Console(process.stderr);
  return main(args, { stdin: process.stdin, stdout, stderr, signal: abort.signal });
}

if (import.meta.main) {
  addSystemThreads();
  void runAsProcess(process.argv.slice(2)).then((code) => (process.exitCode = code));
}
