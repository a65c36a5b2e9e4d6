import type { Diagnosis } from '../../shared/diagnosis.ts';
import type { Translate } from '../../shared/phrase.ts';
import { visible } from '../ui/format.ts';

/** Digits of an IMEI, IMSI or ICCID: what is copied goes to other people. */
const identity = /\d{15,20}/g;

/** The diagnosis as text for a message to the office: causes, what to do, lines, what was ruled out; without identities. */
export function diagnosisText({ causes, ruledOut }: Diagnosis, t: Translate): string {
  const head = [t('why.title', {})];
  const told = causes.flatMap(({ code, values, evidence }, index) => [
    `${index + 1}. ${t(`cause.${code}.title`, {})}: ${t(`cause.${code}.what`, values).trim()}`,
    `   ${t('why.next', {})}: ${t(`cause.${code}.next`, values)}`,
    ...evidence.map(({ text }) => `   ${t('why.judgedBy', {})}: ${text}`),
  ]);
  const none = causes.length === 0 ? [t('why.unknown', {})] : [];
  const out = ruledOut.map(({ code }) => t(`cause.${code}.title`, {}));
  const others = out.length === 0 ? [] : [`${t('why.ruledOut', {})}: ${out.join(', ')}`];
  return [...head, ...none, ...told, ...others].map((line) => visible(line).replace(identity, '…')).join('\n');
}
