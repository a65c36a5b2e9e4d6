import { parseArgs } from 'node:util';
import { describeForTerminal } from './advice.ts';
import { UsageError, exit, readerGone, writeLine } from './io.ts';
import type { CliCommand, CliIo } from './io.ts';

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<{ readonly run: CliCommand; readonly help: string }>;
}

/** Each sub-command is one file that exports `run` and `help`; it is loaded only when asked for. */
const entries: Readonly<Record<string, Entry>> = {
  decode: { summary: 'say what each line of a transcript means', load: () => import('./decode.ts') },
  sim: { summary: 'run the virtual module and the simulated platform', load: () => import('./sim.ts') },
  run: { summary: 'run the engine on a port, without a window', load: () => import('./run.ts') },
  acceptance: { summary: 'run the acceptance plan and write the report', load: () => import('./acceptance.ts') },
  export: { summary: 'write a journal as txt, csv, ndjson or html', load: () => import('./export.ts') },
};

function overview(): string {
  const rows = Object.entries(entries).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  return `mipl <command> [options]\n\n${rows.join('\n')}\n\nmipl <command> --help tells more. Exit code: 0 ok, 1 the thing checked failed, 2 could not run.`;
}

/** Runs a command line; resolves with the exit code and never throws. */
export async function main(args: readonly string[], io: CliIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    await writeLine(name === undefined ? io.stderr : io.stdout, overview());
    return name === undefined ? exit.cannotRun : exit.ok;
  }
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (!entry) {
    await writeLine(io.stderr, `mipl: there is no command "${name}"\n\n${overview()}`);
    return exit.cannotRun;
  }
  try {
    const { run, help } = await entry.load();
    if (wantsHelp(rest)) {
      await writeLine(io.stdout, help);
      return exit.ok;
    }
    const code = await run(rest, io);
    return io.signal.reason === readerGone ? exit.ok : code;
  } catch (error) {
    if (io.signal.reason === readerGone) return exit.ok;
    const isUsage =
      error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
    const message = isUsage
      ? `${(error as Error).message}\nmipl ${name} --help tells the options`
      : describeForTerminal(error);
    await writeLine(io.stderr, `mipl ${name}: ${message}`);
    return exit.cannotRun;
  }
}

function wantsHelp(args: readonly string[]): boolean {
  const { tokens } = parseArgs({ args: [...args], strict: false, tokens: true, allowPositionals: true });
  return tokens.some((token) => token.kind === 'option' && (token.name === 'help' || token.name === 'h'));
}

/** Closing ports, writing journals and reports. */
const LAST_WORDS_MS = 20_000;

if (import.meta.main) {
  const abort = new AbortController();
  const stop = (reason?: Error): void => {
    abort.abort(reason);
    setTimeout(() => process.exit(exit.failed), LAST_WORDS_MS).unref();
  };
  const onSignal = (): void => {
    // Whatever still hangs must not make the program immortal: the second signal ends it, and so does patience.
    if (abort.signal.aborted) process.exit(exit.failed);
    stop();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // Comes again with every further write.
  process.stdout.on('error', () => abort.signal.aborted || stop(readerGone));
  const { stdin, stdout, stderr } = process;
  process.exitCode = await main(process.argv.slice(2), { stdin, stdout, stderr, signal: abort.signal });
}
