import fc from 'fast-check';

/** A line of a session, whoever said it. */
export interface Said {
  readonly from: 'host' | 'module';
  readonly text: string;
  /** Since the start of the session. */
  readonly atMs: number;
}

/** 2026-01-05 14:03:09 UTC, a Monday. */
export const startedMs = Date.UTC(2026, 0, 5, 14, 3, 9);

const exchanges = [
  ['AT', []],
  ['AT+CGSN', ['863703030000017']],
  ['AT+CIMI', ['460040000000017']],
  ['AT+CSQ', ['+CSQ:18,99']],
  ['AT+MIPLREADRSP=0,638,1,3303,0,5700,4,4,25.5,0,0', []],
  ['AT+MIPLVER?', ['+MIPLVER:2.2.0']],
  ['AT+NUESTATS', ['Signal power:-865', 'TX power:230', 'RX time:0']],
] as const;
const unasked = [
  '+MIPLEVENT: 0,6',
  '+MIPLREAD: 0, 638, 3303, 0, 5700',
  '+MIPLWRITE: 0, 8179, 3306, 0, 5750, 1, 6, "pump 1", 0, 0',
  '+MIPLWRITE: 0, 8180, 3306, 0, 5750, 1, 5, "a\\\\b|c", 0, 0',
] as const;

type Step = { readonly gapMs: number; readonly answerMs: number } & (
  { readonly exchange: (typeof exchanges)[number]; readonly result: 'OK' | '+CME ERROR: 50' } | { readonly urc: string }
);

function linesOf(steps: readonly Step[]): Said[] {
  let atMs = 0;
  return steps.flatMap((step): Said[] => {
    atMs += step.gapMs;
    if ('urc' in step) return [{ from: 'module', text: step.urc, atMs }];
    const [command, answers] = step.exchange;
    const asked: Said = { from: 'host', text: command, atMs };
    atMs += step.answerMs;
    return [asked, ...[...answers, step.result].map((text): Said => ({ from: 'module', text, atMs }))];
  });
}

const gaps = { gapMs: fc.integer({ min: 50, max: 5000 }), answerMs: fc.integer({ min: 1, max: 20 }) };
const exchange = fc.record({
  ...gaps,
  exchange: fc.constantFrom(...exchanges),
  result: fc.constantFrom('OK' as const, '+CME ERROR: 50' as const),
});
const step: fc.Arbitrary<Step> = fc.oneof(exchange, fc.record({ ...gaps, urc: fc.constantFrom(...unasked) }));

/** Sessions in which the host asks at least twice. */
export const sessions: fc.Arbitrary<readonly Said[]> = fc
  .tuple(exchange, exchange, fc.array(step, { maxLength: 12 }))
  .map(([first, second, more]) => linesOf([first, second, ...more]));
