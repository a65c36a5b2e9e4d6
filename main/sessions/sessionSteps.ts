import type { SessionStep } from '../../shared/comparison.ts';
import { defined } from '../../shared/defined.ts';
import type { Fault } from '../../shared/errors.ts';
import { stageNames } from '../../shared/stageNames.ts';
import type { StageName } from '../../shared/stageNames.ts';
import { freshStages } from '../facts/stages.ts';
import type { DeviceState, PlatformRequest, RegistrationPhase, RegistrationState } from '../../shared/state.ts';
import type { StateChanges } from '../../shared/statePatch.ts';

/** Where and when in the journal. */
interface Place {
  readonly line: number;
  readonly sinceStartNs: number;
}

interface Begun {
  readonly step: 'create' | 'register' | 'update' | 'deregister';
  readonly atMs: number;
}

/** The step that a phase belongs to, while the session is in it. */
const stepOfPhase: { readonly [P in RegistrationPhase]?: Begun['step'] } = {
  creating: 'create',
  opening: 'register',
  bootstrapping: 'register',
  connecting: 'register',
  updating: 'update',
  closing: 'deregister',
};

/** A request that will not come further. */
const ended: readonly PlatformRequest['status'][] = ['answered', 'refused', 'failed', 'shown', 'dropped'];

/** Ids of requests that are kept in mind, so that one is counted once; the program itself keeps fewer. */
const MOST_REQUESTS = 1000;

/**
 * The steps of a session, in the order in which they ended, made of what the facts of its journal change. What the journal begins
 * with did not happen in it.
 */
export class SessionSteps {
  readonly #onStep: (step: SessionStep) => void;
  /** The journal keeps facts; otherwise its lines alone were folded. */
  readonly #hasFacts: boolean;
  #stages: DeviceState['stages'] = freshStages();
  #begun: Begun | undefined;
  readonly #requests = new Set<string>();

  constructor(hasFacts: boolean, onStep: (step: SessionStep) => void) {
    this.#hasFacts = hasFacts;
    this.#onStep = onStep;
  }

  /** What a fact has changed; `happened`: it says that something happened, not only what is there. */
  see({ stages, registration, requests }: StateChanges, happened: boolean, place: Place): void {
    if (stages) this.#seeStages(stages, happened, place);
    if (registration) this.#seeRegistration(registration, happened, place);
    for (const [id, request] of Object.entries(requests ?? {}))
      if (request) this.#seeRequest(id, request, happened, place);
  }

  #seeStages(stages: DeviceState['stages'], happened: boolean, place: Place): void {
    for (const name of stageNames) this.#seeStage(name, stages[name], happened, place);
    this.#stages = stages;
  }

  #seeStage(name: StageName, stage: DeviceState['stages'][StageName], happened: boolean, place: Place): void {
    const { status, startedMs, finishedMs, fault } = stage;
    if (!happened || status === this.#stages[name].status || (status !== 'done' && status !== 'failed')) return;
    const isTimed = this.#hasFacts && startedMs !== undefined && finishedMs !== undefined;
    this.#tell(`stage ${name}`, fault ? faultText(fault) : 'done', place, isTimed ? finishedMs - startedMs : undefined);
  }

  #seeRegistration({ phase, fault }: RegistrationState, happened: boolean, place: Place): void {
    const step = stepOfPhase[phase];
    const begun = this.#begun;
    if (step === begun?.step) return;
    const atMs = place.sinceStartNs / 1e6;
    this.#begun = step && { step, atMs };
    if (!begun || !happened) return;
    const result = fault ? faultText(fault) : resultOf(begun.step, phase);
    this.#tell(begun.step, result, place, atMs - begun.atMs);
  }

  #seeRequest(
    id: string,
    { kind, path, status, result, usedMs }: PlatformRequest,
    happened: boolean,
    place: Place,
  ): void {
    if (!ended.includes(status) || this.#requests.has(id)) return;
    this.#requests.add(id);
    const [oldest] = this.#requests;
    if (this.#requests.size > MOST_REQUESTS && oldest !== undefined) this.#requests.delete(oldest);
    if (happened)
      this.#tell(`request ${kind}`, result === undefined ? status : `${status} ${result}`, place, usedMs, path);
  }

  #tell(step: string, result: string, { line, sinceStartNs }: Place, durationMs?: number, path?: string): void {
    this.#onStep({
      step,
      ...defined({ path }),
      result,
      ...defined({ durationMs }),
      atMs: sinceStartNs / 1e6,
      line,
    });
  }
}

/** Back to nothing without a word: the port went, or a person began anew. */
function resultOf(step: Begun['step'], phase: RegistrationPhase): string {
  return isReached(step, phase) ? 'done' : `left ${phase}`;
}

/** Where each step leads when it goes well. */
function isReached(step: Begun['step'], phase: RegistrationPhase): boolean {
  if (step === 'create') return phase === 'addingObjects' || phase === 'opening';
  if (step === 'deregister') return phase === 'deregistered' || phase === 'idle';
  return phase === 'registered';
}

function faultText({ code, detail }: Fault): string {
  return detail !== undefined && /^\d{1,9}$/.test(detail) ? `${code} ${detail}` : code;
}
