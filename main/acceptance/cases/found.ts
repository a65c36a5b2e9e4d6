import type { BilingualName } from '../../../shared/lwm2m.ts';
import { networkStatus } from '../../../shared/networkStatus.ts';
import { event } from '../../mipl/codes.ts';
import { eventsOf, exchangesOf, numberIn, urcsOf } from '../run/evidence.ts';
import type { Evidence } from '../run/evidence.ts';
import { say } from './words.ts';

const seconds = (fromMs: number, toMs: number): string => ((toMs - fromMs) / 1000).toFixed(2);

/** Whose network the module is on. */
export function networkFound(evidence: Evidence): BilingualName {
  const lines = [
    ...exchangesOf(evidence, '+CEREG', 'read').flatMap((exchange) => exchange.lines),
    ...urcsOf(evidence, '+CEREG'),
  ];
  const [last] = lines
    .filter((line) => numberIn(line, 'status') !== undefined)
    .sort((one, other) => other.seq - one.seq);
  const isRoaming = last !== undefined && numberIn(last, 'status') === networkStatus.roaming;
  return isRoaming ? say('已入网（漫游）', 'on the network, roaming') : say('已入网（本地）', 'on the network, home');
}

/** How long a datagram took to the server and back. */
export function echoFound(evidence: Evidence): BilingualName | undefined {
  const sent = exchangesOf(evidence, '+NSOST').at(-1)?.command;
  const hint = urcsOf(evidence, '+NSONMI').find(({ seq }) => sent !== undefined && seq > sent.seq);
  if (!sent || !hint) return undefined;
  const took = seconds(sent.atMs, hint.atMs);
  return say(`往返 ${took} s`, `round trip ${took} s`);
}

/** How long the registration with OneNET took. */
export function registrationFound(evidence: Evidence): BilingualName | undefined {
  const open = exchangesOf(evidence, '+MIPLOPEN').at(-1)?.command;
  const done = eventsOf(evidence, event.registered).find(({ seq }) => open !== undefined && seq > open.seq);
  if (!open || !done) return undefined;
  const took = seconds(open.atMs, done.atMs);
  return say(`注册用时 ${took} s（事件 6）`, `registered in ${took} s (event 6)`);
}

/** How many values the platform has got. */
export function notifiedFound({ notifications }: Evidence): BilingualName {
  const count = notifications.length;
  return say(`平台收到 ${count} / ${count}`, `${count} of ${count} on the platform`);
}

/** What the last case leaves. */
export const registeredAgainFound = (): BilingualName =>
  say('删除对象后已再次注册', 'registered again after the deletion');
