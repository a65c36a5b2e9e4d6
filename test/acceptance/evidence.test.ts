import { expect, test } from 'vitest';
import { requestLinesOf } from '../../main/acceptance/run/evidence.ts';
import type { Evidence } from '../../main/acceptance/run/evidence.ts';
import { decodeLine } from '../../main/mipl/decode.ts';
import type { LineTag, LogEntry } from '../../shared/log.ts';

test('the evidence of a request holds all its lines, no notification, and nothing that was asked under its msgid otherwise', () => {
  const texts: readonly (readonly [text: string, belongsTo?: LineTag])[] = [
    ['+MIPLOBSERVE:0,86743,1,3303,0,-1', { request: '1' }],
    ['AT+MIPLOBSERVERSP=0,86743,1', { request: '1' }],
    ['AT+MIPLNOTIFY=0,86743,3303,0,5700,4,4,1,0,0', { notification: '2' }],
    ['+MIPLOBSERVE:0,86743,0,3303,0,-1', { request: '2' }],
    ['AT+MIPLNOTIFY=0,86743,3303,0,5700,4,4,2,0,0', { notification: '3' }],
    ['AT+MIPLOBSERVERSP=0,86743,1', { request: '2' }],
    ['AT+MIPLOBSERVERSP=0,86743,1', { task: 'console' }],
    ['OK', { request: '2' }],
    ['+MIPLREAD:0,7,3303,0,5700'],
  ];
  const lines = texts.map(([text, belongsTo], index): LogEntry => {
    const decoded = decodeLine(text);
    return { seq: index + 1, atMs: index, kind: 'unasked', text, decoded, ...(belongsTo && { belongsTo }) };
  });
  const evidence = { lines } as unknown as Evidence;
  expect(requestLinesOf(evidence, { id: '2' }).map(({ seq }) => seq)).toEqual([4, 6, 8]);
});
