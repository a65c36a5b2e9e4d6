import { expect, test } from 'vitest';
import { requestLinesOf } from '../../main/acceptance/run/evidence.ts';
import type { Evidence } from '../../main/acceptance/run/evidence.ts';
import { decodeLine } from '../../main/mipl/decode.ts';
import type { PlatformRequest } from '../../shared/state.ts';

test('the evidence of a request holds no notification and nothing that was asked before it under its msgid', () => {
  const texts = [
    '+MIPLOBSERVE:0,86743,1,3303,0,-1',
    'AT+MIPLOBSERVERSP=0,86743,1',
    'AT+MIPLNOTIFY=0,86743,3303,0,5700,4,4,1,0,0',
    '+MIPLOBSERVE:0,86743,0,3303,0,-1',
    'AT+MIPLNOTIFY=0,86743,3303,0,5700,4,4,2,0,0',
    'AT+MIPLOBSERVERSP=0,86743,1',
    '+MIPLREAD:0,7,3303,0,5700',
  ];
  const lines = texts.map((text, index) => {
    const decoded = decodeLine(text);
    const msgId = Number(decoded.params?.['msgId']);
    return { seq: index + 1, atMs: index, kind: 'unasked' as const, text, decoded, msgId };
  });
  const cancel = { msgId: 86743, seq: 4 } as PlatformRequest;
  expect(requestLinesOf({ lines } as unknown as Evidence, cancel).map(({ seq }) => seq)).toEqual([4, 6]);
});
