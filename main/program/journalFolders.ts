import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { list, object, optional, read, text } from '../../shared/schema.ts';
import { makeDirectory } from '../files/makeDirectory.ts';
import { makeDirectoryFor, writeWhole } from '../files/writeWhole.ts';
import { systemClock } from '../time/clock.ts';

const folder = text(4096);
/** Folders whose sessions are still listed at the next start, the newest of them. */
const MOST_KNOWN = 20;
const kept = object({ chosen: optional(folder), known: list(folder, MOST_KNOWN) });

/** Where the choice is kept, and whether it counts. */
export interface JournalFoldersParts {
  /** Where journals are as long as nobody has chosen another folder. */
  readonly usual: string;
  /** Absent: the choice is kept while the program runs. */
  readonly file?: string;
  /** The usual folder was named for this start of the program: what was chosen before does not count in it. */
  readonly isNamed?: boolean;
}

/** The folder in which journals are written, and those in which they were written before: sessions stay where they are, and findable. */
export class JournalFolders {
  readonly usual: string;
  readonly #file: string | undefined;
  readonly #isNamed: boolean;
  #chosen: string | undefined;
  /** In the order in which they were chosen first. */
  #known: readonly string[] = [];
  #saving: Promise<unknown> = Promise.resolve();

  constructor({ usual, file, isNamed = false }: JournalFoldersParts) {
    this.usual = usual;
    this.#file = file;
    this.#isNamed = isNamed;
  }

  /** Where the next journal is written. */
  get present(): string {
    return this.#chosen ?? this.usual;
  }

  /** A person has chosen it. */
  get isChosen(): boolean {
    return this.#chosen !== undefined;
  }

  /** The usual folder first; each keeps its place while the program runs. */
  get all(): readonly string[] {
    return [this.usual, ...this.#known.filter((known) => known !== this.usual)];
  }

  /** Settles when the file is whole. */
  get saved(): Promise<unknown> {
    return this.#saving;
  }

  /** Reads the choice. A file that is damaged is set aside, never deleted; what was wrong is the answer. */
  async load(): Promise<Fault | undefined> {
    if (this.#file === undefined) return undefined;
    try {
      const { chosen, known } = read(kept, JSON.parse(await readFile(this.#file, 'utf8')), 'journals');
      this.#known = known;
      if (!this.#isNamed) this.#chosen = chosen;
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      const aside = `${this.#file}.damaged-${systemClock.wallMs()}`;
      await rename(this.#file, aside).catch(() => undefined);
      return { code: 'FILE_BAD_SETTINGS', message: faultOf(error).message, detail: aside };
    }
  }

  /** From now on journals are written there. @throws CodedError `FILE_NOT_WRITTEN`: it takes no file, or the choice cannot be kept. */
  async choose(chosen: string): Promise<void> {
    if (chosen === this.usual) return this.reset();
    await tryFolder(chosen);
    this.#chosen = chosen;
    if (!this.#known.includes(chosen)) this.#known = [...this.#known, chosen];
    await this.#save();
  }

  /** Back to the usual folder. @throws CodedError `FILE_NOT_WRITTEN`. */
  async reset(): Promise<void> {
    this.#chosen = undefined;
    await this.#save();
  }

  async #save(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    const chosen = this.#chosen;
    const whole = { ...(chosen !== undefined && { chosen }), known: this.#known.slice(-MOST_KNOWN) };
    const saving = this.#saving.then(async () => {
      await makeDirectoryFor(file);
      await writeWhole(file, `${JSON.stringify(whole, null, 2)}\n`, { mode: 0o600 });
    });
    this.#saving = saving.catch(() => undefined);
    await saving;
  }
}

/** A disk that is read-only says so before a module is connected. */
async function tryFolder(chosen: string): Promise<void> {
  const probe = join(chosen, `.mipl-${process.pid}-${systemClock.monotonicNs()}`);
  try {
    await makeDirectory(chosen, { mode: 0o700 });
    await writeFile(probe, '', { mode: 0o600, flag: 'wx' });
    await rm(probe);
  } catch (error) {
    throw new CodedError('FILE_NOT_WRITTEN', faultOf(error).message, chosen, { cause: error });
  }
}
