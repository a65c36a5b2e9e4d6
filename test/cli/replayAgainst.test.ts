import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSample, say } from '../journal/samples.ts';
import { virtualVisit } from '../sessions/virtualVisit.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { runCommand } from './runCommand.ts';

/** The same journal with something else in it. */
async function changed(file: string, change: (text: string) => string): Promise<string> {
  const copy = join(await tempDirectory(), 'changed.mipl.ndjson');
  const before = await readFile(file, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  await writeFile(copy, after);
  return copy;
}

describe('mipl replay --against', () => {
  it('today answers a session as it was answered a moment ago, values of each moment and all', async () => {
    const { code, output, errors } = await runCommand(['replay', await virtualVisit(), '--against', 'm5310-seed']);
    expect(output).toMatch(
      /^\d+ requests against m5310-seed: (\d+) the same, 0 different; not compared: 1 answered by a person\n$/,
    );
    expect(Number(/: (\d+) the same/.exec(output)?.[1])).toBeGreaterThan(8);
    expect([code, errors]).toEqual([0, '']);
  }, 60_000);

  it('says which answers differ, line by line, and ends with 1', async () => {
    const file = await changed(await virtualVisit(), (text) =>
      text.replaceAll(/(AT\+MIPLREADRSP=0,\d+,1,3303,0,5700,4,\d+,)21\.5/g, '$19.75'),
    );
    const told = await runCommand(['replay', file, '--against', 'm5310-seed']);
    expect(told.code).toBe(1);
    const rows = told.output.split('\n');
    expect(rows[0]).toMatch(/^line \d+ \d{4}-\d\d-\d\d [\d:.]+ read \/3303\/0\/5700 \(msgid \d+\)$/);
    expect(rows[1]).toMatch(/^ {2}- AT\+MIPLREADRSP=0,\d+,1,3303,0,5700,4,\d,9\.75,0,0$/);
    expect(rows[2]).toMatch(/^ {2}\+ AT\+MIPLREADRSP=0,\d+,1,3303,0,5700,4,\d,21\.5,0,0$/);
    expect(told.output).toContain(', 1 different');

    const json = await runCommand(['replay', file, '--against', 'm5310-seed', '--json']);
    const objects = json.output
      .trimEnd()
      .split('\n')
      .map((row) => JSON.parse(row) as Record<string, unknown>);
    expect(objects).toHaveLength(2);
    expect(objects[0]).toMatchObject({ kind: 'read', path: '/3303/0/5700', then: [rows[1]?.slice(4)] });
    expect(objects[1]).toMatchObject({
      profile: 'm5310-seed',
      dialect: 'cis',
      different: 1,
      byPerson: 1,
      isFromLines: false,
    });
  }, 60_000);

  it('a module of the other dialect answers a discover by itself: today nothing would be sent', async () => {
    const { code, output } = await runCommand(['replay', await virtualVisit(), '--against', 'm5311']);
    expect(code).toBe(1);
    expect(output).toMatch(/discover \/3303 \(msgid \d+\)\n {2}- AT\+MIPLDISCOVERRSP=.*\n {2}\+ no answer\n/);
  }, 60_000);

  it('a journal without facts is compared with the values it answered with, and that is said', async () => {
    const journal = await openSample(await tempDirectory(), {}, {});
    const lines: readonly (readonly ['in' | 'out', string])[] = [
      ['in', '+MIPLREAD: 0,7,3303,0,5700'],
      ['out', 'AT+MIPLREADRSP=0,7,1,3303,0,5700,4,4,9.75,0,0'],
      ['in', 'OK'],
      ['in', '+MIPLREAD: 0,8,3303,0,4711'],
      ['out', 'AT+MIPLREADRSP=0,8,1'],
      ['in', 'ERROR'],
      ['in', '+MIPLREAD: 0,9,3303,0,5700'],
    ];
    for (const [place, [direction, text]] of lines.entries()) {
      const whole = direction === 'in' ? `\r\n${text}\r\n` : `${text}\r\n`;
      say(journal, direction, whole, 1000 * place);
    }
    await journal.close();
    const file = await changed(journal.file, (text) => text.replace('"version":2', '"version":1'));
    const { code, output, errors } = await runCommand(['replay', file, '--against', 'm5310-seed']);
    expect(errors).toContain('the journal tells no values');
    expect(output).toContain('read /3303/0/4711 (msgid 8)\n  - AT+MIPLREADRSP=0,8,1\n  + AT+MIPLREADRSP=0,8,13\n');
    expect(output).toContain(
      '3 requests against m5310-seed: 1 the same, 1 different; not compared: 1 without an answer then',
    );
    expect(code).toBe(1);
  });

  it('a msgid that comes again five minutes later is another request, within seconds it is the same', async () => {
    const journal = await openSample(await tempDirectory());
    const read = '\r\n+MIPLREAD: 0,7,3303,0,5700\r\n';
    const answer = 'AT+MIPLREADRSP=0,7,1,3303,0,5700,4,4,20.123,0,0\r\n';
    for (const [direction, text, afterMs] of [
      ['in', read, 0],
      ['in', read, 2000],
      ['out', answer, 2100],
      ['in', '\r\nOK\r\n', 2200],
      ['in', read, 300_000],
      ['out', answer, 300_100],
      ['in', '\r\nOK\r\n', 300_200],
    ] as const)
      say(journal, direction, text, afterMs);
    await journal.close();
    const file = await changed(journal.file, (text) => text.replace('"version":2', '"version":1'));
    const { code, output } = await runCommand(['replay', file, '--against', 'm5310-seed']);
    expect([code, output]).toEqual([0, '2 requests against m5310-seed: 2 the same, 0 different\n']);
  });

  it('refuses a profile there is not, and what does not go together', async () => {
    const journal = await openSample(await tempDirectory());
    await journal.close();
    const refused = async (...args: string[]) => runCommand(['replay', journal.file, ...args]);
    expect(await refused('--against', 'm9999')).toMatchObject({ code: 2, output: '' });
    expect((await refused('--against', 'm9999')).errors).toContain('m5310-seed');
    expect(await refused('--against', 'bc28', '--until', '3')).toMatchObject({ code: 2, output: '' });
    expect(await refused('--model', 'any.model.json')).toMatchObject({ code: 2, output: '' });
  });
});
