import { createHash } from 'node:crypto';
import { acceptancePlatforms } from '../../shared/acceptance.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { fits } from '../../shared/schema.ts';
import { siteName, workName } from '../../shared/stations.ts';
import { readCsvTable } from '../files/csvTable.ts';
import type { TableRow } from '../files/csvTable.ts';
import { newName, workSchema } from './work.ts';
import type { Work } from './work.ts';

/** What every row has in common. */
export type WorkOrder = Pick<Work, 'plan' | 'model' | 'platform'>;

/** Columns by the names that a person may give them. */
const columns: Readonly<Record<string, 'id' | 'site' | 'only' | 'platform'>> = {
  id: 'id',
  编号: 'id',
  site: 'site',
  站点: 'site',
  only: 'only',
  用例: 'only',
  platform: 'platform',
  平台: 'platform',
};

const mostRows = 10_000;

/** What a table comes to. */
export interface TableWork {
  readonly works: readonly Work[];
  /** Ids that were made of what stands in a row: whoever has one of them has the same work. */
  readonly made: ReadonlySet<string>;
}

/** When a table is read, and how. */
export interface TableOptions {
  readonly nowMs: number;
  /** Rows without an id are work of their own, also where the same rows were added before. */
  readonly isAnew?: boolean;
}

/**
 * A table as work, one device a row: `site` and, where they are there, `id`, `only` (cases with blanks between them) and
 * `platform`. All of it or nothing. A row without an id has one of what stands in it, and of which of equal rows it is: the same
 * table comes to the same work again. @throws CodedError `QUEUE_BAD_WORK`: the message names each wrong line.
 */
export function workOfTable(bytes: Uint8Array, order: WorkOrder, { nowMs, isAnew = false }: TableOptions): TableWork {
  const rows = readCsvTable(bytes);
  if (rows.length === 0) throw new CodedError('QUEUE_BAD_WORK', 'The table has no row', 'table');
  if (rows.length > mostRows)
    throw new CodedError('QUEUE_BAD_WORK', `The table has more than ${mostRows} rows`, 'table');
  const wrong: string[] = [];
  const seen = new Map<string, number>();
  const made = new Set<string>();
  const equals = new Map<string, number>();
  const idOf = (content: string): string => {
    if (isAnew) return newName(nowMs);
    const count = (equals.get(content) ?? 0) + 1;
    equals.set(content, count);
    const id = `row-${createHash('sha256').update(`${count} ${content}`).digest('hex').slice(0, MADE_LENGTH)}`;
    made.add(id);
    return id;
  };
  const works = rows.flatMap((row) => {
    try {
      const work = workOfRow(row, order, nowMs, idOf);
      const before = seen.get(work.id);
      if (before !== undefined) throw new CodedError('QUEUE_BAD_WORK', `the id ${work.id} is that of line ${before}`);
      seen.set(work.id, row.line);
      return [work];
    } catch (error) {
      wrong.push(`line ${row.line}: ${faultOf(error).message}`);
      return [];
    }
  });
  if (wrong.length === 0) return { works, made };
  const more = wrong.length > MOST_SAID ? ` and ${wrong.length - MOST_SAID} more` : '';
  const said = `${wrong.slice(0, MOST_SAID).join('; ')}${more}`;
  throw new CodedError('QUEUE_BAD_WORK', said, said);
}

const MOST_SAID = 5;

/** Of 160 bits no two are alike by chance. */
const MADE_LENGTH = 40;

function workOfRow({ cells }: TableRow, order: WorkOrder, nowMs: number, idOf: (content: string) => string): Work {
  const unknown = Object.keys(cells).filter((name) => !Object.hasOwn(columns, name));
  if (unknown.length > 0)
    throw new CodedError('QUEUE_BAD_WORK', `columns are id, site, only and platform, not ${unknown.join(', ')}`);
  const given = Object.fromEntries(Object.entries(cells).map(([name, cell]) => [columns[name], cell]));
  const { id, site = '', only = '', platform = '' } = given;
  const chosen = acceptancePlatforms.find((known) => known === platform);
  if (platform !== '' && !chosen)
    throw new CodedError('QUEUE_BAD_WORK', `platform is one of ${acceptancePlatforms.join(', ')}`);
  if (id !== undefined && id !== '' && !fits(workName, id))
    throw new CodedError('QUEUE_BAD_WORK', `id must be of letters, digits, "-" and "_", at most 64`);
  if (!fits(siteName, site)) throw new CodedError('QUEUE_BAD_WORK', 'site must be 200 characters at most');
  const cases = only.split(/\s+/).filter((one: string) => one !== '');
  const wanted = {
    site,
    ...order,
    ...(chosen ? { platform: chosen } : {}),
    ...(cases.length > 0 ? { only: cases } : {}),
  };
  const work: Work = {
    format: 'mipl-work',
    version: 1,
    id: id === undefined || id === '' ? idOf(contentOf(wanted)) : id,
    addedMs: nowMs,
    ...wanted,
  };
  if (!fits(workSchema, work)) throw new CodedError('QUEUE_BAD_WORK', 'that is too much for a piece of work');
  return work;
}

/** What is to be done, as a text that is the same for the same. */
function contentOf({ site, plan, model, platform, only }: Partial<Work>): string {
  return JSON.stringify([site, plan?.text, model?.text, platform, only]);
}
