import type { AcceptanceCase, AcceptanceState } from '../../shared/acceptance.ts';
import type { PlatformCall, PlatformState } from '../../shared/platform.ts';
import type { JournalState, ObservationState, OutgoingNotification, PlatformRequest } from '../../shared/state.ts';
import type { UdpDatagram, UdpState } from '../../shared/udp.ts';
import { changeOf } from './change.ts';
import { echoChangeOf } from './echoChange.ts';
import type { Fact } from './fact.ts';
import { changesOf } from './fold.ts';
import type { StateHolder } from './stateHolder.ts';

/**
 * Where everything that happens to a module is told: the only way by which its state changes. What is told as a whole is
 * kept as what has changed of it.
 */
export class FactRecord {
  readonly holder: StateHolder;

  constructor(holder: StateHolder) {
    this.holder = holder;
  }

  /** Something has happened: the state is what it comes to. */
  tell(fact: Fact): void {
    this.holder.change(changesOf(this.holder, fact));
  }

  /** A request of the platform is new or has come further. */
  request(request: PlatformRequest): void {
    const { id } = request;
    this.tell({ fact: 'request', id, change: changeOf(this.holder.entry('requests', id), request) });
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
}
