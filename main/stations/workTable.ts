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

/**
 * A table as work, one device a row: `site` and, where they are there, `id`, `only` (cases with blanks between them) and
 * `platform`. All of it or nothing. @throws CodedError `QUEUE_BAD_WORK`: the message names each wrong line.
 */
export function workOfTable(bytes: Uint8Array, order: WorkOrder, nowMs: number): Work[] {
  const rows = readCsvTable(bytes);
  if (rows.length === 0) throw new CodedError('QUEUE_BAD_WORK', 'The table has no row', 'table');
  if (rows.length > mostRows)
    throw new CodedError('QUEUE_BAD_WORK', `The table has more than ${mostRows} rows`, 'table');
  const wrong: string[] = [];
  const seen = new Map<string, number>();
  const works = rows.flatMap((row) => {
    try {
      const work = workOfRow(row, order, nowMs);
      const before = seen.get(work.id);
      if (before !== undefined) throw new CodedError('QUEUE_BAD_WORK', `the id ${work.id} is that of line ${before}`);
      seen.set(work.id, row.line);
      return [work];
    } catch (error) {
      wrong.push(`line ${row.line}: ${faultOf(error).message}`);
      return [];
    }
  });
  if (wrong.length === 0) return works;
  const more = wrong.length > MOST_SAID ? ` and ${wrong.length - MOST_SAID} more` : '';
  const said = `${wrong.slice(0, MOST_SAID).join('; ')}${more}`;
  throw new CodedError('QUEUE_BAD_WORK', said, said);
}

const MOST_SAID = 5;

function workOfRow({ cells }: TableRow, order: WorkOrder, nowMs: number): Work {
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
  const work: Work = {
    format: 'mipl-work',
    version: 1,
    id: id === undefined || id === '' ? newName(nowMs) : id,
    site,
    addedMs: nowMs,
    ...order,
    ...(chosen ? { platform: chosen } : {}),
    ...(cases.length > 0 ? { only: cases } : {}),
  };
  if (!fits(workSchema, work)) throw new CodedError('QUEUE_BAD_WORK', 'that is too much for a piece of work');
  return work;
}
