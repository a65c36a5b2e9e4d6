import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { shippedMacros } from '../../shared/shippedMacros.ts';
import { runCommand } from './runCommand.ts';

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'mipl-macro-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function fileOf(...macros: readonly unknown[]): string {
  const file = path.join(folder(), 'own.json');
  // Editors on Windows put a byte order mark in front.
  writeFileSync(file, `\ufeff${JSON.stringify({ format: 'mipl-macros', version: 1, macros }, null, 1)}`);
  return file;
}

const virtual = ['--port', 'sim:m5310-seed', '--baud', '921600'];

describe('mipl macro list', () => {
  it('names what the program brings along, or what a file has', async () => {
    const { code, output } = await runCommand(['macro', 'list', '--json']);
    expect(code).toBe(0);
    const rows = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; steps: number });
    expect(rows.map(({ id }) => id)).toEqual(shippedMacros.map(({ id }) => id));
    const own = await runCommand([
      'macro',
      'list',
      '--file',
      fileOf({ name: 'Mine\u202e', note: 'why', steps: [{ send: 'AT' }] }),
    ]);
    expect(own.output).toMatch(/^Mine.+, 1 step\. why\n$/);
    expect(own.output).not.toContain('\u202e');
  });
});

describe('mipl macro check', () => {
  it('counts what is in a file, and names file, line and field of what is wrong', async () => {
    const good = await runCommand(['macro', 'check', fileOf({ name: 'a', steps: [{ send: 'AT' }, { pauseMs: 5 }] })]);
    expect(good).toMatchObject({ code: 0, output: expect.stringMatching(/own\.json: 1 macro, 2 steps\n$/) as string });
    const bad = await runCommand([
      'macro',
      'check',
      fileOf({ name: 'a', steps: [{ waitFor: 'x', withinSeconds: 1e9 }] }),
    ]);
    expect(bad.code).toBe(1);
    expect(bad.errors).toMatch(/own\.json:10: macros\[0\]\.steps\[0\]\.withinSeconds: a whole number from 1 to 3600/);
    expect((await runCommand(['macro', 'check', '/nowhere.json'])).code).toBe(2);
  });
});

describe('mipl macro run', () => {
  it('does a macro of the document on the module, each line as it comes, and names it in the journal', async () => {
    const journal = folder();
    const { code, output, errors } = await runCommand([
      'macro',
      'run',
      'REGISTER',
      ...virtual,
      '--register',
      '--journal',
      journal,
    ]);
    expect(errors).toContain('mipl macro: done after');
    expect(code).toBe(0);
    const lines = output.split('\n');
    // The platform is answered meanwhile.
    expect(lines.filter((line) => line.startsWith('> AT') && !line.includes('RSP='))).toEqual([
      '> AT+MIPLCLOSE=0',
      '> AT+MIPLDELETE=0',
      '> AT+MIPLVER?',
      '> AT+MIPLCREATE',
      '> AT+MIPLADDOBJ=0,3303,2,"11",6,1',
      '> AT+MIPLADDOBJ=0,3306,1,"1",5,0',
      '> AT+MIPLOPEN=0,3600,30',
    ]);
    expect(lines).toContain('< +MIPLEVENT: 0,6');
    const [file] = readdirSync(journal);
    expect(readFileSync(path.join(journal, file ?? ''), 'utf8')).toContain(
      'Macro \\"3.2 · Register step by step\\" begins.',
    );
  });

  it('ends with 1 and the step where it fails, and where it is stopped in the longest of waits', async () => {
    const file = fileOf(
      { name: 'refused', steps: [{ send: 'AT' }, { send: 'AT+NONSENSE' }] },
      { name: 'endless', steps: [{ waitFor: 'never', withinSeconds: 3600 }] },
    );
    const refused = await runCommand(['macro', 'run', 'refused', '--file', file, ...virtual, '--journal', folder()]);
    expect(refused.code).toBe(1);
    expect(refused.errors).toMatch(/mipl macro: step 2: AT_CME: AT\+NONSENSE/);
    const endless = await runCommand(
      ['macro', 'run', 'endless', '--file', file, ...virtual, '--journal', folder(), '--json'],
      (output, stop) => {
        if (output.includes('begins')) stop();
      },
    );
    expect(endless.code).toBe(1);
    expect(endless.errors).toContain('mipl macro: step 1: stopped');
  });

  it.each([
    [['run'], 'one NAME is expected'],
    [['run', 'network'], '--port is missing'],
    [['run', 'nonsense', '--port', 'sim:m5310-seed'], 'there is no macro "nonsense"; there are: answering, network'],
    [[], 'list, check or run is expected'],
    [['run', 'network', '--port', '/dev/ttyNothing'], 'PORT_NOT_FOUND'],
  ])('%j cannot run: %s', async (args, says) => {
    const { code, errors } = await runCommand(['macro', ...args]);
    expect(code).toBe(2);
    expect(errors).toContain(says);
  });
});
