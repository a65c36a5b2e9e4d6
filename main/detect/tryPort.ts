import { defined } from '../../shared/defined.ts';
import { faultOf } from '../../shared/errors.ts';
import { identityNumber } from '../../shared/identity.ts';
import { lineEndText } from '../../shared/lineSettings.ts';
import type { LineEnding } from '../../shared/lineSettings.ts';
import type { FoundModule } from '../../shared/search.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { pause, startTimer } from '../time/timers.ts';
import type { Link } from '../transport/link.ts';
import { detectedRates, reasonOf } from './detection.ts';
import type { PortResult, RateResult } from './detection.ts';
import { readReply } from './reply.ts';
import type { ProbeReply } from './reply.ts';

/** What a trial tells while it goes on. */
export interface TrialListener {
  /** A rate is tried; undefined where the far end sets its own. */
  onTrying?(baudRate: number | undefined): unknown;
  /** Bytes as they come, at this rate. */
  onBytes?(bytes: Uint8Array, baudRate: number | undefined): unknown;
  onTried?(result: RateResult): unknown;
}

/** How a port is tried. */
export interface TrialOptions {
  /** Opens the port at a rate. @throws CodedError `PORT_…` */
  readonly open: (baudRate: number) => Promise<Link>;
  /** The likeliest first. */
  readonly rates?: readonly number[];
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly listener?: TrialListener;
}

/** All rates together; what was found by then may say who it is. */
const PORT_LIMIT_MS = 5000;
/** A module at 4800 answers an AT within 100 ms; one that sleeps is woken by the first and answers the second. */
const ANSWER_MS = 280;
const WAKE_MS = 240;
/** Garbage that goes on for this long is garbage. */
const QUIET_MS = 60;
const IDENTITY_MS = 1000;

/** One command and what comes back, at one rate. */
class Trial {
  readonly #link: Link;
  readonly #signal: AbortSignal | undefined;
  #received: Uint8Array[] = [];
  #onBytes: (() => void) | undefined;
  #lost: Error | undefined;

  constructor(link: Link, onBytes: (bytes: Uint8Array) => void, signal: AbortSignal | undefined) {
    this.#link = link;
    this.#signal = signal;
    link.onData = (bytes) => {
      this.#received.push(bytes);
      onBytes(bytes);
      this.#onBytes?.();
    };
    link.onClose = (reason) => {
      this.#lost = reason ?? new Error('the port was closed');
      this.#onBytes?.();
    };
  }

  get byteCount(): number {
    return this.#received.reduce((sum, { length }) => sum + length, 0);
  }

  /** Sends and waits until an answer is whole, or the time is over. @throws what ended the link, AbortError. */
  async ask(command: string, ending: LineEnding, limitMs: number): Promise<ProbeReply> {
    this.forget();
    await this.#link.write(Buffer.from(command + lineEndText[ending], 'latin1'));
    return this.#reply(command, limitMs);
  }

  /** What came so far belongs to what was sent before. */
  forget(): void {
    this.#received = [];
  }

