import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { rounded, table } from './figures.ts';
import type { Measurement } from './figures.ts';

const help = `npm run bench [-- P1 P3 …] [--paced] [--beside ROOT]

Measures what the program promises, each beside its reference in the same run, and prints a table. The same as JSON goes to
test-output/bench.json. Without names all are measured. P1 starts the built, P8 the packaged program: both are made first.
  --paced         P5 in real time: ten minutes
  --beside ROOT   P4 of another checkout in the same run, in turns; it may be slower by 5 % at most`;

async function decoding(beside: string | undefined): Promise<Measurement> {
  const { measureDecoding } = await import('./decodeSpeed.ts');
  const speed = await measureDecoding(undefined, beside);
  const { beside: other } = speed;
  return {
    id: 'P4',
    what: 'framer, classifier and decoder on a mixed log ÷ a saturated line of 921,600 baud',
    bar: other === undefined ? '≥ 20 MB/s, ≥ 200×' : '≥ 20 MB/s, ≥ 200×, ≥ 0.95 of the other checkout',
    reached: speed.megabytesPerSecond >= 20 && speed.timesSaturatedLine >= 200 && (other?.ratio ?? 1) >= 0.95,
    figures: {
      'MB/s': rounded(speed.megabytesPerSecond),
      'times the saturated line': rounded(speed.timesSaturatedLine),
      'saturated line MB/s': 0.0922,
      'lines/s': rounded(speed.linesPerSecond),
      ...(other === undefined
        ? {}
        : { 'other checkout MB/s': rounded(other.megabytesPerSecond), 'ours ÷ other checkout': rounded(other.ratio) }),
    },
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    paced: { type: 'boolean', default: false },
    beside: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const all: Readonly<Record<string, () => Promise<Measurement>>> = {
  P1: async () => (await import('./answerTime.ts')).measureAnswerTime(),
  P3: async () => (await import('./roundTrip.ts')).measureRoundTrip(),
  P4: () => decoding(values.beside),
  P5: async () => (await import('./journalLoss.ts')).measureJournalLoss({ paced: values.paced }),
  P12: async () => (await import('./burst.ts')).measureBurst(),
  P8: async () => (await import('./startTime.ts')).measureStart(),
};

const unknown = positionals.filter((name) => !Object.hasOwn(all, name));
if (values.help || unknown.length > 0) {
  process.stderr.write(unknown.length > 0 ? `There is no ${unknown.join(', ')}.\n\n${help}\n` : `${help}\n`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const results: Measurement[] = [];
for (const [name, measure] of Object.entries(all)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  process.stderr.write(`${name} …\n`);
  results.push(await measure());
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
