import { parseArgs } from 'node:util';
import { lineTranslate } from '../../shared/lineTexts.ts';
import { speak } from '../../shared/phrase.ts';
import { defaultUpdateAddress, parseUpdateAddress, updatePhrases } from '../../shared/updates.ts';
import { visibleJson, visibleLine } from '../files/visible.ts';
import { seenReleases } from '../files/ownDirectory.ts';
import { systemClock } from '../time/clock.ts';
import { checkForUpdates } from '../updates/checkForUpdates.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';
import { version } from './version.ts';

export const help = `mipl update-check [--mirror ADDRESS] [--json]

Says whether there is a newer version of this program: fetches the list of releases once, checks that the makers have signed it
and that it is not older than one seen before, and compares. Nothing is installed, and nothing else is fetched; without this
command nobody is asked.
  --mirror ADDRESS   where the list is (http or https); default: ${defaultUpdateAddress}
  --json             one JSON object
Exit code: 0 when there is no newer version; 1 when there is one; 2 when it could not be found out.`;

/** What the command goes by instead of the product's own, for tests. */
export interface UpdateSource {
  readonly keys?: readonly string[];
  readonly seenFile?: string;
}

/** `mipl update-check`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo, source: UpdateSource = {}): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { mirror: { type: 'string', default: defaultUpdateAddress }, json: { type: 'boolean', default: false } },
  });
  const address = parseUpdateAddress(values.mirror);
  if (address === undefined) throw new UsageError('--mirror is an address such as https://mirror.example/releases.txt');
  const question = { address, running: version, nowMs: systemClock.wallMs(), signal: io.signal };
  const check = await checkForUpdates({ ...question, seenFile: seenReleases(), ...source });
  if (values.json) await writeLine(io.stdout, visibleJson(check));
  else
    for (const sentence of updatePhrases(check))
      await writeLine(io.stdout, visibleLine(speak(sentence, lineTranslate('en'))));
  return check.verdict === 'newer' ? exit.failed : exit.ok;
}
