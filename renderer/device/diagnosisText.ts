import type { Diagnosis } from '../../shared/diagnosis.ts';
import { phrase, speak } from '../../shared/phrase.ts';
import type { Phrase, Translate } from '../../shared/phrase.ts';
import type { Stage } from '../../shared/state.ts';
import { clockSeconds, visible } from '../ui/format.ts';

/** Digits of an IMEI, IMSI or ICCID: what is copied goes to other people. */
const identity = /\d{15,20}/g;

/** The first sentence of a diagnosis. @param status of the stage that it is about */
export function headline({ verdict, stage = 'port', causes, solved }: Diagnosis, status: Stage['status']): Phrase {
  const values = { stage: phrase(`stage.${stage}`) };
  if (verdict === 'causes') return phrase('why.stands', { ...values, count: causes.length });
  if (verdict === 'solved') {
    const time = clockSeconds(solved?.atMs ?? 0);
    return phrase(solved?.by.length ? 'why.solvedBy' : 'why.solvedItself', { ...values, time });
  }
  if (verdict === 'unknown' && status === 'running') return phrase('why.underWay', values);
  return phrase(`why.${verdict}`, values);
}

/**
 * The diagnosis as text for a message to the office: causes, what to do, lines, what was ruled out; without identities.
 * @param status of the stage that it is about
 */
export function diagnosisText(diagnosis: Diagnosis, status: Stage['status'], t: Translate): string {
  const { causes, ruledOut, solved } = diagnosis;
  const lines = [t('why.title', {}), speak(headline(diagnosis, status), t)];
  for (const { text } of solved?.by ?? []) lines.push(`   ${text}`);
  for (const [index, { code, values, evidence }] of causes.entries()) {
    lines.push(
      `${index + 1}. ${t(`cause.${code}.title`, {})}: ${t(`cause.${code}.what`, values).trim()}`,
      `   ${t('why.next', {})}: ${t(`cause.${code}.next`, values)}`,
      ...evidence.map(({ text }) => `   ${t('why.judgedBy', {})}: ${text}`),
    );
  }
  const out = ruledOut.map(({ code, evidence }) => `${t(`cause.${code}.title`, {})} (${evidence.text})`);
  if (out.length > 0) lines.push(`${t('why.ruledOut', {})}: ${out.join(', ')}`);
  return lines.map((line) => visible(line).replace(identity, '…')).join('\n');
}
