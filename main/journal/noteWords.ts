import { gapReasonWords } from '../../shared/gapWords.ts';
import { phrase } from '../../shared/phrase.ts';
import type { Phrase } from '../../shared/phrase.ts';
import { remarkPhrase } from '../../shared/remarkWords.ts';
import { remarkIn } from '../../shared/remarks.ts';
import { visible } from '../../shared/wording.ts';
import type { GapRecord } from './format.ts';
import { identityText } from './journalLines.ts';
import type { NoteLikeRecord } from './format.ts';

function gapPhrase({ reason, missingBytes, text }: GapRecord): Phrase {
  const values = { reason: gapReasonWords(reason), count: missingBytes ?? 0 };
  const gap = phrase(missingBytes === undefined ? 'note.gap' : 'note.gapMissing', values);
  return text === undefined ? gap : phrase('note.gapText', { gap, text: visible(text) });
}

/** What a note, mark or gap says, as a sentence of every language; undefined for the words of another tool or another version. */
export function notePhrase(record: NoteLikeRecord): Phrase | undefined {
  switch (record.kind) {
    case 'gap':
      return gapPhrase(record);
    case 'mark':
      return phrase('note.mark', { text: visible(record.text) });
    case 'identity':
      return phrase('note.identity', { facts: visible(identityText(record.identity)) });
    case 'note': {
      const told = remarkIn(record.data, record.text);
      return told && remarkPhrase(told);
    }
  }
}
