import { describe, expect, it, vi } from 'vitest';
import { emptyMessage } from '../../../main/sim/coap/message.ts';
import { ReceivedMessages, startRetransmission } from '../../../main/sim/coap/transmission.ts';

const peer = { host: '127.0.0.1', port: 5683 };

describe('memory of received messages', () => {
  it('tells peers and ids apart', () => {
    const memory = new ReceivedMessages(1000);
    const known = memory.remember(peer, emptyMessage('CON', 1));
    expect(memory.find(peer, emptyMessage('CON', 1))).toBe(known);
    expect(memory.find(peer, emptyMessage('CON', 2))).toBeUndefined();
    expect(memory.find({ ...peer, port: 1 }, emptyMessage('CON', 1))).toBeUndefined();
  });

  it('keeps at least half of its capacity, and no more than all of it', () => {
    const memory = new ReceivedMessages(100_000, 8);
    for (let id = 0; id < 100; id += 1) memory.remember(peer, emptyMessage('CON', id));
    const kept = Array.from({ length: 100 }, (_, id) => memory.find(peer, emptyMessage('CON', id)) !== undefined);
    expect(kept.slice(-4)).toEqual([true, true, true, true]);
    expect(kept.filter(Boolean).length).toBeLessThanOrEqual(8);
  });
});

describe('retransmission', () => {
  it('waits twice as long each time, from a first wait drawn at random, RFC 7252 §4.2', () => {
    vi.useFakeTimers();
    try {
      const startMs = Date.now();
      const sentMs: number[] = [];
      let givenUpMs = 0;
      startRetransmission(
        () => sentMs.push(Date.now() - startMs),
        () => (givenUpMs = Date.now() - startMs),
        { ackTimeoutMs: 2000, ackRandomFactor: 1.5, maxRetransmit: 4 },
        () => 0.5,
      );
      vi.runAllTimers();
      expect([sentMs, givenUpMs]).toEqual([[0, 2500, 7500, 17_500, 37_500], 77_500]);
    } finally {
      vi.useRealTimers();
    }
  });
});
