import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Macro } from '../../shared/macros.ts';
import { macroHandlers } from '../../main/program/macroHandlers.ts';
import { startApplication, testFolder } from '../device/rig.ts';

const macro = (name: string, ...lines: readonly string[]): Macro => ({
  name,
  steps: (lines.length > 0 ? lines : ['AT']).map((line) => ({ do: 'send' as const, line, goesOnAfterError: false })),
});

async function book(file?: string) {
  const application = await startApplication(file === undefined ? {} : { macrosFile: file });
  return { application, macros: () => application.state.state.macros };
}

describe('the macros of a person', () => {
  it('are there again after a restart, also where there are none any more', async () => {
    const file = path.join(testFolder(), 'deep', 'macros.json');
    const first = await book(file);
    await first.application.macros.save([macro('One'), macro('Two', 'AT+CSQ')]);
    expect((await book(file)).macros()).toEqual([macro('One'), macro('Two', 'AT+CSQ')]);
    await first.application.macros.save([]);
    const third = await book(file);
    expect(third.macros()).toEqual([]);
    expect(readdirSync(path.dirname(file))).toEqual(['macros.json']);
  });

  it('are there again as they were left, also one whose last step was taken out', async () => {
    const file = path.join(testFolder(), 'macros.json');
    const empty: Macro[] = [
      { name: 'Bare', steps: [] },
      { name: 'Round', steps: [{ do: 'repeat', steps: [], times: 2, untilError: false }] },
      macro('Good'),
    ];
    await (await book(file)).application.macros.save(empty);
    expect((await book(file)).macros()).toEqual(empty);
  });

  it('are set aside where the file is damaged, and what is wrong stands in the log', async () => {
    const file = path.join(testFolder(), 'macros.json');
    writeFileSync(file, '{"format": "mipl-macros",\n"version": 1,\n"macros": 5}');
    const { application, macros } = await book(file);
    expect(macros()).toEqual([]);
    const [aside] = readdirSync(path.dirname(file));
    expect(aside).toMatch(/^macros\.json\.damaged-\d+$/);
    const texts = application
      .openDevice()
      .log.read(0, 10)
      .map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringContaining('macros.json:3: file.macros: a list is expected'));
  });

  it('are refused with a place where a name is there twice or a pattern is none', async () => {
    const { application, macros } = await book();
    const save = (...all: Macro[]) => application.macros.save(all);
    await expect(save(macro('A'), macro('a '))).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      detail: 'macros[1].name',
    });
    const sought = { text: '(', isPattern: true };
    const wait = { do: 'wait' as const, sought, withinSeconds: 1 };
    const until = { do: 'repeat' as const, steps: [], times: 1, until: sought, untilError: false };
    const inside = { do: 'repeat' as const, steps: [wait], times: 1, untilError: false };
    for (const [step, detail] of [
      [wait, 'macros[0].steps[0].sought'],
      [until, 'macros[0].steps[0].until'],
      [inside, 'macros[0].steps[0].steps[0].sought'],
    ] as const)
      await expect(save({ name: 'A', steps: [step] })).rejects.toMatchObject({ code: 'BAD_ARGUMENT', detail });
    expect(macros()).toEqual([]);
  });

  it('go out into a file and come back from it under names that are free', async () => {
    const folder = testFolder();
    const { application, macros } = await book();
    await application.macros.save([macro('One'), macro('Two')]);
    let chosen: string | undefined = path.join(folder, 'out.json');
    const handlers = macroHandlers(application, {
      chooseExportFile: () => Promise.resolve(chosen),
      chooseMacroFile: () => Promise.resolve(chosen),
    });
    expect(await handlers.exportMacros({ macros: macros() })).toEqual({ file: chosen });
    expect(readFileSync(chosen, 'utf8')).toContain('"mipl-macros"');
    expect(await handlers.importMacros()).toEqual({ names: ['One 2', 'Two 2'] });
    expect(macros().map(({ name }) => name)).toEqual(['One', 'Two', 'One 2', 'Two 2']);
    writeFileSync(chosen, '[');
    await expect(handlers.importMacros()).rejects.toMatchObject({
      code: 'FILE_BAD_MACROS',
      detail: expect.stringMatching(/^out\.json:1 /) as string,
    });
    expect(macros()).toHaveLength(4);
    chosen = path.join(folder, 'absent.json');
    await expect(handlers.importMacros()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    chosen = undefined;
    expect(await handlers.importMacros()).toBeNull();
    expect(await handlers.exportMacros({ macros: [] })).toBeNull();
  });

  it('are never more than there is room for', async () => {
    const { application } = await book();
    await application.macros.save(Array.from({ length: 200 }, (_, index) => macro(`m${index}`)));
    const text = JSON.stringify({
      format: 'mipl-macros',
      version: 1,
      macros: [{ name: 'x', steps: [{ send: 'AT' }] }],
    });
    await expect(application.macros.add(text, 'one.json')).rejects.toMatchObject({ code: 'FILE_BAD_MACROS' });
  });
});
