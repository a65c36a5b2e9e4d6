import { networkExchanges } from './chapter1and2.ts';
import { managementExchanges } from './chapter3Management.ts';
import { sessionExchanges } from './chapter3Session.ts';
import { cmccExchanges } from './cmcc.ts';
import type { Exchange } from './exchange.ts';

export type DialectName = 'cis' | 'cmcc';

const documentExchanges = [...networkExchanges, ...sessionExchanges, ...managementExchanges];
const differing = new Map(cmccExchanges.map((exchange) => [exchange.id, exchange]));

/** The table, by dialect: `cis` is the document's own; in `cmcc` stand the lines of China Mobile's firmware where they differ. */
export const table: Readonly<Record<DialectName, readonly Exchange[]>> = {
  cis: documentExchanges,
  cmcc: [
    ...documentExchanges.map((exchange) => differing.get(exchange.id) ?? exchange),
    ...cmccExchanges.filter(({ id }) => documentExchanges.every((exchange) => exchange.id !== id)),
  ],
};

/** What a test of the exchange is called: begins with the section. */
export function titleOf(dialect: DialectName, { section, title }: Exchange): string {
  return dialect === 'cis' ? `${section} ${title}` : `${section} (cmcc) ${title}`;
}

/** The exchange with all that comes before it in this dialect. */
export function chainOf(dialect: DialectName, exchange: Exchange): readonly Exchange[] {
  const { id, after } = exchange;
  if (after === undefined) return [exchange];
  const before = table[dialect].find((one) => one.id === after);
  if (!before) throw new Error(`${id} comes after ${after}, which is not in the table`);
  return [...chainOf(dialect, before), exchange];
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
