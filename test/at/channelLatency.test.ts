import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AtChannel, AtFailure } from '../../main/at/channel.ts';
import type { AtExchange, ChannelOptions } from '../../main/at/channel.ts';
import { slowModule } from './slowModule.ts';
import { testTable } from './rig.ts';
import type { Fate, SlowModuleHabits } from './slowModule.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A channel on a {@link slowModule}: what became of each command, in order. */
function onSlowLine(fateOf: (line: number) => Fate, habits: SlowModuleHabits = {}, options: ChannelOptions = {}) {
  const { link, fates } = slowModule(fateOf, habits);
  const syncs: string[] = [];
  const channel = new AtChannel(
    link,
    {
      onUrc: () => undefined,
      onLine: () => undefined,
      onSent: () => undefined,
      onRestart: () => syncs.push('restart'),
      onSync: (state) => syncs.push(state),
    },
    { table: testTable({ isUrc: (text) => text.startsWith('+MIPLEVENT') }), ...options },
  );
  let outcome: AtExchange | AtFailure | undefined;
  /** Sends a command and lets time pass until something has become of it. */
  async function ask(number: number): Promise<AtExchange | AtFailure> {
    outcome = undefined;
    channel.send(`AT+C${number}`, { priority: 'user', timeoutMs: 1000 }).then(
      (exchange) => (outcome = exchange),
      (failure: AtFailure) => (outcome = failure),
    );
    for (let turns = 0; outcome === undefined && turns < 300; turns++) await vi.advanceTimersByTimeAsync(500);
    return outcome as unknown as AtExchange | AtFailure;
  }
  return { channel, fates, syncs, ask };
}

/** The answer is its own: whole, or without the text that was lost on the way. */
function expectOwn(number: number, exchange: AtExchange, fate: Fate | undefined): void {
  const { loses = 'nothing', restarts = false } = fate ?? {};
  expect(restarts || loses === 'all' || loses === 'final').toBe(false);
  expect(exchange.lines).toEqual(loses === 'text' ? [] : [`+C${number}: ${number}`]);
}

const latency = fc.integer({ min: 0, max: 5000 });
const trouble: fc.Arbitrary<Fate> = fc.record({
  latencyMs: latency,
  loses: fc.constantFrom('nothing', 'nothing', 'all', 'text', 'final'),
  urcs: fc.integer({ min: 0, max: 5 }),
  restarts: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
});
const habits: fc.Arbitrary<SlowModuleHabits> = fc.record({
  refuses: fc.constantFrom([], ['AT+CMEE?'], ['ATQ0V1'], ['AT+CMEE?', 'ATQ0V1']),
  echoes: fc.boolean(),
  bootLines: fc.constantFrom(
    ['REBOOT_CAUSE_SECURITY_RESET_PIN', 'OK'],
    ['Neul', 'OK'],
    ['*ATREADY: 1'],
    ['Lierda', 'OK'],
  ),
});

describe('a slow line', () => {
  it('never credits an answer to another command, whatever is late, lost or begun anew, and comes back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(trouble, { maxLength: 12 }),
        latency,
        habits,
        fc.boolean(),
        async (fates, calmMs, own, startsInStep) => {
          const {
            ask,
            channel,
            fates: became,
          } = onSlowLine((line) => fates[line] ?? { latencyMs: calmMs }, own, { startsInStep });
          let wasAnswered = false;
          for (let number = 0; number < 12; number++) {
            const outcome = await ask(number);
            wasAnswered = !(outcome instanceof AtFailure);
            if (!(outcome instanceof AtFailure)) expectOwn(number, outcome, became.get(`AT+C${number}`));
          }
          // Six commands and their probes outlive all trouble.
          for (let number = 12; !wasAnswered && number < 30; number++)
            wasAnswered = !((await ask(number)) instanceof AtFailure);
          expect(wasAnswered).toBe(true);
          channel.close();
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([0, 30, 499, 500, 999, 1000, 1500, 3000, 5000])(
    'with answers after %i ms gets every one right after one that was lost',
    async (latencyMs) => {
      const { ask, syncs } = onSlowLine(
        (line) => ({ latencyMs, ...(line === 0 ? { loses: 'all' as const } : {}) }),
        {},
      );
      expect(await ask(0)).toMatchObject({ code: 'AT_TIMEOUT' });
      for (let number = 1; number < 6; number++)
        expect(await ask(number)).toMatchObject({ lines: [`+C${number}: ${number}`] });
      expect(syncs).toEqual(['lost', 'regained']);
    },
  );

  it.each([2, 3, 4, 5, 6, 7, 8, 9])(
    'that loses the end of each %i-th answer is not met in time with that for ever: every command gets through soon',
    async (every) => {
      for (const latencyMs of [10, 700, 1500]) {
        let ends = 0;
        const { ask } = onSlowLine(
          () => ({ latencyMs, loses: ++ends % every === 0 ? 'final' : 'nothing' }),
          {},
          { startsInStep: false },
        );
        for (let number = 0; number < 12; number++) {
          let tries = 0;
          let outcome = await ask(number);
          while (outcome instanceof AtFailure && ++tries < 5) outcome = await ask(number);
          expect(outcome).toMatchObject({ lines: [`+C${number}: ${number}`] });
        }
      }
    },
  );

  it('does not take what another program was answered for its own when it begins', async () => {
    const { ask, syncs } = onSlowLine((line) => ({ latencyMs: line === 0 ? 4000 : 10 }), {}, { startsInStep: false });
    expect(await ask(1)).toMatchObject({ lines: ['+C1: 1'] });
    expect(syncs).toEqual([]);
  });
});
