import { parseArgs } from 'node:util';
import { counted } from '../../shared/plural.ts';
import { exportFormats } from '../../shared/contract/log.ts';
import { languages } from '../../shared/settings.ts';
import { exportToFile, exportToStream } from '../journal/exporters.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';

export const help = `mipl export JOURNAL --format txt|csv|ndjson|html|pcapng [--mask] [--language zh|en] [-o FILE]

Writes a journal (*.mipl.ndjson) as text, or as a capture for Wireshark. Without -o it goes to standard output.
  --format F   txt (default), csv, ndjson, html with the meaning of each line, or pcapng: lines of the wire as packets of link type USER0,
               CoAP between virtual module and simulated platform as UDP, notes as comments
  --language L zh or en: of the meanings in html; default: en
  --mask       hide IMEI, IMSI, ICCID, addresses and keys, the same value always by the same mask
  -o FILE      write to FILE; it appears whole or not at all. A pipe or a device is written into; "-": standard output
Exit code: 0 when it was written, also when damaged lines were left out; 2 when it could not be read or written.`;

/** `mipl export`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'txt' },
      mask: { type: 'boolean', default: false },
      language: { type: 'string', default: 'en' },
      output: { type: 'string', short: 'o' },
    },
  });
  const [journal, ...more] = positionals;
  if (journal === undefined || more.length > 0) throw new UsageError('One journal file is expected');
  const format = exportFormats.find((known) => known === values.format);
  if (!format) throw new UsageError(`The format must be one of ${exportFormats.join(', ')}`);
  const language = languages.find((known) => known === values.language);
  if (!language) throw new UsageError(`The language must be one of ${languages.join(', ')}`);
  const options = {
    format,
    language,
    mask: values.mask,
    signal: io.signal,
    onProblem: (problem: { readonly line: number; readonly message: string }) =>
      void io.stderr.write(`line ${problem.line}: ${problem.message}\n`),
  };
  if (values.output === undefined || values.output === '-') {
    if (format === 'pcapng' && 'isTTY' in io.stdout && io.stdout.isTTY === true)
      throw new UsageError('A capture is nothing to read on a terminal: -o FILE');
    await exportToStream(journal, io.stdout, options);
    return exit.ok;
  }
  const { file, lines } = await exportToFile(journal, values.output, options);
  await writeLine(io.stderr, `${counted(lines, 'line')} written to ${file}`);
  return exit.ok;
}
