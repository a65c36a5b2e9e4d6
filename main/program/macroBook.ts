import { readFile, rename } from 'node:fs/promises';
import { basename } from 'node:path';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { freeMacroName, maxMacros, sameMacroName } from '../../shared/macros.ts';
import type { Macro, SoughtLine } from '../../shared/macros.ts';
import { makeDirectoryFor, writeWhole } from '../files/writeWhole.ts';
import type * as macroFile from '../macros/macroFile.ts';
import { systemClock } from '../time/clock.ts';
import type { ProgramHolder } from './programHolder.ts';

/** Loaded by the first macro, and with it the engine of its patterns: most people have none. */
function loadFormat(): Promise<typeof macroFile> {
  return import('../macros/macroFile.ts');
}

/** The macros of a person, in the program's state and in a file of their own. */
export class MacroBook {
  readonly #state: ProgramHolder;
  readonly #file: string | undefined;
  #saving: Promise<unknown> = Promise.resolve();

  /** @param file absent: they are kept while the program runs */
  constructor(state: ProgramHolder, file: string | undefined) {
    this.#state = state;
    this.#file = file;
  }

  /** Settles when the file is whole. */
  get saved(): Promise<unknown> {
    return this.#saving;
  }

  /** Reads the file. One that is damaged is set aside, never deleted; what was wrong is the answer. */
  async load(): Promise<Fault | undefined> {
    if (this.#file === undefined) return undefined;
    try {
      const text = new TextDecoder().decode(await readFile(this.#file));
      // A book without macros is no file of macros.
      if (text.trim() === '') return undefined;
      const { parseMacros } = await loadFormat();
      this.#state.change({ macros: parseMacros(text, basename(this.#file)) });
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      const aside = `${this.#file}.damaged-${systemClock.wallMs()}`;
      await rename(this.#file, aside).catch(() => undefined);
      return { code: 'FILE_BAD_MACROS', message: faultOf(error).message, detail: aside };
    }
  }

  /**
   * Takes over all macros and writes them. @throws CodedError `BAD_ARGUMENT` (detail: where) for a pattern that is none or a name
   * that is there twice, `FILE_NOT_WRITTEN`.
   */
  async save(macros: readonly Macro[]): Promise<void> {
    const { macrosText, patternFault } = await loadFormat();
    macros.forEach((macro, index) => checkMacro(macro, index, macros, patternFault));
    this.#state.change({ macros });
    const file = this.#file;
    if (file === undefined) return;
    const saving = this.#saving.then(async () => {
      await makeDirectoryFor(file);
      await writeWhole(file, macros.length === 0 ? '' : macrosText(macros), { mode: 0o600 });
    });
    this.#saving = saving.catch(() => undefined);
    await saving;
  }

  /** Adds the macros of a file; one whose name is taken gets another. Gives their names. @throws as {@link save}, `FILE_BAD_MACROS`. */
  async add(text: string, fileName: string): Promise<string[]> {
    const { parseMacros } = await loadFormat();
    const { macros } = this.#state.state;
    const read = parseMacros(text, fileName);
    if (macros.length + read.length > maxMacros) {
      throw new CodedError('FILE_BAD_MACROS', `${fileName}: ${maxMacros} macros are the most`, fileName);
    }
    const added = read.reduce<Macro[]>(
      (all, macro) => [...all, { ...macro, name: freeMacroName(macro.name, [...macros, ...all]) }],
      [],
    );
    await this.save([...macros, ...added]);
    return added.map(({ name }) => name);
  }
}

function checkMacro(
  { name, steps }: Macro,
  index: number,
  all: readonly Macro[],
  patternFault: (source: string) => string | undefined,
): void {
  const place = `macros[${index}]`;
  if (all.findIndex((other) => sameMacroName(other.name, name)) !== index) {
    throw new CodedError('BAD_ARGUMENT', `${place}.name is there twice`, `${place}.name`);
  }
  const check = (sought: SoughtLine | undefined, where: string): void => {
    const wrong = sought?.isPattern ? patternFault(sought.text) : undefined;
    if (wrong !== undefined) throw new CodedError('BAD_ARGUMENT', `${where}: ${wrong}`, where);
  };
  steps.forEach((step, at) => {
    const where = `${place}.steps[${at}]`;
    if (step.do === 'wait') check(step.sought, `${where}.sought`);
    if (step.do !== 'repeat') return;
    check(step.until, `${where}.until`);
    step.steps.forEach((inner, insideAt) => {
      if (inner.do === 'wait') check(inner.sought, `${where}.steps[${insideAt}].sought`);
    });
  });
}
