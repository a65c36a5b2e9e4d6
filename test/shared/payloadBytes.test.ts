import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadBytes } from '../../shared/values.ts';
import type { PlacedValue } from '../../shared/values.ts';
import { encodeTlv } from '../../main/sim/tlv.ts';

const reading = (instanceId: number, resourceId: number, value: string): PlacedValue => ({
  instanceId,
  resourceId,
  type: 'string',
  value,
});
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const readings = fc.uniqueArray(
  fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 65535 }), fc.string({ maxLength: 300 })),
  { selector: ([instanceId, resourceId]) => `${instanceId}/${resourceId}`, maxLength: 20 },
);

describe('the size of an answer', () => {
  it('is what the TLV format makes of an object, whatever is in it', () => {
    fc.assert(
      fc.property(readings, (all) => {
        const instances = [...new Set(all.map(([instanceId]) => instanceId))];
        const encoded = encodeTlv(
          instances.map((id) => ({
            kind: 'objectInstance' as const,
            id,
            children: all
              .filter(([instanceId]) => instanceId === id)
              .map(([, resourceId, value]) => ({ kind: 'resource' as const, id: resourceId, value: bytesOf(value) })),
          })),
        );
        expect(
          payloadBytes(
            { objectId: 3303 },
            all.map((one) => reading(...one)),
          ),
        ).toBe(encoded.length);
      }),
    );
  });

  it('of one resource is that of its text, of an instance has heads', () => {
    const path = { objectId: 3303, instanceId: 0, resourceId: 5701 };
    expect(payloadBytes(path, [reading(0, 5701, 'Cel')])).toBe(3);
    expect(payloadBytes({ objectId: 3303, instanceId: 0 }, [reading(0, 5701, 'Cel')])).toBe(8);
  });

  it('counts three bytes of length where a value is as long as firmware', () => {
    const path = { objectId: 5, instanceId: 0 };
    expect(payloadBytes(path, [reading(0, 0, 'x'.repeat(65536))])).toBe(65536 + 5 + 5);
    expect(payloadBytes(path, [reading(0, 0, 'x'.repeat(65535))])).toBe(65535 + 4 + 5);
  });
});
