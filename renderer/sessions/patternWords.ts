import type { ChosenLog, LogPreview, PatternFault, PreviewRow } from '../../shared/importPattern.ts';
import { patternGroups } from '../../shared/importPattern.ts';
import { phrase } from '../../shared/phrase.ts';
import type { Phrase } from '../../shared/phrase.ts';
import type { Obstacle } from '../ui/obstacle.ts';

/** A named group as it is written in a pattern. */
export const groupText = (name: string): string => `(?<${name}>…)`;

/** RE2's reasons, and the key of the sentence for each. */
const syntaxKeys: Readonly<Record<string, string>> = {
  'missing closing )': 'open',
  'unexpected )': 'closed',
  'missing closing ]': 'class',
  'invalid character class range': 'range',
  'invalid escape sequence': 'escape',
  'trailing backslash at end of expression': 'backslash',
  'invalid named capture': 'name',
  'duplicate capture group name': 'twice',
  'invalid or unsupported Perl syntax': 'perl',
  'missing argument to repetition operator': 'nothing',
  'invalid nested repetition operator': 'nested',
  'invalid repeat count': 'count',
  'expression nests too deeply': 'deep',
  'expression too large': 'large',
};

/** What is wrong with a pattern, in a sentence. */
export function patternFaultWords(fault: PatternFault): Phrase {
  switch (fault.what) {
    case 'syntax': {
      const key = syntaxKeys[fault.reason];
      const { at = '', reason } = fault;
      return key === undefined
        ? phrase('session.pattern.syntax.other', { reason })
        : phrase(`session.pattern.syntax.${key}`, { at, group: groupText('text') });
    }
    case 'group':
      return phrase('session.pattern.group', { name: fault.name, known: patternGroups.join(', ') });
    case 'noText':
      return phrase('session.pattern.noText', { group: groupText('text') });
    case 'tooLarge':
      return phrase('session.pattern.tooLarge', { steps: fault.steps, most: fault.most });
  }
}

/** What a preview comes to. */
export interface PreviewCounts {
  readonly rows: number;
  readonly lines: number;
  readonly sent: number;
  readonly received: number;
  readonly timed: number;
}

/** Counts what a pattern has made of the first rows. Pure. */
export function previewCounts(rows: readonly PreviewRow[]): PreviewCounts {
  const lines = rows.filter(({ is }) => is === 'line');
  return {
    rows: rows.length,
    lines: lines.length,
    sent: lines.filter(({ from }) => from === 'host').length,
    received: lines.filter(({ from }) => from === 'module').length,
    timed: lines.filter(({ at }) => at !== undefined).length,
  };
}

/** What is in the way of an import by a pattern; undefined when nothing is. */
export function importObstacle(log: ChosenLog | undefined, preview: LogPreview | undefined): Obstacle | undefined {
  const because = (reason: string): Obstacle => ({
    reason: phrase(`session.pattern.why.${reason}`),
    advice: phrase(`session.pattern.advice.${reason}`),
  });
  if (!log) return because('noLog');
  if (!preview) return because('notRead');
  if ('fault' in preview) return because('fault');
  return preview.rows.some(({ is }) => is === 'line') ? undefined : because('nothing');
}
