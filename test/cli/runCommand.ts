import { PassThrough } from 'node:stream';
import { main } from '../../main/cli/mipl.ts';

interface Ran {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a command line in this process; `onOutput` sees what has come on stdout, and may stop it as SIGTERM would. */
export async function runCommand(
  args: readonly string[],
  onOutput?: (output: string, stop: () => void) => void,
): Promise<Ran> {
  const abort = new AbortController();
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let [output, errors] = ['', ''];
  stdout.on('data', (bytes) => {
    output += String(bytes);
    onOutput?.(output, () => abort.abort());
  });
  stderr.on('data', (bytes) => (errors += String(bytes)));
  stdin.end();
  const code = await main(args, { stdin, stdout, stderr, signal: abort.signal });
  return { code, output, errors };
}
