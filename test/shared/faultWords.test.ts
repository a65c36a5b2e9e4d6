import { describe, expect, it } from 'vitest';
import type { Fault } from '../../shared/errors.ts';
import { faultValues, faultWhat } from '../../shared/faultWords.ts';
import { lineTranslate } from '../../shared/lineTexts.ts';
import { speak } from '../../shared/phrase.ts';

describe('a fault in words', () => {
  it.each<[Fault, string]>([
    [{ code: 'AT_CIS', message: '', detail: '601' }, 'errorNumber'],
    [{ code: 'AT_CME', message: '', detail: '10' }, 'errorNumber'],
    [{ code: 'AT_CMS', message: '', detail: '500' }, 'errorNumber'],
    [{ code: 'MIPL_REFUSED', message: '', detail: '7' }, 'event'],
  ])('%j names what the number means', (fault, key) => {
    const { meaning } = faultValues(fault, 'cis');
    expect(meaning).toMatchObject({ key: expect.stringMatching(new RegExp(`^(${key}|cisError|cmeError)`)) as string });
  });

  it('names the rule that a file breaks, also where nothing says at which place', () => {
    const message = 'own.plan.json:3: plan.cases[0]: the list is empty';
    const whole = faultValues({ code: 'FILE_BAD_PLAN', message, detail: 'own.plan.json:3 plan.cases[0]' }, 'cis');
    expect(whole).toHaveProperty('rule');
    expect(faultValues({ code: 'FILE_BAD_MODEL', message: 'something new' }, 'cis')).toMatchObject({
      rule: 'something new',
    });
  });

  it('has no part that steers the screen, and none that is missing', () => {
    expect(faultValues({ code: 'PORT_LOST', message: '', detail: 'a\u202eb', holder: '\u0007' }, 'cis')).toEqual({
      detail: 'a⟨202E⟩b',
      holder: '␇',
      meaning: 'a⟨202E⟩b',
    });
    expect(faultValues({ code: 'PORT_LOST', message: '' }, 'cis')).toEqual({ detail: '', holder: '', meaning: '' });
  });

  it('says who holds a port where that is known', () => {
    const busy = { code: 'PORT_BUSY', message: '', detail: 'COM3' } as const;
    const said = (fault: Fault): string => speak(faultWhat(fault, 'cis'), lineTranslate('en'));
    expect(said({ ...busy, holder: 'minicom (41)' })).toContain('minicom (41)');
    expect(said(busy)).not.toBe(said({ ...busy, holder: 'minicom (41)' }));
  });
});
