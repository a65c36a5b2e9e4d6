import type { Landmark, LandmarkKind } from '../../shared/sessions.ts';
import type { Translate } from '../../shared/phrase.ts';
import { visible } from '../ui/format.ts';

/** Mark and colour of each kind of place. */
export const landmarkMarks: Readonly<Record<LandmarkKind, { readonly mark: string; readonly tone: string }>> = {
  registered: { mark: '✓', tone: 'ok' },
  late: { mark: '✕', tone: 'error' },
  problem: { mark: '▲', tone: 'warn' },
  gap: { mark: '⊘', tone: 'warn' },
  mark: { mark: '⚑', tone: 'accent' },
  caseFailed: { mark: '✕', tone: 'error' },
  damage: { mark: '≈', tone: 'error' },
};

/** What happened at a place, in a few words. */
export function landmarkText({ kind, text }: Landmark, t: Translate): string {
  if (kind === 'problem' || kind === 'mark') return visible(text);
  return t(`session.landmark.${kind}`, { text: visible(text) });
}
