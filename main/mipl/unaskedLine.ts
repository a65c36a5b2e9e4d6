import { isFragment } from '../at/lineRole.ts';
import type { HeardLine } from '../at/lineReader.ts';
import { firmwareEvents } from './codes.ts';
import { urcIn } from './messageTable.ts';
import type { Urc } from './messages.ts';
import { damagedRequest, isRequest, payloadOf, unreadableRequest } from './wire.ts';
import type { RequestUrc, UnreadableRequest } from './wire.ts';

/** Ref and msgid with the comma that ends it. */
const wholeMsgId = /:[^,]*,[^,]*,/;

/** An event of the suite (mipl-at.md §7). */
export interface EventLine {
  readonly event: number;
  readonly extra?: number;
}

/** What a line nobody asked for wants: a request, one that cannot be read, an event, or what is no business of MIPL. */
export type UnaskedLine =
  { readonly request: RequestUrc } | { readonly unreadable: UnreadableRequest } | EventLine | { readonly other: Urc };

const unreadable = (request: UnreadableRequest | undefined): UnaskedLine | undefined =>
  request && { unreadable: request };

/** A line whose end is missing is nothing but a request to refuse, and that only where its msgid is whole. */
function fragmentOf(heard: HeardLine, ownRef: number): UnaskedLine | undefined {
  const known = urcIn(heard) ?? heard.unreadable;
  if (!known || !wholeMsgId.test(heard.line.text)) return undefined;
  const fault = heard.line.cut ? 'the line is too long' : 'the line did not end';
  return unreadable(unreadableRequest({ ...known, fault }, ownRef));
}

/** Says what the line wants; undefined for one that is nobody's business here. `ownRef`: where the line does not say its own. */
export function unaskedLineOf(heard: HeardLine, ownRef: number): UnaskedLine | undefined {
  if (isFragment(heard.line)) return fragmentOf(heard, ownRef);
  if (heard.unreadable) return unreadable(unreadableRequest(heard.unreadable, ownRef));
  const urc = urcIn(heard);
  if (!urc) return undefined;
  if (isRequest(urc)) {
    const isDamaged = heard.line.damaged && payloadOf(urc)?.includes('\uFFFD');
    return isDamaged ? unreadable(damagedRequest(urc, 'the value holds bytes that are no UTF-8')) : { request: urc };
  }
  if (urc.name === '+MIPLEVENT') return urc.params;
  if (urc.name !== '+FIRMWARE') return { other: urc };
  const event = firmwareEvents[urc.params.state.toUpperCase()];
  return event === undefined ? undefined : { event };
}
