import { describe, it } from 'vitest';
import { table, titleOf } from './table.ts';
import type { DialectName } from './table.ts';
import { toolCalls, toolSays } from './toolSide.ts';

describe.each<DialectName>(['cis', 'cmcc'])(
  'the tool says the lines and calls of the document, dialect %s',
  (dialect) => {
    it.each(table[dialect].map((exchange) => [titleOf(dialect, exchange), exchange] as const))(
      '%s',
      async (_, exchange) => {
        if (exchange.lines.length > 0) await toolSays(dialect, exchange);
        if (exchange.call) await toolCalls(exchange.call);
      },
    );
  },
);
