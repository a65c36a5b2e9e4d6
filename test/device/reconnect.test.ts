import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reconnect, longestPauseMs, steadyMs } from '../../main/device/reconnect.ts';
import type { Fault } from '../../shared/errors.ts';

const lost: Fault = { code: 'PORT_LOST', message: 'tcp://h:1: the far end closed the connection' };
const busy: Fault = { code: 'PORT_BUSY', message: 'tcp://h:1: the server says “Port already in use”' };
const absent: Fault = { code: 'PORT_NOT_FOUND', message: 'not there' };

function clocked(isNetwork: boolean): { readonly plan: Reconnect; readonly pass: (ms: number) => void } {
  let nowMs = 1_000_000;
  const plan = new Reconnect({ firstPauseMs: 1000, isNetwork, clock: { steadyMs: () => nowMs } });
  return { plan, pass: (ms) => (nowMs += ms) };
}

describe('a serial server that was lost', () => {
  it('is asked again after a second when the connection had held', () => {
    const { plan, pass } = clocked(true);
    plan.opened();
    pass(steadyMs);
    expect(plan.lost(lost)).toBe(lost);
    expect(plan.pauseMs).toBe(1000);
  });

  it('that says no is asked after growing pauses, a minute at most', () => {
    const { plan, pass } = clocked(true);
    plan.opened();
    pass(steadyMs);
    plan.lost(lost);
    const pauses = Array.from({ length: 8 }, () => {
      plan.failed(busy);
      return plan.pauseMs;
    });
    expect(pauses).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    plan.opened();
    pass(steadyMs);
    plan.lost(lost);
    expect(plan.pauseMs).toBe(1000);
  });

  it('that ends one connection after the other has another client, from the second time on', () => {
    const { plan, pass } = clocked(true);
    plan.opened();
    pass(900);
    expect(plan.lost(lost)).toBe(lost);
    expect(plan.pauseMs).toBe(2000);
    plan.opened();
    pass(900);
    expect(plan.lost(lost)).toEqual({
      code: 'PORT_TAKEN',
      message: 'tcp://h:1: the far end closed the connection; another client takes this connection',
    });
    expect(plan.pauseMs).toBe(4000);
  });

  it('that was away in between was only started anew', () => {
    const { plan, pass } = clocked(true);
    for (let time = 0; time < 3; time++) {
      plan.opened();
      pass(5000);
      expect(plan.lost(lost)).toBe(lost);
      plan.failed(absent);
    }
  });

  it('keeps its own sentence', () => {
    const { plan } = clocked(true);
    plan.opened();
    plan.lost(busy);
    plan.opened();
    expect(plan.lost(busy)).toBe(busy);
  });

  it('comes to rest between two clients of this kind: in an hour each has it some dozens of times, not thousands', () => {
    const first = clocked(true);
    const second = clocked(true);
    let [holder, other] = [first, second];
    let takeovers = 0;
    holder.plan.opened();
    for (let elapsedMs = 0; elapsedMs < 3_600_000;) {
      // Whoever is out comes back after its pause and pushes the holder out.
      const { pauseMs } = other.plan;
      elapsedMs += pauseMs;
      for (const one of [first, second]) one.pass(pauseMs);
      other.plan.opened();
      holder.plan.lost(lost);
      [holder, other] = [other, holder];
      takeovers++;
    }
    expect(takeovers).toBeLessThan(80);
  });
});

describe('an adapter that was lost', () => {
  it('is looked for each second as long as it is out, and taken back at once', () => {
    const { plan } = clocked(false);
    plan.opened();
    expect(plan.lost(lost)).toBe(lost);
    expect(plan.pauseMs).toBe(1000);
    for (let time = 0; time < 100; time++) plan.failed(absent);
    expect(plan.pauseMs).toBe(1000);
  });

  it('that another program has taken is asked for after growing pauses', () => {
    const { plan } = clocked(false);
    plan.failed(busy);
    plan.failed(busy);
    expect(plan.pauseMs).toBe(4000);
    plan.failed(absent);
    expect(plan.pauseMs).toBe(1000);
  });

  it('has no other client, however often it is pulled', () => {
    const { plan } = clocked(false);
    for (let time = 0; time < 5; time++) {
      plan.opened();
      expect(plan.lost(lost)).toBe(lost);
      expect(plan.pauseMs).toBe(1000);
    }
  });
});

it('never waits less than the first pause nor longer than the longest, whatever happens', () => {
  const step = fc.constantFrom('opened', 'lost', 'busy', 'absent');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), fc.nat(200_000), (steps, isNetwork, lifeMs) => {
      const { plan, pass } = clocked(isNetwork);
      for (const what of steps) {
        pass(lifeMs);
        if (what === 'opened') plan.opened();
        else if (what === 'lost') plan.lost(lost);
        else plan.failed(what === 'busy' ? busy : absent);
        expect(plan.pauseMs).toBeGreaterThanOrEqual(1000);
        expect(plan.pauseMs).toBeLessThanOrEqual(longestPauseMs);
      }
    }),
  );
});
