import { foldLines, foldOver } from '../../shared/fold.ts';
import type { FoldedRow, SessionRow } from '../../shared/sessions.ts';

/** Lines that are folded together; polling that goes on for longer is a row for each so many lines. */
const WINDOW_LINES = 1000;
const nothingOpen: ReadonlySet<number> = new Set();

/** A row that is shown: a line alone, or the first of lines that are folded behind it. */
export interface ShownPlace {
  readonly seq: number;
  /** Of the fold that it begins; undefined: it stands within one that is open. */
  readonly lastSeq?: number;
  readonly isOpen?: boolean;
}

/**
 * All lines of a session, each exchange, each request of the platform and each polling as one row: what stands where. It knows the
 * numbers of first lines alone, 4 bytes each.
 */
export class SessionFold {
  #firsts = new Uint32Array(1024);
  #size = 0;
  /** Lines whose fold may go on. */
  #waiting: SessionRow[] = [];
  #lastSeq = 0;
  /** Numbers of folds that are open, rising. */
  #open: number[] = [];

  /** How many rows are shown. */
  get shown(): number {
    return this.#size + this.#open.reduce((sum, fold) => sum + this.#lengthOf(fold) - 1, 0);
  }

  /** The first line of the last fold: more may belong to it. 1: there is none. */
  get lastFirst(): number {
    return this.#firsts[this.#size - 1] ?? 1;
  }

  /** Lines as they come, each once. */
  push(rows: readonly SessionRow[]): void {
    for (const row of rows) this.#waiting.push(row);
    while (this.#waiting.length >= WINDOW_LINES) this.#take(this.#waiting.splice(0, WINDOW_LINES), false);
  }

  /** No more lines for now. */
  end(): void {
    this.#take(this.#waiting.splice(0), true);
  }

  /** More lines have come: those from {@link lastFirst} on are told anew. */
  goOn(): void {
    this.#size = Math.max(0, this.#size - 1);
    this.#open = this.#open.filter((fold) => fold < this.#size);
    this.#lastSeq = Math.max(0, (this.#firsts[this.#size] ?? 1) - 1);
  }

  #take(rows: readonly SessionRow[], isEnd: boolean): void {
    const { rows: firsts } = foldLines(rows, nothingOpen);
    const last = firsts.at(-1);
    if (!last) return;
    // The last one may go on behind the window; where it fills it, its last exchange may.
    const begins = firsts.length > 1 ? last.seq : lastExchangeOf(rows);
    const restSeq = isEnd ? Infinity : begins;
    const rest = rows.filter(({ seq }) => seq >= restSeq);
    for (const { seq } of firsts) if (seq < restSeq) this.#add(seq);
    this.#waiting.unshift(...rest);
    this.#lastSeq = (rest[0]?.seq ?? (rows.at(-1) as SessionRow).seq + 1) - 1;
  }

  #add(seq: number): void {
    if (this.#size === this.#firsts.length) {
      const larger = new Uint32Array(2 * this.#size);
      larger.set(this.#firsts);
      this.#firsts = larger;
    }
    this.#firsts[this.#size++] = seq;
  }

  #firstOf(fold: number): number {
    return this.#firsts[fold] as number;
  }

  #lengthOf(fold: number): number {
    const next = fold + 1 < this.#size ? this.#firstOf(fold + 1) : this.#lastSeq + 1;
    return next - this.#firstOf(fold);
  }

  /** The fold in which a line stands. */
  #foldAt(seq: number): number {
    let [low, high] = [0, this.#size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#firstOf(middle) <= seq) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** Opens the fold in which a line stands, or closes it. */
  setOpen(seq: number, isOpen: boolean): void {
    if (this.#size === 0) return;
    const fold = this.#foldAt(seq);
    const others = this.#open.filter((one) => one !== fold);
    this.#open = isOpen && this.#lengthOf(fold) > 1 ? [...others, fold].toSorted((a, b) => a - b) : others;
  }

  /** Where a line is shown, from 0; the fold that hides it is opened. */
  placeOf(seq: number): number {
    if (this.#size === 0) return 0;
    const fold = this.#foldAt(seq);
    const first = this.#firstOf(fold);
    const within = Math.min(Math.max(0, seq - first), this.#lengthOf(fold) - 1);
    if (within > 0) this.setOpen(seq, true);
    const before = this.#open.filter((one) => one < fold).reduce((sum, one) => sum + this.#lengthOf(one) - 1, 0);
    return fold + before + within;
  }

  /** What stands at the places `from … from + count - 1`, as far as there is something. */
  shownAt(from: number, count: number): ShownPlace[] {
    const places: ShownPlace[] = [];
    let [fold, place] = this.#foldShownAt(from);
    for (; fold < this.#size && places.length < count; fold++) {
      const [first, length] = [this.#firstOf(fold), this.#lengthOf(fold)];
      const isOpen = this.#open.includes(fold);
      if (place >= from) places.push({ seq: first, lastSeq: first + length - 1, isOpen });
      place += 1;
      for (let within = 1; isOpen && within < length; within++, place++)
        if (place >= from && places.length < count) places.push({ seq: first + within });
    }
    return places;
  }

  /** The fold in which a place is, and the place of its first line. */
  #foldShownAt(place: number): [fold: number, first: number] {
    let shift = 0;
    for (const open of this.#open) {
      const first = open + shift;
      if (place <= first) break;
      const more = this.#lengthOf(open) - 1;
      if (place <= first + more) return [open, first];
      shift += more;
    }
    return [Math.max(0, place - shift), Math.max(0, place - shift) + shift];
  }
}

/** The number of the line with which the last exchange begins; behind all of them where it is the only one. */
function lastExchangeOf(rows: readonly SessionRow[]): number {
  const { exchange } = rows.at(-1) as SessionRow;
  const before = rows.findLast((row) => row.exchange !== exchange);
  return before === undefined ? Infinity : before.seq + 1;
}

/** Rows as they are shown, made of all lines of those places in their order. Pure. */
export function foldedRows(places: readonly ShownPlace[], rows: readonly SessionRow[]): FoldedRow[] {
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  return places.flatMap(({ seq, lastSeq = seq, isOpen = false }) => {
    const row = bySeq.get(seq);
    if (!row) return [];
    const all: SessionRow[] = [];
    for (let one = seq; one <= lastSeq; one++) {
      const line = bySeq.get(one);
      if (line) all.push(line);
    }
    const fold = foldOver(all);
    return [fold ? { ...row, fold: { ...fold, isOpen } } : row];
  });
}

/** All lines that are needed for these places, rising. */
export function linesOf(places: readonly ShownPlace[]): number[] {
  const seqs = new Set<number>();
  for (const { seq, lastSeq = seq } of places) for (let one = seq; one <= lastSeq; one++) seqs.add(one);
  return [...seqs].toSorted((a, b) => a - b);
}
