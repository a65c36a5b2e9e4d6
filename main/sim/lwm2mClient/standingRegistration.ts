import { event } from '../../mipl/codes.ts';
import type { CoapEndpoint } from '../coap/endpoint.ts';
import { methods } from '../coap/message.ts';
import type { CoapMessage } from '../coap/message.ts';
import { uriPath } from '../coap/options.ts';
import { peerKey } from '../coap/transmission.ts';
import type { CoapPeer } from '../coap/transmission.ts';
import type { HostedObjects } from './hostedObjects.ts';
import { Notifier } from './notifier.ts';
import { Observations } from './observations.ts';
import { RequestRelay } from './requestRelay.ts';
import type { ServerRequest, ServerRequestKind } from './serverRequest.ts';
import type { StackParts } from './stackParts.ts';
import { Transfers } from './transfers.ts';
import { WrittenAttributes } from './writtenAttributes.ts';
import type { Profile } from '../profile.ts';

/** A registration that stands, and everything that ends with it. */
export interface StandingRegistration {
  readonly endpoint: CoapEndpoint;
  readonly peer: CoapPeer;
  /** Path the platform gave, without leading slash. */
  readonly location: string;
  readonly relay: RequestRelay;
  readonly notifier: Notifier;
}

/** What a registration is served with. */
export interface RegistrationParts {
  readonly profile: Profile;
  readonly objects: HostedObjects;
  /** Answered without the host, on top of what is the habit of the dialect. */
  readonly answersItself?: readonly ServerRequestKind[];
  /** Values of a standard object. */
  readonly standardValues: StackParts['standard']['valuesOf'];
  readonly onRequest: (request: ServerRequest) => void;
  /** `+MIPLEVENT`: number, and msgid or ackid where the event has one. */
  readonly onEvent: (event: number, extra?: number) => void;
  /** The platform has deleted the device; its answer has left. */
  readonly onDeleted: () => void;
}

/** What China Mobile firmware answers by itself (mipl-at.md §0). */
const ownAnswers: readonly ServerRequestKind[] = ['observe', 'discover', 'parameter'];

/** From now on the platform is served at the endpoint it gave the registration to; nobody else is. */
export function serveRegistration(
  { endpoint, peer, location }: Pick<StandingRegistration, 'endpoint' | 'peer' | 'location'>,
  { profile, objects, standardValues, answersItself = [], onRequest, onEvent, onDeleted }: RegistrationParts,
): StandingRegistration {
  const { personality, dialect, standardObjects } = profile;
  const parts: StackParts = {
    personality,
    objects,
    standard: { has: (objectId) => standardObjects.includes(objectId), valuesOf: standardValues },
    observations: new Observations(personality.observeIds),
    answersItself: new Set([...(dialect === 'cmcc' ? ownAnswers : []), ...answersItself]),
    longWrite: profile.write.long,
    transfers: new Transfers(personality),
    attributes: new WrittenAttributes(),
  };
  const relay = new RequestRelay(parts, {
    onRequest,
    onUnsendable: (msgId) => onEvent(event.answerFailed, msgId),
  });
  const isFoundByPath = dialect === 'cmcc';
  const notifier = new Notifier({ ...parts, endpoint, peer, isFoundByPath }, onEvent);
  const deleted = (): { code: string } => {
    // The answer leaves before the socket is closed.
    setImmediate(onDeleted);
    return { code: '2.02' };
  };
  endpoint.onRequest = (message, from) => {
    if (peerKey(from) !== peerKey(peer)) return undefined;
    return dialect === 'cmcc' && isDeletion(message) ? deleted() : relay.handle(message);
  };
  // The endpoint answers repetitions by itself once there is an answer; until then the host has to see them.
  endpoint.onRepeat = (message, from) => {
    if (peerKey(from) === peerKey(peer)) relay.repeat(message.messageId);
  };
  endpoint.onReset = (messageId) => notifier.reset(messageId);
  return { endpoint, peer, location, relay, notifier };
}

/** True when the account of the server is taken away: DELETE of its Server object. */
function isDeletion(message: CoapMessage): boolean {
  return message.code === methods.delete && uriPath(message)[0] === '1';
}
