import { CodedError } from '../../shared/errors.ts';
import type { ModemLines } from '../../shared/lineSettings.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { comPortChanges, confirmation, confirms, modemStateIn } from './comPort.ts';
import type { ComPortRequest } from './comPort.ts';
import type { LineControl, LineWatcher } from './link.ts';

/** What the control of a server's port works with. */
export interface ComPortLineParts {
  /** The address, for errors. */
  readonly name: string;
  readonly send: (request: ComPortRequest) => void;
  /** How long the server may take to confirm a request, milliseconds. */
  readonly confirmMs: number;
}

interface Asked {
  readonly request: ComPortRequest;
  settle(told: ComPortRequest | undefined): void;
}

/** The line of a server's port by RFC 2217, set while bytes flow. */
export class ComPortLine implements LineControl {
  readonly #parts: ComPortLineParts;
  readonly #watchers = new Set<LineWatcher>();
  #lines: ModemLines | undefined;
  #asked: Asked | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: ComPortLineParts) {
    this.#parts = parts;
  }

  set(change: Parameters<LineControl['set']>[0]): Promise<void> {
    const done = this.#last.then(async () => {
      for (const request of comPortChanges(change)) await this.#ask(request);
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  watch(watcher: LineWatcher): Timer {
    this.#watchers.add(watcher);
    if (this.#lines) watcher.onLines(this.#lines);
    return { stop: () => void this.#watchers.delete(watcher) };
  }

  /** The server has said something about its port. */
  receive(content: Uint8Array): void {
    const lines = modemStateIn(content);
    if (lines) {
      this.#lines = lines;
      for (const watcher of this.#watchers) watcher.onLines(lines);
    }
    const told = confirmation(content);
    if (told && told.command === this.#asked?.request.command) this.#asked.settle(told);
  }

  /** The connection has ended: nobody answers any more. */
  end(): void {
    this.#watchers.clear();
    this.#asked?.settle(undefined);
  }

  async #ask(request: ComPortRequest): Promise<void> {
    const { name, send, confirmMs } = this.#parts;
    const told = await new Promise<ComPortRequest | undefined>((resolve) => {
      const timer = startTimer(() => this.#asked?.settle(undefined), confirmMs);
      this.#asked = {
        request,
        settle: (answer) => {
          timer.stop();
          this.#asked = undefined;
          resolve(answer);
        },
      };
      send(request);
    });
    if (told && confirms(told, request)) return;
    const asked = `request ${request.command} with ${request.value.join(' ')}`;
    const answer = told ? `has answered ${told.value.join(' ')}` : `has not confirmed it within ${confirmMs} ms`;
    throw new CodedError('LINE_NOT_SET', `${name}: ${asked}: the server ${answer}`, name);
  }
}
