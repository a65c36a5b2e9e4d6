import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rounded } from './figures.ts';
import type { Measurement } from './figures.ts';
import type { ModulesUse } from './modulesInOne.ts';

const MANY = 64;
/** What the costs of so many may be beyond so many times those of one eighth of them. */
const SLACK = 1.2;
const MOST_OF_A_CORE = 0.6;
const MOST_MEGABYTES = 1.5;

const script = fileURLToPath(new URL('modulesInOne.ts', import.meta.url));

async function useOf(modules: number): Promise<ModulesUse> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, String(modules)]);
  return JSON.parse(stdout) as ModulesUse;
}

/** P11: 64 virtual modules in one process, each registered, and answering a read a second; beside it one, and an eighth of them. */
export async function measureManyModules(): Promise<Measurement> {
  const [one, few, many] = [await useOf(1), await useOf(MANY / 8), await useOf(MANY)];
  const each = (many.megabytes - one.megabytes) / (MANY - 1);
  const growth = many.core / few.core;
  return {
    id: 'P11',
    what: `${MANY} virtual modules at 9600 baud in one process, with platforms and engines, a read a second each`,
    bar: `≤ ${MOST_OF_A_CORE} of a core, ≤ ${MOST_MEGABYTES} MB each, ≤ ${SLACK} × linear, every read answered`,
    reached:
      many.core <= MOST_OF_A_CORE &&
      each <= MOST_MEGABYTES &&
      growth <= SLACK * 8 &&
      many.answered === many.asked &&
      many.asked > 0,
    figures: {
      'share of a core': rounded(many.core),
      'MB each': rounded(each),
      [`× that of ${MANY / 8}`]: rounded(growth),
      'share of a core, one': rounded(one.core),
      asked: many.asked,
      answered: many.answered,
    },
  };
}
