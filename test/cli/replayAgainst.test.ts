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

  it('a write whose rest never came is refused after ten seconds of the journal, as it was then', async () => {
    const file = await older([
      ['in', '+MIPLWRITE: 0,7,3303,0,5700,4,2,9.75,1,1'],
      ['out', 'AT+MIPLWRITERSP=0,7,11', 11_000],
      ['in', 'OK'],
      ['in', '+MIPLREAD: 0,8,3303,0,5700', 300_000],
      ['out', 'AT+MIPLREADRSP=0,8,1,3303,0,5700,4,4,9.75,0,0'],
      ['in', 'OK'],
      ['in', '+MIPLWRITE: 0,9,3303,0,5700,4,2,9.75,1,1', 400_000],
      ['out', 'AT+MIPLWRITERSP=0,9,11', 410_500],
      ['in', 'OK'],
    ]);
    const { output } = await runCommand(['replay', file, '--against', 'm5310-seed']);
    expect(output).toBe('3 requests against m5310-seed: 3 the same, 0 different\n');
  });

  /** A journal of an older version, without facts: lines come a second after each other, or when their number says. */
  async function older(lines: readonly (readonly ['in' | 'out', string, number?])[]): Promise<string> {
    const journal = await openSample(await tempDirectory());
    let afterMs = 0;
    for (const [direction, text, atMs = afterMs + 1000] of lines) {
      afterMs = atMs;
      say(journal, direction, direction === 'in' ? `\r\n${text}\r\n` : `${text}\r\n`, atMs);
    }
    await journal.close();
    return changed(journal.file, (text) => text.replace('"version":2', '"version":1'));
  }

  it('what was answered to a form of request that nobody takes for one today is different, with no answer', async () => {
    const file = await older([
      ['in', '+MIPLFETCH: 0,7,3303,0,5700'],
      ['out', 'AT+MIPLREADRSP=0,7,1,3303,0,5700,4,4,9.75,0,0'],
      ['in', 'OK'],
      ['in', '+MIPLFETCH: 0,8,3303,0'],
      ['out', 'AT+MIPLREADRSP=0,8,1,3303,0,5700,4,4,9.75,1,0'],
      ['in', 'OK'],
      ['out', 'AT+MIPLREADRSP=0,8,1,3303,0,5701,1,3,Cel,0,0'],
      ['in', 'OK'],
      ['in', '+MIPLFETCH: 0,9,3303,0'],
      ['out', 'AT+MIPLOBSERVERSP=0,9,11'],
      ['in', 'OK'],
    ]);
    const { code, output } = await runCommand(['replay', file, '--against', 'm5310-seed']);
    expect(output).toContain(
      'read /3303/0/5700 (msgid 7)\n  - AT+MIPLREADRSP=0,7,1,3303,0,5700,4,4,9.75,0,0\n  + no answer\n',
    );
    expect(output).toContain('observe / (msgid 9)\n  - AT+MIPLOBSERVERSP=0,9,11\n  + no answer\n');
    expect(output).toContain('3 requests against m5310-seed: 0 the same, 3 different\n');
    expect(code).toBe(1);
    const json = await runCommand(['replay', file, '--against', 'm5310-seed', '--json']);
    expect(JSON.parse(json.output.split('\n')[0] ?? '')).toMatchObject({ line: 3, msgId: 7, today: [] });
  });

  it('a request that cannot be read counts as what was refused then and is refused today', async () => {
    const file = await older([
      ['in', '+MIPLREAD: 0,7,3303,x,5700'],
      ['out', 'AT+MIPLREADRSP=0,7,11'],
      ['in', 'OK'],
      ['in', '+MIPLDISCOVER: 0,8,x'],
      ['out', 'AT+MIPLDISCOVERRSP=0,8,13'],
      ['in', 'OK'],
      // The answer that is lost is none of a line that nobody asked for.
      ['in', '+MIPLEVENT: 0,20,7'],
    ]);
    const { code, output } = await runCommand(['replay', file, '--against', 'm5310-seed']);
    expect(output).toContain(
      'discover / (msgid 8)\n  - AT+MIPLDISCOVERRSP=0,8,13\n  + AT+MIPLDISCOVERRSP=0,8,11\n2 requests against',
    );
    expect(output).toContain(': 1 the same, 1 different\n');
    expect(code).toBe(1);
  });

  it('what tells of objects before the session is no answer, and one that comes a minute late no request of its own', async () => {
    const file = await older([
      ['out', 'AT+MIPLDISCOVERRSP=0,3303,1,14,"5700;5701;5601"'],
      ['in', 'OK'],
      ['in', '+MIPLREAD: 0,7,3303,0,5700'],
      ['out', 'AT+MIPLREADRSP=0,7,1,3303,0,5700,4,4,9.75,0,0', 80_000],
      ['in', 'OK'],
    ]);
    const { code, output } = await runCommand(['replay', file, '--against', 'm5310-seed']);
    expect(output).toBe(
      '1 request against m5310-seed: 0 the same, 0 different; not compared: 1 without an answer then\n',
    );
    expect(code).toBe(0);
  });

  it('waits for nothing where the module starts over and over', async () => {
    const starts = Array.from({ length: 400 }, (_, place) => [
      ['in', 'REBOOT_CAUSE_APPLICATION_AT'] as const,
      ['in', `+MIPLREAD: 0,${place},3303,0,5700`] as const,
      ['out', `AT+MIPLREADRSP=0,${place},1,3303,0,5700,4,4,9.75,0,0`] as const,
      ['in', 'OK'] as const,
    ]).flat();
    const file = await older(starts);
    const beganMs = performance.now();
    const { output } = await runCommand(['replay', file, '--against', 'm5310-seed']);
    expect(output).toBe('400 requests against m5310-seed: 400 the same, 0 different\n');
    // Half a second of quiet behind each would be minutes.
    expect(performance.now() - beganMs).toBeLessThan(60_000);
  }, 120_000);

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
