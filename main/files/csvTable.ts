import { CodedError } from '../../shared/errors.ts';

/** A row of a table by its columns, and the line of the file that it begins in. */
export interface TableRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** Spreadsheets of a Chinese system write GB 18030 where they are not told otherwise. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** Taking away what {@link import('./csv.ts').csvCell} puts in front. */
const unguarded = (cell: string): string => cell.trim().replace(/^'/, '');

/** Cells of RFC 4180, by comma, semicolon or tab, whichever stands in the first line. */
function rowsOf(text: string): { readonly line: number; readonly cells: string[] }[] {
  const [first = ''] = text.split(/\r?\n/, 1);
  const separator = [',', ';', '\t'].find((one) => first.includes(one)) ?? ',';
  const rows: { line: number; cells: string[] }[] = [];
  const cell = new RegExp(`("(?:[^"]|"")*"|[^"${separator}\\r\\n]*)(${separator}|\\r?\\n|$)`, 'y');
  let row = { line: 1, cells: [] as string[] };
  for (let line = 1; cell.lastIndex < text.length;) {
    const at = cell.lastIndex;
    const match = cell.exec(text);
    if (!match) throw new CodedError('QUEUE_BAD_WORK', `line ${line}: a quote stands where none can be`, String(line));
    const [whole, content = '', end = ''] = match;
    row.cells.push(content.startsWith('"') ? content.slice(1, -1).replaceAll('""', '"') : content);
    line += whole.split('\n').length - 1;
    if (end === separator && at + whole.length < text.length) continue;
    if (end === separator) row.cells.push('');
    rows.push(row);
    row = { line, cells: [] };
  }
  return rows;
}

/**
 * Reads a table whose first line names its columns; empty lines count for nothing.
 * @throws CodedError `QUEUE_BAD_WORK`, detail: the line.
 */
export function readCsvTable(bytes: Uint8Array): TableRow[] {
  const [head, ...rows] = rowsOf(textOf(bytes).replace(/^\ufeff/, ''));
  const names = head?.cells.map((name) => unguarded(name).toLowerCase()) ?? [];
  return rows
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ line, cells }) => {
      if (cells.length > names.length)
        throw new CodedError('QUEUE_BAD_WORK', `line ${line}: it has more cells than the first line`, String(line));
      return { line, cells: Object.fromEntries(names.map((name, index) => [name, unguarded(cells[index] ?? '')])) };
    });
}
