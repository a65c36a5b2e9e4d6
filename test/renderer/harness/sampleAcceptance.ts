import type { AcceptanceCase } from '../../../shared/acceptance.ts';
import type { AppState } from '../../../shared/state.ts';
import { documentCases, infoOf } from '../../../main/acceptance/cases.ts';
import { usualMs } from '../../../main/acceptance/expected.ts';
import { sampleResult } from '../../acceptance/sampleResult.ts';
import { sessionState } from './sampleState.ts';

/** The state with the document's plan, nothing run yet. */
export function planState(state: AppState): AppState {
  const cases = documentCases.map((definition, index): [string, AcceptanceCase] => [
    String(index + 1),
    {
      key: index + 1,
      position: index + 1,
      info: infoOf(definition),
      isSelected: index !== 7,
      note: '',
      expectedMs: usualMs(definition, false),
      status: 'waiting',
    },
  ]);
  return {
    ...state,
    acceptance: { ...state.acceptance, plan: 'OneNET M5310 LwM2M' },
    acceptanceCases: Object.fromEntries(cases),
  };
}

/** A run in its middle, or at its end. */
export function acceptanceState(now: number, phase: 'running' | 'done'): AppState {
  const base = planState(sessionState(now));
  const { cases } = sampleResult();
  const ended = phase === 'done' ? cases.length : 14;
  const startedMs = now - 95_000;
  const shown = Object.values(base.acceptanceCases).map((one): [string, AcceptanceCase] => {
    const result = cases[one.position - 1];
    if (one.position <= ended && result) {
      const note = one.position === 2 ? 'antenna was loose' : '';
      return [String(one.position), { ...one, note, status: result.verdict, startedMs, result }];
    }
    const isNow = one.position === ended + 1;
    return [String(one.position), isNow ? { ...one, status: 'running', startedMs: now - 12_000 } : one];
  });
  return {
    ...base,
    acceptance: {
      ...base.acceptance,
      phase,
      details: { site: '3 号泵站', operator: 'Li Hua', notes: '' },
      port: '/dev/ttyUSB0',
      startedMs,
      ...(phase === 'done' ? { finishedMs: now } : {}),
      ...(phase === 'running'
        ? {
            prompt: {
              caseId: documentCases[14]?.id ?? '',
              text: { zh: '请在平台读取 /3303/0/5700', en: 'Read /3303/0/5700 on the platform' },
              curl: `curl 'https://api.heclouds.com/nbiot?imei=869976030050010&obj_id=3303&obj_inst_id=0&res_id=5700' -H "api-key: $KEY"`,
            },
          }
        : {}),
      canResume: true,
      signal: Array.from({ length: ended }, (_, index) => ({
        atMs: startedMs + index * 6500,
        rssiDbm: -71 - ((index * 7) % 9),
        rsrpDbm: -86 - ((index * 5) % 11),
        snrDb: 14 - ((index * 3) % 6),
      })),
      answerTimes: { count: 20, lateCount: 1, lastMs: 240, p50Ms: 310, p95Ms: 1900, worstMs: 3120 },
      answersMs: [
        120, 180, 210, 240, 240, 250, 260, 300, 310, 310, 320, 380, 420, 480, 640, 800, 1200, 1400, 1900, 3120,
      ],
    },
    acceptanceCases: Object.fromEntries(shown),
  };
}
