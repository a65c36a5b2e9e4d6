import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSample, say } from '../journal/samples.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { runCommand } from './runCommand.ts';

async function journal(exchanges = 1): Promise<string> {
  const writer = await openSample(await tempDirectory());
  for (let index = 0; index < exchanges; index++) {
    say(writer, 'out', 'AT+CSQ\r', index * 10 + 1);
    say(writer, 'in', '\r\n+CSQ:18,99\r\n', index * 10 + 2);
    say(writer, 'in', '\r\nOK\r\n', index * 10 + 3);
  }
  writer.note('looked at the antenna \u202e');
  await writer.close();
  return writer.file;
}

it('prints what was found with its exchange, its number, its line and its time, and ends with 0', async () => {
  const { code, output, errors } = await runCommand(['find', await journal(), 'csq:']);
  expect(code).toBe(0);
  expect(output.split('\n').map((row) => row.replace(/\d{4}-\d\d-\d\d [\d:]{8}/, 'T'))).toEqual([
    '  1 2 T.124 > AT+CSQ',
    '* 2 3 T.125 < +CSQ:18,99',
    '  3 4 T.126 < OK',
    '',
  ]);
  expect(errors).toBe('1 of 4 lines found\n');
});

it('--bare leaves out the rest, --regex and --class narrow it, and what steers a terminal does not come out', async () => {
  const file = await journal();
  expect((await runCommand(['find', file, '--bare', '--regex', '^O'])).output).toMatch(/^\* 3 4 \S+ \S+ < OK\n$/);
  const note = await runCommand(['find', file, 'ANT', '--class', 'note', '--class', 'problem']);
  expect(note.output).toMatch(/# looked at the antenna \\u202e\n$/);
  expect((await runCommand(['find', file, 'OK', '--class', 'unasked'])).code).toBe(1);
});

it('--msgid and --path find what a request is about, its answer and the result of that', async () => {
  const writer = await openSample(await tempDirectory());
  const lines = [
    ['in', '\r\n+MIPLREAD: 0,7,3303,0,5700\r\n'],
    ['out', 'AT+MIPLREADRSP=0,7,1,3303,0,5700,4,4,21.5,0,0\r'],
    ['in', '\r\nOK\r\n'],
    ['in', '\r\n+MIPLREAD: 0,8,3306,0,5850\r\n'],
    ['out', 'AT+CSQ\r'],
    ['in', '\r\nOK\r\n'],
  ] as const;
  lines.forEach(([direction, text], index) => say(writer, direction, text, index));
  await writer.close();
  const seqs = async (...more: string[]): Promise<number[]> => {
    const { output } = await runCommand(['find', writer.file, '', '--json', ...more]);
    const found = output.split('\n').filter(Boolean).slice(0, -1);
    return found.map((row) => (JSON.parse(row) as { seq: number }).seq);
  };
  expect(await seqs('--msgid', '7')).toEqual([1, 2, 3]);
  expect(await seqs('--path', '/3303')).toEqual([1, 2, 3]);
  expect(await seqs('--path', '/3306/0/5850')).toEqual([4]);
  expect(await seqs('--path', '/3306', '--msgid', '7')).toEqual([]);
});

it('--json gives one object a line, and the counts at the end', async () => {
  const { output } = await runCommand(['find', await journal(), 'OK', '--class', 'answer', '--json']);
  const [line, counts] = output.split('\n').filter(Boolean);
  expect(JSON.parse(line ?? '')).toMatchObject({
    seq: 3,
    line: 4,
    sinceStartMs: 3,
    direction: 'in',
    class: 'answer',
    kind: 'final',
    name: 'OK',
    text: 'OK',
    context: [
      { seq: 1, line: 2, direction: 'out', text: 'AT+CSQ' },
      { seq: 2, line: 3, direction: 'in', text: '+CSQ:18,99' },
    ],
  });
  expect(JSON.parse(counts ?? '')).toEqual({ found: 1, lines: 4, byClass: { answer: 1 } });
});

it('says where the journal is damaged, and goes on behind it', async () => {
  const file = await journal();
  await appendFile(file, 'damage\n{"t":"note","n":9,"w":9,"text":"behind"}\n');
  const { code, errors } = await runCommand(['find', file, 'behind']);
  expect([code, errors]).toEqual([0, expect.stringMatching(/^line 6, byte \d+: not JSON\n1 of 5 lines found\n$/)]);
});

it('can be stopped, and then tells the counts so far', async () => {
  const file = await journal(20_000);
  const { code, output, errors } = await runCommand(['find', file, 'AT', '--bare', '--json'], (_, stop) => stop());
  expect(code).toBe(0);
  const { found, isStopped } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  expect([isStopped, Number(found) > 0, Number(found) < 20_000]).toEqual([true, true, true]);
  expect(errors).toContain('stopped before the end');
});

it.each([
  [[], 'One journal file and one text'],
  [['--regex', '('], '--regex: error parsing'],
  [['OK', '--class', 'urc'], '--class is one of'],
  [['OK', '--path', '3303'], '--path is such as'],
  [['OK', '--msgid', 'x'], '--msgid is a number'],
])('refuses %j with the reason', async (more, reason) => {
  const { code, errors } = await runCommand(['find', await journal(), ...more]);
  expect([code, errors]).toEqual([2, expect.stringContaining(reason)]);
});

it('a journal that is not there cannot be searched', async () => {
  const { code, errors } = await runCommand(['find', join(await tempDirectory(), 'none'), 'OK']);
  expect([code, errors]).toEqual([2, expect.stringContaining('FILE_NOT_FOUND')]);
});
