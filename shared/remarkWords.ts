import type { ErrorCode } from './errors.ts';
import { faultWhat } from './faultWords.ts';
import { phrase } from './phrase.ts';
import type { Phrase } from './phrase.ts';
import type { Remark } from './remarks.ts';
import { visible } from './wording.ts';

/** Why a request was refused, in a person's words; the reason in the journal is English. */
function refusal({ code, detail, reason }: Remark['values']): Phrase {
  return faultWhat({ code: code as ErrorCode, message: String(reason), detail: String(detail) }, 'cis');
}

/** A remark of the program for people, by the texts under `remark.<code>`. What comes from outside is made visible, never markup. */
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
