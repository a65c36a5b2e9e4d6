import { isUnderway } from '../../shared/acceptance.ts';
import { apnText, carrierNumber, earfcnRange, undoOf } from '../../shared/networkChange.ts';
import type { NetworkChange, NetworkSetup } from '../../shared/networkChange.ts';
import { phrase } from '../../shared/phrase.ts';
import type { Phrase } from '../../shared/phrase.ts';
import type { DeviceState } from '../../shared/state.ts';
import { visible } from '../ui/format.ts';

/** Why nothing can be changed now, as the words of the button; undefined when it can. */
export function changeRefusal({
  connection,
  acceptance,
  networkChange,
}: Pick<DeviceState, 'connection' | 'acceptance' | 'networkChange'>): Phrase | undefined {
  if (connection.phase !== 'ready') return phrase('change.refused.closed');
  if (isUnderway(acceptance)) return phrase('change.refused.testing');
  const { running } = networkChange;
  return running === undefined ? undefined : phrase(`change.running.${running}`);
}

/** What the texts of a change name. */
export function namesIn(change: NetworkChange): Record<string, string | number> {
  switch (change.kind) {
    case 'lock':
      return { earfcn: change.earfcn };
    case 'carrier':
      return { carrier: change.carrier };
    case 'apn':
      return { apn: change.apn === '' ? '""' : visible(change.apn) };
    default:
      return {};
  }
}

/** What the button of a change says. */
export const changeTitle = (change: NetworkChange): Phrase => phrase(`change.${change.kind}.title`, namesIn(change));

/** How a change is taken back, by what the module has told of what stands now. */
export function undoWords(change: NetworkChange, setup: NetworkSetup): Phrase {
  const undo = undoOf(change, setup);
  return undo ? phrase('change.undo.to', { what: changeTitle(undo) }) : phrase('change.undo.unknown');
}

/** A lock to the channel that was typed; undefined while that is none. */
export function lockTyped(earfcn: string): NetworkChange | undefined {
  const number = /^\d{1,6}$/.test(earfcn.trim()) ? Number(earfcn) : NaN;
  return number <= earfcnRange.max ? { kind: 'lock', earfcn: number } : undefined;
}

/** The choice of a carrier that was typed or picked. */
export function carrierTyped(carrier: string): NetworkChange | undefined {
  const text = carrier.trim();
  return carrierNumber.rule?.holds(text) ? { kind: 'carrier', carrier: text } : undefined;
}

/** Another APN for the context that the module has told of. */
export function apnTyped(apn: string, { context }: NetworkSetup): NetworkChange | undefined {
  const text = apn.trim();
  if (!context || text === context.apn || text.length > apnText.maxLength) return undefined;
  return apnText.rule?.holds(text) ? { kind: 'apn', ...context, apn: text } : undefined;
}
