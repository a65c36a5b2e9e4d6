import type { AcceptanceCase, AcceptanceState } from '../../shared/acceptance.ts';
import type { PlatformCall, PlatformState } from '../../shared/platform.ts';
import type { JournalState, ObservationState, OutgoingNotification, PlatformRequest } from '../../shared/state.ts';
import type { AnswerTimes } from '../../shared/answerTimes.ts';
import type { Settings } from '../../shared/settings.ts';
import type { StateChanges } from '../../shared/statePatch.ts';
import type { UdpDatagram, UdpState } from '../../shared/udp.ts';
import type { JournalWriter } from '../journal/journalWriter.ts';
import { changeOf } from './change.ts';
import { echoChangeOf } from './echoChange.ts';
import { sessionSettings } from './fact.ts';
import type { Fact, FactOf, SessionSettings } from './fact.ts';
import { changesOf, factsOf, newRequest } from './fold.ts';
import type { StateFacts } from './fold.ts';
import type { StateHolder } from './stateHolder.ts';

/** What a journal does for facts. Who a module is has a record of its own, which readers of other programs know. */
type FactJournal = Pick<JournalWriter, 'fact' | 'identify' | 'onHole'>;

/** What a module says of itself by lines that nobody asked for, many of them the same again: each would be kept, told and shown. */
const mayRepeat: ReadonlySet<Fact['fact']> = new Set(['network', 'registration']);

/** Field by field; fields that hold objects are the same where they hold the same one. */
function isSame<T extends object>(before: T, after: T): boolean {
  const names = Object.keys(after) as (keyof T)[];
  return names.length === Object.keys(before).length && names.every((name) => after[name] === before[name]);
}

/** Whether network, session and stages, all that such a fact changes, stand as they stood. */
function isNothingNew(facts: StateFacts, changes: StateChanges): boolean {
  const { network = facts.network, registration = facts.registration, stages = facts.stages } = changes;
  return stages === facts.stages && isSame(facts.network, network) && isSame(facts.registration, registration);
}

/**
 * Where everything that happens to a module is told: the only way by which its state changes. What is told as a whole is
 * kept as what has changed of it.
 */
export class FactRecord {
  readonly holder: StateHolder;
  #journal: FactJournal | undefined;
  #settings: FactOf<'settings'> | undefined;
  readonly #listeners = new Set<(fact: Fact) => void>();

  constructor(holder: StateHolder) {
    this.holder = holder;
  }

  /** Hears of everything that happens, before the state does. */
  onFact(listener: (fact: Fact) => void): void {
    this.#listeners.add(listener);
  }

  /** Something has happened: the state is what it comes to. What a module says of itself once more has not. */
  tell(fact: Fact): void {
    const changes = changesOf(this.holder, fact);
    if (mayRepeat.has(fact.fact) && isNothingNew(this.holder.facts, changes)) return;
    // Before the state: who hears of a change may tell a fact of its own.
    if (changes.module && fact.fact === 'identity') this.#journal?.identify(changes.module);
    else this.#journal?.fact(fact);
    for (const hear of this.#listeners) hear(fact);
    this.holder.change(changes);
  }

  /** From now on facts go into this journal, too. It begins with the state as it is. */
  beginJournal(journal: FactJournal): void {
    this.#journal = journal;
    journal.onHole = () => this.#tellAll(journal);
    this.#tellAll(journal);
  }

  /** The journal is closed; the state goes on without one. */
  endJournal(journal: FactJournal): void {
    if (this.#journal === journal) this.#journal = undefined;
  }

  /** The settings that hold; told when one that matters is another than before. */
  settings(settings: Settings): void {
    const kept = Object.fromEntries(
      sessionSettings.map((name) => [name, settings[name]]),
    ) as unknown as SessionSettings;
    const before = this.#settings?.settings;
    if (before && sessionSettings.every((name) => kept[name] === before[name])) return;
    this.#settings = { fact: 'settings', settings: kept };
    this.tell(this.#settings);
  }

  /** A request of the platform is new or has come further. */
  request(request: PlatformRequest): void {
    const { id } = request;
    const before = this.holder.entry('requests', id) ?? newRequest;
    this.tell({ fact: 'request', id, change: changeOf<Partial<PlatformRequest>>(before, request) });
  }

  /** The times to answer, as a whole. */
  answerTimes(times: AnswerTimes): void {
    this.tell({ fact: 'answerTimes', change: changeOf(this.holder.facts.answerTimes, times) });
  }

  /** A notification of ours is new or has come further. */
  notification(notification: OutgoingNotification): void {
    const { id } = notification;
    this.tell({ fact: 'notification', id, change: changeOf(this.holder.entry('outbox', id), notification) });
  }

  /** What is observed, as a whole. */
  observations(observations: readonly ObservationState[]): void {
    const before = this.holder.facts.observations;
    const ended = before.filter((one) => !observations.includes(one)).map(({ path }) => path);
    const begun = observations.filter((one) => !before.includes(one));
    this.tell({ fact: 'observations', ended, begun });
  }

  /** The UDP tool, as a whole. */
  udp(udp: UdpState): void {
    const { echo: echoBefore, ...before } = this.holder.facts.udp;
    const { echo, ...after } = udp;
    const change = changeOf(before, after);
    this.tell({ fact: 'udp', change, ...(echo === echoBefore ? {} : { echo: echoChangeOf(echoBefore, echo) }) });
  }

  /** A datagram is new or has come further. */
  datagram(datagram: UdpDatagram): void {
    const { id } = datagram;
    this.tell({ fact: 'datagram', id, change: changeOf(this.holder.entry('datagrams', id), datagram) });
  }

  /** What is known of the platform, as a whole. */
  platform(platform: PlatformState): void {
    this.tell({ fact: 'platform', change: changeOf(this.holder.facts.platform, platform) });
  }

  /** A call of the platform's API is new or has come further. */
  platformCall(call: PlatformCall): void {
    const { id } = call;
    this.tell({ fact: 'platformCall', id, change: changeOf(this.holder.entry('platformCalls', id), call) });
  }

  /** The acceptance run, as a whole. */
  acceptance(acceptance: AcceptanceState): void {
    this.tell({ fact: 'acceptance', change: changeOf(this.holder.facts.acceptance, acceptance) });
  }

  /** A case of the plan is new or has come further; null: it is no longer in the plan. */
  acceptanceCase(id: string, one: AcceptanceCase | null): void {
    const before = this.holder.facts.acceptanceCases[id];
    this.tell({ fact: 'acceptanceCase', id, change: one && changeOf(before, one) });
  }

  /** The journal's file, as a whole. */
  journal(journal: JournalState): void {
    this.tell({ fact: 'journal', change: changeOf(this.holder.facts.journal ?? undefined, journal) });
  }

  #tellAll(journal: FactJournal): void {
    for (const fact of factsOf(this.holder.state)) journal.fact(fact);
    if (this.#settings) journal.fact(this.#settings);
  }
}
