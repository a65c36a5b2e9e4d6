import { networkExchanges } from './chapter1and2.ts';
import { managementExchanges } from './chapter3Management.ts';
import { sessionExchanges } from './chapter3Session.ts';
import { cmccExchanges } from './cmcc.ts';
import type { Exchange } from './exchange.ts';

export type DialectName = 'cis' | 'cmcc';

/** The table, by dialect: `cis` is the document's own; `cmcc` has the exchanges that China Mobile's firmware does otherwise. */
export const table: Readonly<Record<DialectName, readonly Exchange[]>> = {
  cis: [...networkExchanges, ...sessionExchanges, ...managementExchanges],
  cmcc: cmccExchanges,
};

/** What a test of the exchange is called: begins with the section. */
export function titleOf(dialect: DialectName, { section, title }: Exchange): string {
  return dialect === 'cis' ? `${section} ${title}` : `${section} (cmcc) ${title}`;
}

/** The exchange with all that comes before it. What firmware does alike stands in the document's table only. */
export function chainOf(dialect: DialectName, exchange: Exchange): readonly Exchange[] {
  const before = exchange.after.map((id) => {
    const found = [...table[dialect], ...table.cis].find((one) => one.id === id);
    if (!found) throw new Error(`${exchange.id} comes after ${id}, which is not in the table`);
    return found;
  });
  return [...before, exchange];
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const placeholder = /\{(\??)([\w-]+)\}/g;

/** A line with its `{name}` filled in. */
export function filled(line: string, valueOf: (name: string, isText: boolean) => string): string {
  return line.replace(placeholder, (_, mark: string, name: string) => valueOf(name, mark === '?'));
}

/** The pattern of a whole line: `numbers` are known already, other names are numbers that are caught by their names' order. */
export function patternOf(line: string, numbers: ReadonlyMap<string, string> = new Map()): [RegExp, string[]] {
  const names: string[] = [];
  const parts = line.split(/(\{\??[\w-]+\})/).map((part) => {
    const [, mark, name = ''] = /^\{(\??)([\w-]+)\}$/.exec(part) ?? [];
    if (mark === undefined) return escaped(part);
    if (mark === '?') return '.+';
    const known = numbers.get(name);
    if (known !== undefined) return escaped(known);
    names.push(name);
    return '(\\d+)';
  });
  return [new RegExp(`^${parts.join('')}$`), names];
}

/** The pattern of a whole JSON answer. */
export function answerPattern(answer: string): RegExp {
  const parts = answer.split(/\{\w+\}/).map((part) => escaped(part));
  return new RegExp(`^${parts.join('[^"{}]+')}$`);
}
