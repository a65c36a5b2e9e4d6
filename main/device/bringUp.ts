import { defined } from '../../shared/defined.ts';
import { isOnNetwork, networkStatus } from '../../shared/networkStatus.ts';
import { rssiDbmOf } from '../../shared/signal.ts';
import { CodedError, faultOf, isRefusal, refusalCodes } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { cardNumber, identityNumber } from '../../shared/identity.ts';
import type { DialectState, ModuleIdentity, NetworkState } from '../../shared/state.ts';
import type { StageName } from '../../shared/stageNames.ts';
import type { AnswerOf, CommandSpec, ParamsOf } from '../at/codec.ts';
import { commands } from '../mipl/messages.ts';
import type { CommandOrder } from '../mipl/commandOrder.ts';
import type { Engine, KeptSession } from '../mipl/engine.ts';
import { isReachableByPlatform } from '../mipl/registration.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { pause } from '../time/timers.ts';
import { registrationFacts } from '../facts/networkFacts.ts';

/** What bring-up tells while it goes on. */
export interface BringUpListener {
  onStage(name: StageName, change: 'running' | 'done'): void;
  onAnswering(): void;
  /** The session of before goes on. */
  onKept(): void;
  onIdentity(identity: ModuleIdentity): void;
  onNetwork(network: NetworkState): void;
  onDialect(dialect: Pick<DialectState, 'name' | 'evidence'>): void;
}

type TextLine = NonNullable<typeof commands.manufacturer.answer>;

/** How long bring-up is patient; all in milliseconds. */
export interface BringUpOptions {
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** From the first AT to the first OK: a module that was just powered takes seconds. */
  readonly answerTimeoutMs?: number;
  readonly simTimeoutMs?: number;
  /** The document: 20–120 s from power-on to registration. */
  readonly networkTimeoutMs?: number;
  readonly networkPollMs?: number;
  /** A session from before the line was lost, and of which module: asked for before a new one is made. */
  readonly kept?: KeptSession & { readonly imei?: string };
  /** Lifetime and timeout for MIPLOPEN; without it bring-up ends before the suite is created. */
  readonly register?: { readonly lifetimeSeconds: number; readonly timeoutSeconds: number };
}

/** The stage that failed and why; the code and detail are those of the cause. */
export class StageError extends CodedError {
  readonly stage: StageName;

  constructor(stage: StageName, cause: unknown) {
    const { code, message, detail } = faultOf(cause);
    super(code, message, detail, { cause });
    this.stage = stage;
  }
}

const bringUpOrder: CommandOrder = { tag: { task: 'bringUp' } };
const ANSWER_TIMEOUT_MS = 30_000;
const SIM_TIMEOUT_MS = 15_000;
const NETWORK_TIMEOUT_MS = 120_000;
const NETWORK_POLL_MS = 2000;
const RETRY_MS = 500;
/** A question into which something else came is asked again. */
const IMEI_TRIES = 3;
/** A question whose answer was lost is asked again; a line that loses three in a row is no line. */
const QUESTION_TRIES = 3;

/** +CEREG `<stat>` (27.007 §10.1.22). */

/**
 * Chapter 1 and 3.2 of the document as one sequence: module answers, says who it is, SIM, network, suite and objects,
 * registration. Frequency lock and operator selection are left alone, but asked for: a wrong one outlives the visit.
 * @throws StageError.
 */
export async function bringUp(engine: Engine, listener: BringUpListener, options: BringUpOptions): Promise<void> {
  let imei: string | undefined;
  const steps: readonly (readonly [StageName, () => Promise<void>])[] = [
    ['module', async () => void (imei = await greetModule(engine, listener, options))],
    ['sim', () => readSim(engine, listener, options)],
    ['network', () => joinNetwork(engine, listener, options)],
    ...registrationSteps(engine, listener, options, () => imei),
  ];
  for (const [stage, run] of steps) {
    listener.onStage(stage, 'running');
    try {
      await run();
    } catch (error) {
      throw new StageError(stage, options.signal.aborted ? new CodedError('CANCELLED', 'Bring-up was stopped') : error);
    }
    listener.onStage(stage, 'done');
  }
}

