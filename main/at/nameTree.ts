/** Room for `+`, `*`, the letters and the digits, and for whatever ends a name. */
const COLUMNS = 40;
const OTHER = 0;
const CODES = 128;

/** The column of each character of ASCII, letters whatever their case. */
const columns = new Uint8Array(CODES);
for (const [place, character] of [...'+*ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'].entries()) {
  columns[character.charCodeAt(0)] = place + 1;
  columns[character.toLowerCase().charCodeAt(0)] = place + 1;
}

function columnOf(code: number): number {
  return code < CODES ? (columns[code] as number) : OTHER;
}

/**
 * What there is under the names of a table (`+MIPLREAD`), found by the letters of a line in whatever case. One step a letter,
 * without making a string of them, and a name that is not in the table ends the search where it differs from all.
 */
export class NameTree<T> {
  /** For each state and column the next state; 0 where no name goes on. State 1 is the beginning. */
  readonly #next: Uint16Array;
  readonly #found: (T | undefined)[];

  constructor(named: ReadonlyMap<string, T>) {
    const letters = [...named.keys()].reduce((sum, name) => sum + name.length, 0);
    this.#next = new Uint16Array((letters + 2) * COLUMNS);
    this.#found = [undefined, undefined];
    for (const [name, value] of named) {
      let state = 1;
      for (const letter of name) state = this.#grow(state * COLUMNS + columnOf(letter.charCodeAt(0)));
      this.#found[state] = value;
    }
  }

  #grow(cell: number): number {
    const state = this.#next[cell] as number;
    return state === 0 ? (this.#next[cell] = this.#found.push(undefined) - 1) : state;
  }

  /** What has the name that begins at `from` and ends where no letter or digit follows; undefined when none has. */
  find(text: string, from: number): T | undefined {
    let state = 1;
    for (let place = from; place < text.length && state !== 0; place++) {
      const column = columnOf(text.charCodeAt(place));
      if (column === OTHER) break;
      state = this.#next[state * COLUMNS + column] as number;
    }
    return this.#found[state];
  }
}
