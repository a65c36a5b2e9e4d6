import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { rounded, table } from './figures.ts';
import type { Measurement } from './figures.ts';

const help = `npm run bench [-- P1 P3 …] [--paced] [--beside ROOT] [--apart]
npm run bench -- --gate

Measures what the program promises, each beside its reference in the same run, and prints a table. The same as JSON goes to
test-output/bench.json. Without names all are measured. P1, P1b, P7 and P13 start the built, P8 the packaged program: both are made first.
  --paced         P5 in real time: ten minutes
  --beside ROOT   P1, P1b, P4, P7 and P10 of another checkout in the same run; in P4 ours must be three times as fast, for P1, P1b and
                  P7 the other is built before
  --apart         P1 and P1b so that what others do on the machine hardly counts, by precedence and by weight: Linux, as root
  --gate          only ratios that hold still on any machine, P3, P4 and P12, with room for noise: a step of npm test`;

/** So many times as fast as commit 7d04a6c decoding is to be. */
const TIMES_OTHER = 3;

async function decoding(beside?: string, megabytes?: number): Promise<Measurement> {
  const { measureDecoding } = await import('./decodeSpeed.ts');
  const speed = await measureDecoding(megabytes, beside);
  const { beside: other } = speed;
  return {
    id: 'P4',
    what: 'framer, classifier and decoder on a mixed log',
    bar:
      other === undefined
        ? '≥ 200 × a saturated line'
        : `≥ 200 × a saturated line, ≥ ${TIMES_OTHER} × the other checkout`,
    reached: speed.timesSaturatedLine >= 200 && (other === undefined || other.ratio >= TIMES_OTHER),
    figures: {
      'MB/s': rounded(speed.megabytesPerSecond),
      'times the saturated line': rounded(speed.timesSaturatedLine),
      'time ÷ bare cutting': rounded(speed.timesBare),
      'lines/s': rounded(speed.linesPerSecond),
      ...(other === undefined
        ? {}
        : { 'other checkout MB/s': rounded(other.megabytesPerSecond), 'ours ÷ other checkout': rounded(other.ratio) }),
    },
  };
}

/** What a gate allows beyond what was measured when it was set (1.06, 1.6 and 1.0): machines differ, and others use them, too. */
const gate = { timesBareRoundTrip: 1.5, timesBareCutting: 4, burstSlack: 1.8 };

/** A gate is no measurement: a quarter of the log is enough for it. */
const GATED_MEGABYTES = 2;

async function gatedDecoding(): Promise<Measurement> {
  const measured = await decoding(undefined, GATED_MEGABYTES);
  return {
    ...measured,
    bar: `≤ ${gate.timesBareCutting} × bare cutting`,
    reached: Number(measured.figures['time ÷ bare cutting']) <= gate.timesBareCutting,
  };
}

const gated: Readonly<Record<string, () => Promise<Measurement>>> = {
  P3: async () => (await import('./roundTrip.ts')).measureRoundTrip(gate.timesBareRoundTrip),
  P4: gatedDecoding,
  P12: async () => (await import('./burst.ts')).measureBurst(gate.burstSlack),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    paced: { type: 'boolean', default: false },
    beside: { type: 'string' },
    apart: { type: 'boolean', default: false },
    gate: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function answerTime(isBesideBusy: boolean): Promise<Measurement> {
  const { measureAnswerTime } = await import('./answerTime.ts');
  return measureAnswerTime({ isBesideBusy, isApart: values.apart, beside: values.beside });
}

const all: Readonly<Record<string, () => Promise<Measurement>>> = {
  P1: () => answerTime(false),
  P1b: () => answerTime(true),
  P2: async () => (await import('./deadlines.ts')).measureDeadlines(),
  P3: async () => (await import('./roundTrip.ts')).measureRoundTrip(),
  P4: () => decoding(values.beside),
  P5: async () => (await import('./journalLoss.ts')).measureJournalLoss({ paced: values.paced }),
  P6: async () => (await import('./longJournal.ts')).measureLongJournal(),
  P10: async () => (await import('./longJournal.ts')).measureExport(values.beside),
  P11: async () => (await import('./manyModules.ts')).measureManyModules(),
  P12: async () => (await import('./burst.ts')).measureBurst(),
  P13: async () => (await import('./dayOfTraffic.ts')).measureDay(),
  P14: async () => (await import('./storm.ts')).measureStorm(),
  P15: async () => (await import('./stations.ts')).measureStations(),
  P7: async () => (await import('./screenSpeed.ts')).measureScreen(values.beside),
  P8: async () => (await import('./startTime.ts')).measureStart(),
};

const measured = values.gate ? gated : all;
const unknown = positionals.filter((name) => !Object.hasOwn(measured, name));
if (values.help || unknown.length > 0) {
  process.stderr.write(unknown.length > 0 ? `There is no ${unknown.join(', ')}.\n\n${help}\n` : `${help}\n`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const results: Measurement[] = [];
for (const [name, measure] of Object.entries(measured)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  process.stderr.write(`${name} …\n`);
  const first = await measure();
  // What misses a gate once may have met another program's work; what is slow misses it again.
  results.push(values.gate && !first.reached ? await measure() : first);
}
const machine = {
  cores: cpus().length,
  cpu: cpus()[0]?.model ?? '',
  node: process.version,
  platform: process.platform,
};
await mkdir('test-output', { recursive: true });
await writeFile(
  'test-output/bench.json',
  `${JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 2)}\n`,
);
process.stdout.write(`${table(results)}\n`);
process.exitCode = results.every(({ reached }) => reached) ? 0 : 1;