function registrationSteps(
  engine: Engine,
  listener: BringUpListener,
  { register, kept }: BringUpOptions,
  imei: () => string | undefined,
): (readonly [StageName, () => Promise<void>])[] {
  if (!register) return [];
  const makeOrKeepSuite = async (): Promise<void> => {
    await askVersion(engine, listener);
    if (kept && kept.imei === imei() && (await engine.resume(kept))) return listener.onKept();
    await engine.prepareSuite();
  };
  const registerOnce = async (): Promise<void> => {
    if (!isReachableByPlatform(engine.registration)) await engine.register(register);
  };
  return [
    ['objects', makeOrKeepSuite],
    ['onenet', registerOnce],
  ];
}

/** Chapter 3.2 (1) of the document: the version that stands in the report. */
async function askVersion(engine: Engine, listener: BringUpListener): Promise<void> {
  const miplVersion = (await ask(engine, commands.version, {}))[0]?.version;
  if (miplVersion !== undefined) listener.onIdentity({ miplVersion });
}

/** Gives the IMEI, where the module tells it. */
async function greetModule(
  engine: Engine,
  listener: BringUpListener,
  options: BringUpOptions,
): Promise<string | undefined> {
  await retry(
    () => engine.exec(commands.attention, {}, bringUpOrder),
    options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS,
    options,
    ['AT_TIMEOUT', 'AT_SILENT', 'AT_ERROR'],
  );
  listener.onAnswering();
  await ask(engine, commands.echoOff, {});
  await ask(engine, commands.errorReport, { mode: 1 });
  const manufacturer = await readText(engine, commands.manufacturer);
  const model = await readText(engine, commands.model);
  const firmware = await readText(engine, commands.firmware);
  const imei = await readImei(engine);
  listener.onIdentity({
    ...(manufacturer === '' ? {} : { manufacturer }),
    ...(model === '' ? {} : { model }),
    ...(firmware === '' ? {} : { firmware }),
    ...defined({ imei }),
  });
  listener.onDialect(await detectDialect(engine));
  return imei;
}

/** What a module that lost its settings must be told again, session or not; refusals do not matter. @throws AtFailure. */
export async function restoreSettings(engine: Engine): Promise<void> {
  await ask(engine, commands.echoOff, {});
  await ask(engine, commands.errorReport, { mode: 1 });
  await ask(engine, commands.connectionReport, { mode: 1 });
  await ask(engine, commands.registrationReport, { mode: 1 });
}

/** A name is made of whole lines, each once: one with broken bytes is asked for again, and in the end left out. */
async function readText(engine: Engine, spec: CommandSpec<string, Record<never, never>, TextLine>): Promise<string> {
  for (let time = 1; ; time++) {
    const lines = (await ask(engine, spec, {})).map(({ text }) => text);
    const whole = lines.filter((line) => !line.includes('\uFFFD'));
    if (whole.length === lines.length || time === QUESTION_TRIES) return [...new Set(whole)].join(' ');
  }
}

/** HiSilicon modules number the question, M5311 knows the bare one (mipl-at.md §14). */
async function readImei(engine: Engine): Promise<string | undefined> {
  for (let time = 0; time < IMEI_TRIES; time++) {
    const numbered = (await ask(engine, commands.imei, { kind: 1 })).map(({ imei }) => imei).find(isIdentity);
    if (numbered !== undefined) return numbered;
    const bare = (await ask(engine, commands.serialNumber, {})).map(({ text }) => text).find(isIdentity);
    if (bare !== undefined) return bare;
  }
  return undefined;
}

function isIdentity(text: string): boolean {
  return identityNumber.test(text);
}

/** Only China Mobile firmware knows MIPLCREATEEX (mipl-at.md §0); the answer itself is the evidence. */
async function detectDialect(engine: Engine): Promise<Pick<DialectState, 'name' | 'evidence'>> {
  const probe = 'AT+MIPLCREATEEX=?';
  try {
    await patiently(() => engine.ask(commands.createExTest, {}, bringUpOrder));
    return { name: 'cmcc', evidence: `${probe} → OK` };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { code, detail } = faultOf(error);
    return { name: 'cis', evidence: `${probe} → ${code}${detail === undefined ? '' : ` ${detail}`}` };
  }
}

async function readSim(engine: Engine, listener: BringUpListener, options: BringUpOptions): Promise<void> {
  let imsi: string | undefined;
  try {
    imsi = await retry(
      async () => {
        const found = (await patiently(() => engine.ask(commands.imsi, {}, bringUpOrder)))
          .map(({ text }) => text)
          .find(isIdentity);
        // What came in the middle must not become the name under which the platform knows the module.
        if (found === undefined) throw new CodedError('AT_ERROR', 'AT+CIMI was answered without 15 digits');
        return found;
      },
      options.simTimeoutMs ?? SIM_TIMEOUT_MS,
      options,
      refusalCodes,
    );
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new CodedError('SIM_NOT_READY', faultOf(error).message, faultOf(error).detail, { cause: error });
  }
  const [card = (await ask(engine, commands.iccidM5311, {}))[0]] = await ask(engine, commands.iccid, {});
  const iccid = card !== undefined && cardNumber.test(card.iccid) ? card.iccid : undefined;
  listener.onIdentity({ ...defined({ imsi, iccid }) });
}

