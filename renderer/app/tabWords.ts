import type { DeviceSummary } from '../../shared/programState.ts';
import type { Phrase } from '../../shared/phrase.ts';
import { phrase } from '../../shared/phrase.ts';
import type { Stage } from '../../shared/state.ts';
import { portLabel } from '../device/stateWords.ts';
import { tail, visible } from '../ui/format.ts';

/** What a tab says of its module: the mark of a stage, who it is, and how it is. */
export interface TabWords {
  readonly mark: Stage['status'];
  readonly name: Phrase | string;
  readonly state: Phrase;
}

const isRegistered = ({ registration }: DeviceSummary): boolean =>
  registration === 'registered' || registration === 'updating';

/** A session that would go on if nobody closed the tab. */
export const hasSession = (summary: DeviceSummary): boolean => summary.phase !== 'closed' && isRegistered(summary);

/** `M5310 …0010`; until the module has said so, its port. */
export function tabName({ model, imei, port }: DeviceSummary): Phrase | string {
  const parts = [model, imei === undefined ? undefined : tail(imei)].filter((part) => part !== undefined);
  if (parts.length > 0) return visible(parts.join(' '));
  return port === undefined ? phrase('tab.empty') : portLabel({ path: port });
}

/** `…0010`; until the module has said so, its port. */
export function shortName(summary: DeviceSummary): Phrase | string {
  return summary.imei === undefined ? tabName(summary) : visible(tail(summary.imei));
}

function stateWords(summary: DeviceSummary): Pick<TabWords, 'mark' | 'state'> {
  const { phase, stage, isTesting, isAsking } = summary;
  if (phase === 'lost' || phase === 'waiting') return { mark: 'stale', state: phrase('tab.unplugged') };
  if (stage?.status === 'failed') {
    return { mark: 'failed', state: phrase('tab.failed', { stage: phrase(`stage.${stage.name}`) }) };
  }
  if (phase === 'closed') return { mark: 'waiting', state: phrase('tab.closed') };
  if (isAsking) return { mark: 'running', state: phrase('tab.asking') };
  if (isTesting) return { mark: 'running', state: phrase('tab.testing') };
  if (isRegistered(summary)) return { mark: 'done', state: phrase('tab.registered') };
  if (stage?.status === 'running') {
    return { mark: 'running', state: phrase('tab.running', { stage: phrase(`stage.${stage.name}`) }) };
  }
  return { mark: 'waiting', state: phrase('tab.notRegistered') };
}

/** What a tab says. */
export const tabWords = (summary: DeviceSummary): TabWords => ({ name: tabName(summary), ...stateWords(summary) });
