import type { ErrorCode } from '../../shared/errors.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { Remark } from '../../shared/remarks.ts';
import { faultText } from '../ui/faults.ts';
import { visible } from '../ui/format.ts';
import { phrase, speak } from '../../shared/phrase.ts';
import type { Phrase, Translate } from '../../shared/phrase.ts';

/** Why a request was refused, in the interface's words; the reason in the journal is English. */
function refusal({ code, detail, reason }: Remark['values']): Phrase {
  const fault = { code: code as ErrorCode, message: String(reason), detail: String(detail) };
  return faultText(fault, 'cis').what;
}

/** A remark of the program as a phrase of the interface. What comes from outside is made visible, never markup. */
export function remarkPhrase({ code, values }: Remark): Phrase {
  const shown: Record<string, string | number | Phrase> = {};
  for (const [name, value] of Object.entries(values)) {
    if (name === 'kind') shown[name] = phrase(`request.kind.${value}`);
    else if (name === 'how') shown[name] = phrase(`remark.how.${value}`);
    else shown[name] = typeof value === 'string' ? visible(value) : value;
  }
  if (code === 'requestRefused') shown['reason'] = refusal(values);
  return phrase(`remark.${code}`, shown);
}

/** What a row of the log says: the wire's own text, or a remark in the interface's language. */
export function lineText(entry: Pick<LogEntry, 'text' | 'remark'>, translate: Translate): string {
  return entry.remark ? speak(remarkPhrase(entry.remark), translate) : visible(entry.text);
}
