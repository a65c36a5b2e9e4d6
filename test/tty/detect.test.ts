import { describe, expect, it } from 'vitest';
import { Mipl } from './mipl.ts';
import { hasPython, moduleAt } from './rateModule.ts';

async function detect(...ports: readonly string[]): Promise<{ code: number | null; rows: Record<string, unknown>[] }> {
  const mipl = new Mipl(['detect', '--json', ...ports.flatMap((port) => ['--port', port])]);
  const code = await mipl.exit;
  return { code, rows: mipl.lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const identity = { manufacturer: 'CMCC', model: 'M5310-A', imei: '490154203237518' };

describe.skipIf(!hasPython)('mipl detect', () => {
  it('finds a module that answers at 57600 only and garbles everything else', async () => {
    const port = await moduleAt(57_600, 'CR');
    const { code, rows } = await detect(port);
    expect(code).toBe(0);
    expect(rows).toEqual([{ port, baudRate: 57_600, lineEnding: 'CR', echo: false, ...identity }]);
  });

  it.each([
    ['CR', 'echo', true],
    ['CRLF', 'plain', false],
    ['LF', 'plain', false],
  ] as const)(
    'says that a module wants %s at the end of a line, and whether it sends back what it hears',
    async (ending, manner, echo) => {
      const port = await moduleAt(9600, ending, manner);
      const { rows } = await detect(port);
      expect(rows).toEqual([{ port, baudRate: 9600, lineEnding: ending, echo, ...identity }]);
    },
  );

  it('tries all ports at once, and ends well where one of them has a module', async () => {
    const [none, one] = [await moduleAt(300, 'CR', 'mute'), await moduleAt(115_200, 'CR')];
    const { code, rows } = await detect(none, one);
    expect(code).toBe(0);
    expect(rows.map(({ port, baudRate, reason }) => [port, baudRate, reason])).toEqual([
      [one, 115_200, undefined],
      [none, null, 'silent'],
    ]);
  });

  it('ends with 1 and the likeliest reason where nothing answers', async () => {
    const [garbling, absent] = [await moduleAt(300, 'CR'), '/dev/ttyUSB987'];
    const { code, rows } = await detect(garbling, absent);
    expect(code).toBe(1);
    expect(new Map(rows.map(({ port, reason }) => [port, reason]))).toEqual(
      new Map([
        [garbling, 'garbage'],
        [absent, 'failed'],
      ]),
    );
    expect(rows.find(({ port }) => port === absent)).toMatchObject({ fault: { code: 'PORT_NOT_FOUND' } });
  });
});
