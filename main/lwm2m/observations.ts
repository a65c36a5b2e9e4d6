import { defined } from '../../shared/defined.ts';
import type { NotificationAttributes, ResourceType, ResourceValue } from '../../shared/lwm2m.ts';

/** All that decides whether an observed resource is to be reported. Times in milliseconds of one clock. */
export interface ReportBasis {
  /** When the last report left, or the observation began. */
  readonly lastSentMs: number;
  /** The value of that moment. */
  readonly lastValue: ResourceValue;
  readonly value: ResourceValue;
  readonly type: ResourceType;
  /** Those that count for the path, see attributesFor. */
  readonly attributes: NotificationAttributes;
  readonly nowMs: number;
}

/** Why a report is due: any change, a threshold crossed, a step taken, or the longest silence over. */
export type ReportReason = 'change' | 'gt' | 'lt' | 'st' | 'pmax';

/**
 * Send now, or look again at `untilMs`; without it only a change of value can make a report due. `lastSentMs` is what
 * periods count from: it differs from the given one when the clock went back.
 */
export type ReportDecision =
  | { readonly send: true; readonly reason: ReportReason }
  | { readonly send: false; readonly lastSentMs: number; readonly untilMs?: number };

const numeric: readonly ResourceType[] = ['integer', 'float', 'time'];

/**
 * Decides about one report by pmin, pmax, gt, lt and st, LwM2M 1.0 §5.1.2. Pure. Never more often than pmin, at least
 * every pmax. Thresholds and steps are measured from the value reported last and count for numbers; where none is set,
 * and for all other types, any change is worth a report. A pmax of 0 or below pmin is ignored.
 */
export function decide({ lastSentMs, lastValue, value, type, attributes, nowMs }: ReportBasis): ReportDecision {
  // A clock that went back must neither hold reports for hours nor let one through early: periods begin anew.
  const sinceMs = Math.min(lastSentMs, nowMs);
  const { pmin = 0, pmax = 0 } = attributes;
  const earliestMs = sinceMs + pmin * 1000;
  const latestMs = pmax > 0 && pmax >= pmin ? sinceMs + pmax * 1000 : undefined;
  const reason = reasonFor(lastValue, value, type, attributes);
  if (reason !== undefined && nowMs >= earliestMs) return { send: true, reason };
  if (latestMs !== undefined && nowMs >= latestMs) return { send: true, reason: 'pmax' };
  const untilMs = reason === undefined ? latestMs : earliestMs;
  return { send: false, lastSentMs: sinceMs, ...defined({ untilMs }) };
}

function reasonFor(
  lastValue: ResourceValue,
  value: ResourceValue,
  type: ResourceType,
  { gt, lt, st }: NotificationAttributes,
): ReportReason | undefined {
  if (value === lastValue) return undefined;
  const hasConditions = gt !== undefined || lt !== undefined || st !== undefined;
  if (!numeric.includes(type) || !hasConditions) return 'change';
  const [before, now] = [Number(lastValue), Number(value)];
  // Both ways: out of the range is news, and so is the return (§5.1.2, "crosses").
  if (gt !== undefined && before > gt !== now > gt) return 'gt';
  if (lt !== undefined && before < lt !== now < lt) return 'lt';
  return st !== undefined && Math.abs(now - before) >= st ? 'st' : undefined;
}
