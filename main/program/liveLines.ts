import type { LogEntry } from '../../shared/log.ts';
import type { SessionBytes, SessionRow } from '../../shared/sessions.ts';
import type { Device } from '../device/device.ts';
import type { OpenSession } from '../sessions/openSession.ts';

/** Live log and journal stamp a line by clocks that may have been set apart by so much; the text decides. */
const NEAR_MS = 2000;
/** Lines around the time that are looked at. */
const AROUND = 200;

/** Finds lines of the live log again in the journal that is being written, until its device is closed. */
export class LiveLines {
  readonly #device: Device;
  /** The journal that is written now, read while it grows. */
  #growing: OpenSession | undefined;
  /** Settles when nothing is being looked for: one after the other, so that there is one session, and it is closed unused. */
  #looking: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(device: Device) {
    this.#device = device;
    device.onClose(() => this.#close());
  }

  /** The bytes of a line as the journal keeps them; undefined where it has none of that line. @throws CodedError `FILE_…`, `CANCELLED`. */
  bytesOf(seq: number): Promise<SessionBytes | undefined> {
    const told = this.#looking.then(() => this.#bytesOf(seq));
    this.#looking = told.catch(() => undefined);
    return told;
  }

  async #bytesOf(seq: number): Promise<SessionBytes | undefined> {
    const [entry] = this.#device.log.read(seq, 1);
    const journal = this.#device.journal;
    if (!entry || !journal || entry.kind === 'note' || this.#isClosed) return undefined;
    await journal.flush();
    const session = await this.#session(journal.file);
    const row = await rowOf(session, entry);
    return row && session.bytesAt(row.line);
  }

  async #session(file: string): Promise<OpenSession> {
    if (this.#growing?.file !== file) {
      await this.#growing?.close();
      // Loaded when somebody looks at the bytes of a line for the first time.
      const { OpenSession: Session } = await import('../sessions/openSession.ts');
      const nobody = { onChange: () => undefined, onFind: () => undefined };
      this.#growing = await Session.open(file, nobody, () => this.#device.clock.wallMs());
    }
    await this.#growing.look();
    return this.#growing;
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    await this.#growing?.close();
    await this.#looking;
    // It was just being opened.
    await this.#growing?.close();
  }
}

/** The row that is nearest in time of those that say the same. */
async function rowOf(session: OpenSession, { atMs, text, kind }: LogEntry): Promise<SessionRow | undefined> {
  const seq = await session.seqAt({ by: 'time', atMs: Math.max(0, atMs - NEAR_MS) });
  const isOut = kind === 'engine' || kind === 'person';
  const far = (row: SessionRow): number => Math.abs(row.atMs - atMs);
  const alike: SessionRow[] = [];
  for (let from = seq; ; from += AROUND) {
    const rows = await session.rows(from, AROUND);
    for (const row of rows) {
      const isRowOut = row.kind === 'engine' || row.kind === 'person';
      if (row.text === text && row.kind !== 'note' && isRowOut === isOut && far(row) <= NEAR_MS) alike.push(row);
    }
    const last = rows.at(-1);
    if (!last || rows.length < AROUND || last.atMs > atMs + NEAR_MS) break;
  }
  return alike.toSorted((a, b) => far(a) - far(b))[0];
}
