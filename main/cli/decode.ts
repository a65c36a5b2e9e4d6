import { open } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { CodedError } from '../../shared/errors.ts';
import { DecodedLog } from '../capture/decodedLog.ts';
import type { DecodedRow } from '../capture/decodedLog.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';

export const help = `mipl decode [FILE]

Says what each line of a transcript or serial log means. Reads FILE, or standard input without one or with "-".
Prints one JSON object for each line that is not empty:
  line     number of the line in the file
  raw      the line as it stands there; of a hex dump, the line that its bytes make
  text     what was on the wire, where raw holds more than that
  at       when, where the log tells: 2026-01-05T14:03:09.867 (with Z or +08:00 only where the log has it)
  clock    what kind of time at is: calendar; no-year (--01-05T14:03:09); day (14:03:09.867); start (seconds since the
           log began: 0.048515; times since the line before are added up)
  from     who spoke, where the log tells: host or module
  kind     command, urc, response, final, banner, data, unknown; mark: written by the tool, not on the wire
  name     +MIPLREAD, OK, … as in the message table
  form     of commands: execute, read, write or test
  params   values by the names of the message table
  note     why it is unknown, what is odd about it, or what it could be where its command is missing
Reads the logs of minicom, grabserial, tio, picocom, gtkterm, screen, conserver, PuTTY, ts, socat -v and -x, jpnevulator,
gammu, strace, asciinema, chat -v, wvdial, slsnif, Tera Term, Docklight, SSCOM, XCOM, QCOM and their kind, Portmon,
AccessPort, Eltima's Serial Port Monitor, LLCOM, Saleae's and sigrok's bytes, pyserial's spy://, traces of Zephyr, Mbed and
LuatOS, dumps in hex and of od, and UTF-8, UTF-16, GB 18030 and Latin-1; which one it is shows in its first lines. Lines that begin with # are skipped; remarks behind // fall away.
Exit code: 0 when everything was read, also when lines are unknown; 2 when the file could not be read.`;

/** `mipl decode`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [file, ...more] = positionals;
  if (more.length > 0) throw new UsageError('One file is expected');
  const input = file === undefined || file === '-' ? io.stdin : await openFile(file);
  const log = new DecodedLog();
  const print = async (rows: readonly DecodedRow[]): Promise<void> => {
    if (rows.length > 0) await writeLine(io.stdout, rows.map((row) => JSON.stringify(row)).join('\n'));
  };
  try {
    for await (const chunk of addAbortSignal(io.signal, input) as AsyncIterable<Uint8Array>) {
      await print(log.push(chunk));
    }
    await print(log.end());
  } catch (error) {
    if (io.signal.aborted) return exit.ok;
    throw notReadable(file, error);
  }
  return exit.ok;
}

async function openFile(file: string): Promise<Readable> {
  try {
    return (await open(file)).createReadStream();
  } catch (error) {
    throw notReadable(file, error);
  }
}

function notReadable(file: string | undefined, error: unknown): CodedError {
  return new CodedError('FILE_NOT_FOUND', (error as Error).message, file, { cause: error });
}
