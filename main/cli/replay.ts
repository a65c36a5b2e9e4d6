import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { defined } from '../../shared/defined.ts';
import type { DeviceState, JournalState } from '../../shared/state.ts';
import { replayJournal } from '../facts/replayJournal.ts';
import type { Replayed, ReplayEnd } from '../facts/replayJournal.ts';
import { visibleLine, visibleJson, visibleLines } from '../files/visible.ts';
import { namelessFileName } from '../journal/fileNames.ts';
import type { JournalHeader } from '../journal/format.ts';
import { readJournalHeader } from '../journal/journalReader.ts';
import { Masker } from '../journal/masking.ts';
import { isoWithZone } from '../../shared/localTime.ts';
import { profileNames } from '../sim/profile.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';
import { runAgainst } from './replayAgainst.ts';
import { stateRows } from './stateRows.ts';

export const help = `mipl replay JOURNAL [--until N|+S|TIME] [--json] [--mask]
mipl replay JOURNAL --against PROFILE [--model FILE] [--json]

Says what the tool knew at a place of a journal (*.mipl.ndjson): port, module, network, stages, session, requests, values.
  --until N     up to line N of the file, the first line being 1; default: all of it
  --until +S    up to S seconds after the journal began, such as +90.5
  --until TIME  up to a time as exports show it (21:13:05.123), or a date and time (2026-11-22T21:13:05+08:00)
  --json        the state as one JSON object, as the window has it
  --mask        hide IMEI, IMSI, ICCID, addresses and keys, the same value always by the same mask

With --against the lines that were received then are fed to the engine as it is today, with the objects and values of each moment and
the time of the journal, and the requests that it answers otherwise are told: what was answered then behind -, what is today behind +.
  --against P   as on a module of this profile (${profileNames.join(', ')}): what it answers by itself, how it wants text
  --model FILE  device model (*.model.json) of a journal without facts; default: the document's objects 3303 and 3306
  --json        one JSON object a request: line, at, kind, path, msgId, then, today; at last one with the counts: profile, dialect,
                requests, same, different, unanswered, byPerson, isFromLines
What a person answered, and what no answer is kept of, is counted and not compared.

Damaged lines, and facts that cannot be folded, are told with their line and left out. A journal of version 1, or made by mipl import, has no
facts: then it is what its lines tell. One of a later version is read as far as it is known.
Exit code: 0 when it was read, also when something was left out; 1 with --against where an answer differs; 2 when it could not be read.`;

const timeOfDay = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{3}))?)?$/;
const dateAndTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/;

/** `mipl replay`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      until: { type: 'string' },
      json: { type: 'boolean', default: false },
      mask: { type: 'boolean', default: false },
      against: { type: 'string' },
      model: { type: 'string' },
    },
  });
  const [journal, ...more] = positionals;
  if (journal === undefined || more.length > 0) throw new UsageError('One journal file is expected');
  const { against: profile, model, json: isJson } = values;
  if (profile !== undefined) {
    if (values.until !== undefined || values.mask) throw new UsageError('--against takes neither --until nor --mask');
    return runAgainst({ journal, profile, model, isJson }, io);
  }
  if (model !== undefined) throw new UsageError('--model goes with --against');
  const until = values.until === undefined ? undefined : endOf(values.until, await readJournalHeader(journal));
  const tell = (text: string): Promise<void> => writeLine(io.stderr, visibleLines(text));
  const replayed = await replayJournal(journal, {
    ...defined({ until }),
    signal: io.signal,
    onProblem: ({ line, message }) => void tell(`line ${line}: ${message}`),
  });
  if (replayed.isFromLines) {
    await tell('the journal has no facts: this is what its lines tell');
  }
  const { state } = values.mask ? masked(replayed) : replayed;
  if (values.json) {
    await writeLine(io.stdout, visibleJson(state));
    return exit.ok;
  }
  const name = values.mask ? namelessFileName(basename(journal)) : basename(journal);
  const rows = [...headRows(name, replayed), ...stateRows(state)];
  for (const [label, text] of rows) await writeLine(io.stdout, `${label.padEnd(14)} ${visibleLine(text)}`);
  return exit.ok;
}

/** Reads `--until`. @throws UsageError. */
function endOf(text: string, { startedMs }: JournalHeader): ReplayEnd {
  if (/^0*[1-9]\d*$/.test(text)) return { line: Number(text) };
  if (/^\+\d+(\.\d+)?$/.test(text)) return { sinceStartNs: Number(text) * 1e9 };
  const clock = timeOfDay.exec(text);
  const wallMs = clock ? nextTime(startedMs, clock.slice(1).map(Number)) : Date.parse(text);
  if (Number.isNaN(wallMs) || (!clock && !dateAndTime.test(text)))
    throw new UsageError('--until is a line from 1 on, +SECONDS, or a time such as 21:13:05');
  return { wallMs };
}

/** The first time that the clock of this machine shows that after the journal began. */
function nextTime(
  startedMs: number,
  [hours = 0, minutes = 0, seconds = 0, milliseconds = 0]: readonly number[],
): number {
  const at = new Date(startedMs);
  at.setHours(hours, minutes, seconds || 0, milliseconds || 0);
  if (at.getTime() < startedMs) at.setDate(at.getDate() + 1);
  return at.getTime();
}

function headRows(name: string, { header, last, settings }: Replayed): [string, string][] {
  const rows: [string, string][] = [
    ['journal', `${name}, version ${header.version}, begun ${isoWithZone(header.startedMs)}`],
  ];
  if (last) {
    const seconds = (last.sinceStartNs / 1e9).toFixed(1);
    rows.push(['until', `line ${last.line}, ${isoWithZone(last.wallMs)}, ${seconds} s after the beginning`]);
  }
  const told = Object.entries(settings ?? {}).map(([setting, value]) => `${setting} ${String(value)}`);
  return told.length === 0 ? rows : [...rows, ['settings', told.join(', ')]];
}

/** Hides what tells module, person and place. All of it is shown to the masker first. */
function masked({ header, state }: Replayed): { readonly state: DeviceState } {
  const { journal, acceptance, simulator, module } = state;
  const masker = new Masker();
  const places = Object.values(state.antenna.positions).map(({ name }) => name);
  masker.collectNames([header.site, acceptance.details.site, acceptance.details.operator, ...places]);
  masker.collectIdentity(module);
  if (simulator) masker.collectIdentity({ imei: simulator.imei, imsi: simulator.imsi });
  masker.collect(JSON.stringify(state));
  const hide = (_key: string, value: unknown): unknown => (typeof value === 'string' ? masker.mask(value) : value);
  const nameless = { ...state, journal: journal && withoutNames(journal) };
  return { state: JSON.parse(JSON.stringify(nameless, hide)) as DeviceState };
}

/** Names of files tell place and module. */
function withoutNames({ name, left = [], ...journal }: JournalState): JournalState {
  const file = namelessFileName(name);
  return { ...journal, name: file, file, ...(left.length === 0 ? {} : { left: left.map(namelessFileName) }) };
}
