import type { LogEntry } from '../../shared/log.ts';
import { remarkPhrase } from '../../shared/remarkWords.ts';
import { visible } from '../ui/format.ts';
import { speak } from '../../shared/phrase.ts';
import type { Translate } from '../../shared/phrase.ts';

/** What a row of the log says: the wire's own text, or a remark in the interface's language. */
export function lineText(entry: Pick<LogEntry, 'text' | 'remark' | 'mark'>, translate: Translate): string {
  if (entry.mark !== undefined) return `⚑ ${visible(entry.mark)}`;
  return entry.remark ? speak(remarkPhrase(entry.remark), translate) : visible(entry.text);
}