async function joinNetwork(engine: Engine, listener: BringUpListener, options: BringUpOptions): Promise<void> {
  // Before anything is set: only so it is known that a lock was there already.
  await ask(engine, commands.lockFrequencyState, {});
  await ask(engine, commands.connectionReport, { mode: 1 });
  await ask(engine, commands.registrationReport, { mode: 1 });
  const [context] = await ask(engine, commands.pdpContextState, {});
  if (context) listener.onNetwork({ apn: context.apn });
  const { clock = systemClock } = options;
  const limitMs = clock.steadyMs() + (options.networkTimeoutMs ?? NETWORK_TIMEOUT_MS);
  for (;;) {
    const [state] = await patiently(() => engine.ask(commands.registrationState, {}, bringUpOrder));
    if (state) listener.onNetwork(registrationFacts(state));
    if (isOnNetwork(state?.status)) break;
    if (state?.status === networkStatus.denied) throw new CodedError('NETWORK_DENIED', '+CEREG status 3', '3');
    await readSignal(engine, listener);
    if (clock.steadyMs() > limitMs) {
      const seen = state === undefined ? 'unknown' : String(state.status);
      throw new CodedError('NETWORK_TIMEOUT', `+CEREG status ${seen} after the usual time`, seen);
    }
    await pause(options.networkPollMs ?? NETWORK_POLL_MS, options.signal);
  }
  await readSignal(engine, listener);
}

/** What the HiSilicon modules print while they have not measured anything: the least 16-bit number, and ECL 255. */
const unknownStatistics: readonly number[] = [-32768, 255];

/** +CSQ and, where the module has it, the HiSilicon statistics. */
export async function readSignal(
  engine: Engine,
  listener: Pick<BringUpListener, 'onNetwork'>,
  order: CommandOrder = bringUpOrder,
): Promise<void> {
  const [quality] = await ask(engine, commands.signalQuality, {}, order);
  const statistics = await ask(engine, commands.statistics, {}, order);
  const tenths = (name: string): number | undefined => {
    const found = statistics
      .map((line) => new RegExp(`^\\+?${name} *[:,] *(-?\\d+)$`, 'i').exec(line.text))
      .find(Boolean);
    const value = found?.[1] === undefined ? undefined : Number(found[1]);
    return value === undefined || unknownStatistics.includes(value) ? undefined : value;
  };
  const rsrp = tenths('Signal power');
  const snr = tenths('SNR');
  const coverageLevel = tenths('ECL');
  const rssiDbm = quality && rssiDbmOf(quality.rssi);
  listener.onNetwork({
    ...defined({ rssiDbm }),
    ...(rsrp === undefined ? {} : { rsrpDbm: rsrp / 10 }),
    ...(snr === undefined ? {} : { snrDb: snr / 10 }),
    ...defined({ coverageLevel }),
  });
}

/** A question whose refusal does not matter: the answer is empty then. A dead line still throws. */
export async function ask<C extends CommandSpec>(
  engine: Engine,
  spec: C,
  params: ParamsOf<C['params']>,
  order: CommandOrder = bringUpOrder,
): Promise<readonly AnswerOf<C>[]> {
  try {
    return await patiently(() => engine.ask(spec, params, order));
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}

/** Asks again when the answer was lost: none of these questions changes anything by being asked twice. */
async function patiently<T>(question: () => Promise<T>): Promise<T> {
  for (let time = 1; ; time++) {
    try {
      return await question();
    } catch (error) {
      if (faultOf(error).code !== 'AT_TIMEOUT' || time === QUESTION_TRIES) throw error;
    }
  }
}

async function retry<T>(
  work: () => Promise<T>,
  limitMs: number,
  { signal, clock = systemClock }: BringUpOptions,
  codes: readonly ErrorCode[],
): Promise<T> {
  const endMs = clock.steadyMs() + limitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CodedError) || !codes.includes(error.code) || clock.steadyMs() > endMs) throw error;
    }
    await pause(RETRY_MS, signal);
  }
}
