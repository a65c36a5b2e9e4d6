import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTranscript } from '../transcript.ts';
import { cmccExchanges } from './cmcc.ts';
import type { Exchange } from './exchange.ts';
import { chainOf, patternOf, table } from './table.ts';
import type { DialectName } from './table.ts';

const dialects: readonly DialectName[] = ['cis', 'cmcc'];
const documentLines = readTranscript('00').lines.map(({ from, text, section }) => ({
  line: `${from === 'host' ? '>' : '<'} ${text}`,
  section,
}));
const withoutBlanks = (text: string): string => text.replaceAll(' ', '');

/** The exchanges of the table that stand in a section. */
function exchangesOf(section: string): readonly Exchange[] {
  const sought = withoutBlanks(section);
  return table.cis.filter((one) => [one.section, ...(one.also ?? [])].map(withoutBlanks).includes(sought));
}

function hasLine({ lines }: Exchange, sought: string): boolean {
  return lines.some((line) => patternOf(line)[0].test(sought));
}

/** A call as the document prints it. */
interface Example {
  readonly section: string;
  readonly printed: string;
  readonly body?: string;
  readonly answer?: string;
}

function readExamples(): readonly Example[] {
  const examples: Example[] = [];
  let section = '';
  for (const row of readFileSync(new URL('httpExamples.txt', import.meta.url), 'utf8').split('\n')) {
    const last = examples.at(-1);
    if (row.startsWith('# section ')) section = row.slice('# section '.length);
    else if (row.startsWith('+ ') && last) examples[examples.length - 1] = { ...last, body: row.slice(2) };
    else if (row.startsWith('= ') && last) examples[examples.length - 1] = { ...last, answer: row.slice(2) };
    else if (/^(GET|POST) /.test(row)) examples.push({ section, printed: row });
  }
  return examples;
}

/** What HTML and slips of the pen made of the address, undone. */
function corrected(printed: string): string {
  return printed
    .replace('http:// /api', 'http://api')
    .replace('? imei', '?imei')
    .replace('>=', '&gt=')
    .replace('<=', '&lt=')
    .replace('<终端设备IMEI>', 'IMEI')
    .replace('设备ID', 'DEVICE')
    .replace(/^(GET|POST) http:\/\/api\.heclouds\.com(\S+) HTTP\/1\.1$/, '$1 $2');
}

/** Answers that the document tells in words, and what the API's has of them. */
const wordedAnswers: Readonly<Record<string, string>> = {
  'online : true': '"online":true',
  'online : false': '"online":false',
  '{"errno":0,"data":{5700和5601最新数据},"error":"succ"}': '"id":"3303_0_5700"',
  '终端设备的完整对象、实例、资源列表信息。': '"resources":[5700,5701,5601,5602,5603,5604,5605]',
};
/** A body that was left over from the example before. */
const leftover = '{"args": " reset "}';

describe('the table of the document', () => {
  it.each(documentLines)('has the line $line of section $section', ({ line, section }) => {
    expect(exchangesOf(section).filter((exchange) => hasLine(exchange, line))).not.toEqual([]);
  });

  it.each(readExamples())('has the call of section $section: $printed', ({ section, printed, body, answer = '' }) => {
    const call = exchangesOf(section)
      .flatMap(({ call: one }) => (one ? [one] : []))
      .find(({ method, path, alsoAs }) =>
        [{ method, path }, ...(alsoAs ? [alsoAs] : [])].some(
          (form) => `${form.method} ${form.path}` === corrected(printed),
        ),
      );
    expect(call?.answer).toContain(wordedAnswers[answer] ?? answer);
    if (body !== undefined && body !== leftover) expect(call?.body).toBe(body);
  });

  it('says at every exchange that goes beyond the printed lines why', () => {
    const unexplained = table.cis.filter(
      ({ lines, correction }) =>
        correction === undefined &&
        !lines.every((line) => documentLines.some((one) => patternOf(line)[0].test(one.line))),
    );
    expect(unexplained.map(({ id }) => id)).toEqual([]);
  });

  it.each(dialects)('names every exchange once and knows all that come before, dialect %s', (dialect) => {
    const ids = table[dialect].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const exchange of table[dialect]) expect(chainOf(dialect, exchange).at(-1)).toBe(exchange);
  });

  it('has of the other dialect only what differs', () => {
    const same = cmccExchanges.filter((exchange) =>
      table.cis.some(({ id, lines }) => id === exchange.id && JSON.stringify(lines) === JSON.stringify(exchange.lines)),
    );
    expect(same.map(({ id }) => id)).toEqual([]);
  });
});
