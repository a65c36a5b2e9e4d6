import type { Events } from '../../shared/contract/contract.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { DeviceId, ProgramPatch } from '../../shared/programState.ts';
import type { Patch } from '../../shared/statePatch.ts';

/** So long may a window leave a question whether it hears unanswered: then it is told no more until it answers. */
const PATIENCE_MS = 1000;
/** It is asked so often at most, and only while there is something to tell. */
const ASK_MS = 200;
/** A window that stood still for less is not worth a word: where processors are scarce every window does now and then. */
const SAID_MS = 5000;

/** The way to the window. */
export interface Hearer {
  /** False where there is no window, or its page has crashed. */
  tell<E extends keyof Events>(event: E, payload: Events[E]): boolean;
  /** Asks whether it hears; its page answers with the number once it has heard all that was told before. */
  ask(number: number): void;
}

/** What is told. */
export interface Telling<E extends keyof Events> {
  readonly event: E;
  /** What it is about, where the event alone does not say: what came last of it stands for all that was missed. */
  readonly about?: string;
  readonly payload: Events[E];
  /** From which the window finds out what it has missed; default: the payload that was told last. */
  readonly newest?: () => Events[E];
}

/** What holds a state and tells its steps: that of a device, or that of the program. */
interface Holder {
  snapshot(): { readonly revision: number };
}

/** What is told of the program's state; a window that has missed steps is told so, and fetches the whole. */
export function tellingOfProgram(state: Holder, patch: ProgramPatch, steadyMs: () => number): Telling<'program'> {
  return {
    event: 'program',
    payload: { ...patch, steadyMs: steadyMs() },
    newest: () => ({ revision: state.snapshot().revision, changes: {}, hasMissed: true, steadyMs: steadyMs() }),
  };
}

/** What is told of the state of a device, in the same way. */
export function tellingOfState(
  { id, state }: { readonly id: DeviceId; readonly state: Holder },
  patch: Patch,
  steadyMs: () => number,
): Telling<'patch'> {
  return {
    event: 'patch',
    about: id,
    payload: { device: id, patch: { ...patch, steadyMs: steadyMs() } },
    newest: () => ({
      device: id,
      patch: { revision: state.snapshot().revision, changes: {}, hasMissed: true, steadyMs: steadyMs() },
    }),
  };
}

/** What is told of the lines of a device; a window that has missed some is told so, and reads them. */
export function tellingOfLog(
  { id, log }: { readonly id: DeviceId; readonly log: { newest(): LogEntry[] } },
  entries: LogEntry[],
): Telling<'log'> {
  return {
    event: 'log',
    about: id,
    payload: { device: id, entries },
    newest: () => ({ device: id, entries: log.newest(), hasMissed: true }),
  };
}

/** What is told of kept sessions: each says what it holds once, so that what is missed of one is not made up by what is told of another. */
export function tellingOfSessions(payload: Events['sessions']): Telling<'sessions'> {
  return { event: 'sessions', about: payload.changed.map(({ id }) => id).join(' '), payload };
}

/**
 * Tells the window what happens, as long as it hears. What a page that stands still does not read would wait in our memory without
 * a bound; so what it misses is left out, and once it hears again it is told the newest of each, from which it fetches the rest.
 */
export class WindowTeller {
  readonly #hearer: Hearer;
  readonly #nowMs: () => number;
  #asked: { readonly number: number; readonly atMs: number } | undefined;
  #lastNumber = 0;
  #lastAskedMs = -Infinity;
  /** While the window is told nothing: how to say the newest of what it has missed. */
  #missed: Map<string, () => void> | undefined;

  /** @param nowMs a clock that is never set, milliseconds */
  constructor(hearer: Hearer, nowMs: () => number) {
    this.#hearer = hearer;
    this.#nowMs = nowMs;
  }

  /** Tells the window, now or when it hears again. */
  tell<E extends keyof Events>({ event, about = '', payload, newest = () => payload }: Telling<E>): void {
    if (!this.#missed && this.#isDeaf()) this.#missed = new Map();
    if (this.#missed) {
      const key = `${event} ${about}`;
      // What came last is told last.
      this.#missed.delete(key);
      this.#missed.set(key, () => this.#hearer.tell(event, newest()));
      return;
    }
    if (this.#hearer.tell(event, payload)) this.#ask();
  }

  /** The page has heard all that was told before the question with that number. */
  heard(number: number): void {
    const asked = this.#asked;
    if (asked?.number !== number) return;
    this.#asked = undefined;
    const missed = this.#missed;
    if (!missed) return;
    this.#missed = undefined;
    for (const tellNewest of missed.values()) tellNewest();
    const milliseconds = this.#nowMs() - asked.atMs;
    if (milliseconds >= SAID_MS) this.#hearer.tell('heldUp', { what: 'window', milliseconds });
  }

  /** A page begins: it fetches what it shows. */
  begin(): void {
    this.#asked = undefined;
    this.#missed = undefined;
  }

  #isDeaf(): boolean {
    return this.#asked !== undefined && this.#nowMs() - this.#asked.atMs > PATIENCE_MS;
  }

  #ask(): void {
    const atMs = this.#nowMs();
    if (this.#asked || atMs - this.#lastAskedMs < ASK_MS) return;
    this.#asked = { number: ++this.#lastNumber, atMs };
    this.#lastAskedMs = atMs;
    this.#hearer.ask(this.#lastNumber);
  }
}
