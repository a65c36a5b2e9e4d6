/** Texts in each of the two generations. */
const KEPT = 512;
/** A longer text is hardly ever said twice, and whoever keeps it keeps what it was cut from. */
const LONGEST = 128;

/**
 * What was made of short texts that came last, at least the {@link KEPT} last of them: a module says the same things again and
 * again. To be used where all that is made of a text follows from the text.
 */
export class RecentTexts<T extends object> {
  readonly #make: (text: string) => T;
  #newer = new Map<string, T>();
  /** What came before those; what is asked for again is taken over, the rest goes all at once. */
  #older = new Map<string, T>();

  constructor(make: (text: string) => T) {
    this.#make = make;
  }

  /** What is made of the text, or was. */
  of(text: string): T {
    if (text.length > LONGEST) return this.#make(text);
    const recent = this.#newer.get(text);
    if (recent !== undefined) return recent;
    const made = this.#older.get(text) ?? this.#make(text);
    if (this.#newer.size === KEPT) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(text, made);
    return made;
  }
}
