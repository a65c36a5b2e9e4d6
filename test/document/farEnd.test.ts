import { describe, it } from 'vitest';
import type { Exchange } from './exchange.ts';
import { farEndSays } from './farEnd.ts';
import { table, titleOf } from './table.ts';
import type { DialectName } from './table.ts';

/** The exchange as it stands, and with the call in the document's own form where that is another. */
function formsOf(dialect: DialectName, exchange: Exchange): (readonly [string, Exchange])[] {
  const title = titleOf(dialect, exchange);
  const { call } = exchange;
  if (!call?.alsoAs) return [[title, exchange]];
  return [
    [title, exchange],
    [`${title}, called as printed`, { ...exchange, call: { ...call, ...call.alsoAs } }],
  ];
}

describe.each<DialectName>(['cis', 'cmcc'])('module and platform say what the document says, dialect %s', (dialect) => {
  it.each(table[dialect].flatMap((exchange) => formsOf(dialect, exchange)))('%s', async (_, exchange) => {
    await farEndSays(dialect, exchange);
  });
});
