import { describe, expect, it } from 'vitest';
import { lineTexts } from '../../shared/lineTexts.ts';
import { activeTimeSeconds, edrxCycleSeconds, periodicTauSeconds } from '../../shared/powerSavingTimers.ts';
import { rejectCauses, rejectPhrase } from '../../shared/rejectCauses.ts';

describe('the eDRX cycle of NB-IoT (TS 24.008 §10.5.5.32)', () => {
  it.each([
    [5, '0010', 20.48],
    [5, '0000', 20.48],
    [5, '0011', 40.96],
    [5, '1111', 10_485.76],
    [4, '0010', undefined],
    [5, '010', undefined],
    [0, '', 'off'],
  ] as const)('%s,%s is %s', (accessTechnology, bits, cycle) => {
    expect(edrxCycleSeconds(accessTechnology, bits)).toBe(cycle);
  });
});

it('reads the timers of power saving (TS 24.008 §10.5.7.4 and §10.5.7.4a)', () => {
  expect(['00001010', '00100001', '11100000', '0010000'].map(activeTimeSeconds)).toEqual([20, 60, 'off', undefined]);
  expect(['00000110', '00100001', '11100000', ''].map(periodicTauSeconds)).toEqual([3600, 3600, 'off', undefined]);
});

describe('a reject cause', () => {
  const texts = (language: 'en' | 'zh'): Readonly<Record<string, string>> => lineTexts[language].reject;

  it.each(['en', 'zh'] as const)('has a sentence of its own for every number: %s', (language) => {
    const sentences = rejectCauses.map((cause) => texts(language)[cause]);
    expect(sentences.filter((text) => text === undefined || !/[.。]$/.test(text))).toEqual([]);
    expect(Object.keys(texts(language)).sort()).toEqual([...rejectCauses.map(String), 'other'].sort());
  });

  it('that no clause names is told as its number', () => {
    expect(rejectPhrase(7)).toEqual({ key: 'reject.7', values: {} });
    expect(rejectPhrase(4711)).toEqual({ key: 'reject.other', values: { cause: 4711 } });
  });
});
