import type { LogEntry } from '../shared/log.ts';
import type { Remark } from '../shared/remarks.ts';
import { visible } from './format.ts';
import { phrase, speak } from './phrase.ts';
import type { Phrase, Translate } from './phrase.ts';

/** A remark of the program as a phrase of the interface. What comes from outside is made visible, never markup. */
export function remarkPhrase({ code, values }: Remark): Phrase {
  const shown: Record<string, string | number | Phrase> = {};
  for (const [name, value] of Object.entries(values)) {
    if (name === 'kind') shown[name] = phrase(`request.kind.${value}`);
    else if (name === 'how') shown[name] = phrase(`remark.how.${value}`);
    else shown[name] = typeof value === 'string' ? visible(value) : value;
  }
  return phrase(`remark.${code}`, shown);
}

/** What a row of the log says: the wire's own text, or a remark in the interface's language. */
export function lineText(entry: LogEntry, translate: Translate): string {
  return entry.remark ? speak(remarkPhrase(entry.remark), translate) : visible(entry.text);
}
