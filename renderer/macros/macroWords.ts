import { stepNumber } from '../../shared/macros.ts';
import type { Macro, MacroProgress } from '../../shared/macros.ts';
import { phrase } from '../../shared/phrase.ts';
import type { Phrase } from '../../shared/phrase.ts';
import type { DeviceState } from '../../shared/state.ts';
import type { Obstacle } from '../ui/obstacle.ts';

type Looked = Pick<DeviceState, 'connection' | 'macro' | 'acceptance'>;

/** What is in the way of running a macro; undefined when nothing is. */
export function runObstacle(
  macro: Macro | undefined,
  wrongCount: number,
  { connection, macro: progress, acceptance }: Looked,
): Obstacle | undefined {
  const because = (name: string, values: Record<string, number> = {}): Obstacle => ({
    reason: phrase(`macro.obstacle.${name}`, values),
    advice: phrase(`macro.obstacle.${name}Advice`),
  });
  if (connection.phase !== 'ready' && connection.phase !== 'probing') return because('closed');
  if (acceptance.phase === 'running') return because('testing');
  if (progress?.phase === 'running') return because('running');
  if (wrongCount > 0) return because('wrong', { count: wrongCount });
  return macro && macro.steps.length > 0 ? undefined : because('empty');
}

/** How far a macro is, or how it ended, in a sentence. */
export function progressWords(progress: MacroProgress): Phrase {
  const { macro, phase, round } = progress;
  const values = { name: macro.name, step: stepNumber(progress), count: macro.steps.length };
  if (phase === 'running') {
    return round === undefined ? phrase('macro.at', values) : phrase('macro.atRound', { ...values, round });
  }
  const { startedMs, finishedMs = startedMs } = progress;
  return phrase(`macro.ended.${phase}`, { ...values, seconds: ((finishedMs - startedMs) / 1000).toFixed(1) });
}