  async #reply(command: string, limitMs: number): Promise<ProbeReply> {
    const read = (): ProbeReply => readReply(Buffer.concat(this.#received), command);
    await new Promise<void>((resolve) => {
      const timer = startTimer(end, limitMs);
      const signal = this.#signal;
      signal?.addEventListener('abort', end, { once: true });
      this.#onBytes = () => {
        if (this.#lost || read().kind === 'answer') end();
      };
      function end(): void {
        timer.stop();
        signal?.removeEventListener('abort', end);
        resolve();
      }
      this.#onBytes();
    });
    this.#onBytes = undefined;
    this.#signal?.throwIfAborted();
    if (this.#lost) throw this.#lost;
    return read();
  }
}

/**
 * Looks for a module at a port: one rate after the other until an AT is answered twice, within 5 s. Never rejects: what
 * hinders stands in the result. The port is closed again in any case.
 */
export async function tryPort(port: string, options: TrialOptions): Promise<PortResult> {
  const { open, rates = detectedRates, clock = systemClock, signal, listener = {} } = options;
  const results: RateResult[] = [];
  const endMs = clock.steadyMs() + PORT_LIMIT_MS;
  let link: Link | undefined;
  try {
    link = await open(rates[0] ?? detectedRates[0]);
    const { setBaudRate } = link;
    let baudRate: number | undefined;
    const trial = new Trial(link, (bytes) => listener.onBytes?.(bytes, baudRate), signal);
    for (const rate of setBaudRate ? rates : [undefined]) {
      // One is tried in any case: a serial server may take long to open.
      if (results.length > 0 && clock.steadyMs() >= endMs) break;
      baudRate = rate;
      if (rate !== undefined && results.length > 0) await setBaudRate?.(rate);
      listener.onTrying?.(rate);
      const { result, module } = await tryRate(trial, rate, signal);
      results.push(result);
      listener.onTried?.(result);
      if (module) return { port, module, rates: results };
    }
    return { port, reason: reasonOf(results), rates: results };
  } catch (error) {
    return { port, reason: 'failed', fault: faultOf(error), rates: results };
  } finally {
    await link?.close();
  }
}

/** An AT that is answered twice at this rate, and who answers. */
async function tryRate(
  trial: Trial,
  baudRate: number | undefined,
  signal: AbortSignal | undefined,
): Promise<{ readonly result: RateResult; readonly module?: FoundModule }> {
  const rate = baudRate === undefined ? {} : { baudRate };
  // CR LF serves those that want either of them.
  let reply = await trial.ask('AT', 'CRLF', ANSWER_MS);
  let byteCount = trial.byteCount;
  if (reply.kind !== 'answer') {
    // What is still under way at this rate must not be read at the next, nor as the second answer.
    if (reply.kind === 'garbage') await pause(QUIET_MS, signal);
    reply = await trial.ask('AT', 'CRLF', WAKE_MS);
    byteCount += trial.byteCount;
  }
  const result: RateResult = { ...rate, kind: reply.kind, byteCount };
  if (reply.kind !== 'answer') return { result };
  const again = await trial.ask('AT', 'CRLF', ANSWER_MS);
  if (again.kind !== 'answer') return { result: { ...result, kind: again.kind } };
  const lineEnding = await endingOf(trial);
  return { result, module: { ...rate, lineEnding, hasEcho: again.hasEcho, ...(await identityOf(trial, lineEnding)) } };
}

/** The end that the module wants, the standard's own first. */
async function endingOf(trial: Trial): Promise<LineEnding> {
  for (const ending of ['CR', 'LF'] as const) {
    if ((await trial.ask('AT', ending, ANSWER_MS)).kind === 'answer') return ending;
  }
  // What a module did not take for a line still stands in its buffer, before whatever comes next.
  await trial.ask('AT', 'CRLF', ANSWER_MS);
  return 'CRLF';
}

async function identityOf(
  trial: Trial,
  ending: LineEnding,
): Promise<Pick<FoundModule, 'manufacturer' | 'model' | 'imei'>> {
  const first = async (command: string): Promise<string | undefined> => {
    const reply = await trial.ask(command, ending, IDENTITY_MS);
    return reply.kind === 'answer' ? reply.lines.find((line) => !/^[+*^]C/.test(line)) : undefined;
  };
  const manufacturer = await first('AT+CGMI');
  const model = await first('AT+CGMM');
  const imei = (await imeiOf(trial, 'AT+CGSN=1', ending)) ?? (await imeiOf(trial, 'AT+CGSN', ending));
  return {
    ...defined({ manufacturer, model, imei }),
  };
}

/** HiSilicon modules number the question and print `+CGSN:490154203237518`, M5311 the bare number. */
async function imeiOf(trial: Trial, command: string, ending: LineEnding): Promise<string | undefined> {
  const { lines } = await trial.ask(command, ending, IDENTITY_MS);
  return lines
    .map((line) => line.replace(/^\+CGSN: */, '').replaceAll('"', ''))
    .find((text) => identityNumber.test(text));
}
