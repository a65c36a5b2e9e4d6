import type { AcceptanceCase } from '../../../shared/acceptance.ts';
import type { DeviceState } from '../../../shared/state.ts';
import { documentCases, infoOf } from '../../../main/acceptance/cases/cases.ts';
import { usualMs } from '../../../main/acceptance/cases/expected.ts';

/** The state with the document's plan, nothing run yet. */
export function planState(state: DeviceState): DeviceState {
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
