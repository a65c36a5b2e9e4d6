import type { DeviceState } from '../../shared/state.ts';

/** The three steps of a first start with the virtual module, and their end. */
export const firstSteps = ['connect', 'ask', 'prove', 'done'] as const;
export type FirstStep = (typeof firstSteps)[number];

type Seen = Pick<DeviceState, 'registration' | 'requests' | 'acceptance'>;

const isOver: Readonly<Record<FirstStep, (state: Seen) => boolean>> = {
  connect: ({ registration }) => registration.phase === 'registered',
  ask: ({ requests }) => Object.values(requests).some(({ kind, status }) => kind === 'read' && status === 'answered'),
  prove: ({ acceptance }) => acceptance.phase === 'done',
  done: () => false,
};

/** The step to take now. What was reached stays so: an acceptance run registers anew, and nobody begins again for that. */
export function stepAfter(step: FirstStep, state: Seen): FirstStep {
  let now = step;
  while (isOver[now](state)) now = firstSteps[firstSteps.indexOf(now) + 1] ?? 'done';
  return now;
}
