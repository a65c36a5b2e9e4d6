import { describe, expect, it } from 'vitest';
import { LogBook } from '../../main/log/logBook.ts';
import { decodeLine } from '../../main/mipl/decode.ts';
import { LogBuffer } from '../../renderer/log/logBuffer.ts';
import type { HeldEntry } from '../../renderer/log/logBuffer.ts';
import { everything, matcher } from '../../renderer/log/logFilter.ts';
import { lineTest, requestOfLine } from '../../renderer/log/requestLines.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { PlatformRequest, RequestKind } from '../../shared/state.ts';

/** Lines as main enters them: URCs, and commands with their final result, each pair an exchange. */
function entriesOf(lines: readonly string[]): LogEntry[] {
  const book = new LogBook();
  let exchange = 0;
  for (const text of lines) {
    const isCommand = text.startsWith('AT');
    const isAnswer = /^(OK|ERROR|\+CME ERROR)/.test(text);
    if (isCommand) exchange += 1;
    book.add({
      atMs: 1000 + book.lastSeq,
      kind: isCommand ? 'engine' : isAnswer ? 'answer' : 'unasked',
      text,
      decoded: decodeLine(text),
      ...(isCommand || isAnswer ? { exchange } : {}),
    });
  }
  return book.read(1, lines.length);
}

/** What the screen holds of the lines. */
function held(lines: readonly string[], capacity = 100): HeldEntry[] {
  const buffer = new LogBuffer(capacity);
  buffer.append(entriesOf(lines));
  return buffer.select(() => true);
}

const request = (
  id: number,
  kind: RequestKind,
  msgId: number,
  path: string,
  seq: number,
  change: Partial<PlatformRequest> = {},
): PlatformRequest => ({
  id: String(id),
  kind,
  msgId,
  path,
  seq,
  arrivedMs: 1000 + seq,
  status: 'answered',
  acknowledgedLines: 1,
  totalLines: 1,
  late: false,
  repeats: 0,
  ...change,
});

const textsOf = (entries: readonly HeldEntry[], one: PlatformRequest, all: readonly PlatformRequest[]): string[] =>
  entries.filter(lineTest(one, all)).map(({ text }) => text);

/** An observation from its first day to its cancel, all under one msgid. */
const observation = [
  '+MIPLOBSERVE:0,130839,1,3303,0,-1',
  'AT+MIPLOBSERVERSP=0,130839,1',
  'OK',
  'AT+MIPLNOTIFY=0,130839,3303,0,5700,4,4,20.1,0,0,77',
  'OK',
  '+MIPLOBSERVE:0,130839,1,3303,0,-1',
  'AT+MIPLOBSERVERSP=0,130839,1',
  'OK',
  'AT+MIPLNOTIFY=0,130839,3303,0,5700,4,4,20.2,0,0,78',
  'OK',
  '+MIPLOBSERVE:0,130839,0,3303,0,-1',
  'AT+MIPLOBSERVERSP=0,130839,1',
  'OK',
];
const first = request(1, 'observe', 130839, '/3303/0', 1);
const anew = request(2, 'observe', 130839, '/3303/0', 6);
const cancel = request(3, 'cancel', 130839, '/3303/0', 11);
const all = [first, anew, cancel];

describe('the lines of a request', () => {
  it('are its own alone, although observe, observe anew, cancel and the notifications share one msgid', () => {
    const entries = held(observation);
    expect(textsOf(entries, first, all)).toEqual(observation.slice(0, 3));
    expect(textsOf(entries, anew, all)).toEqual(observation.slice(5, 8));
    expect(textsOf(entries, cancel, all)).toEqual(observation.slice(10));
  });

  it('begin with its URC and not with the OK of an exchange a moment before, however close the two were', () => {
    const entries = held(observation);
    const okBefore = entries[9];
    expect([okBefore?.text, okBefore?.msgId]).toEqual(['OK', 130839]);
    expect(Math.abs((okBefore?.atMs ?? 0) - cancel.arrivedMs)).toBeLessThan(2000);
    expect(textsOf(entries, cancel, all)[0]).toBe('+MIPLOBSERVE:0,130839,0,3303,0,-1');
  });

  it('never become those of another when the oldest have left the ring', () => {
    for (let capacity = 1; capacity < observation.length; capacity += 1) {
      const entries = held(observation, capacity);
      const left = observation.length - capacity;
      expect(textsOf(entries, first, all)).toEqual(observation.slice(Math.min(3, left), 3));
      expect(textsOf(entries, anew, all)).toEqual(observation.slice(Math.max(5, Math.min(8, left)), 8));
      expect(textsOf(entries, cancel, all)).toEqual(observation.slice(Math.max(10, left)));
    }
  });

  it('are found for a request that the state has forgotten', () => {
    expect(textsOf(held(observation), first, [anew, cancel])).toEqual(observation.slice(0, 3));
  });

  it('are all lines of a write and of the answer to a read, with every OK', () => {
    const lines = [
      '+MIPLWRITE:0,64001,3306,0,5850,2,1,01,0,1',
      '+MIPLWRITE:0,64001,3306,0,5851,2,1,16,0,0',
      '+MIPLREAD:0,64002,3303,1,-1',
      'AT+MIPLWRITERSP=0,64001,2',
      'OK',
      'AT+MIPLREADRSP=0,64002,1,3303,1,5700,4,4,20.1,1,1',
      '+CSCON:1',
      'OK',
      'AT+MIPLREADRSP=0,64002,1,3303,1,5701,1,3,"Cel",0,0',
      'OK',
    ];
    const write = request(1, 'write', 64001, '/3306/0', 1);
    const read = request(2, 'read', 64002, '/3303/1', 3);
    const entries = held(lines);
    expect(textsOf(entries, write, [write, read])).toEqual([lines[0], lines[1], lines[3], lines[4]]);
    expect(textsOf(entries, read, [write, read])).toEqual([lines[2], lines[5], lines[7], lines[8], lines[9]]);
  });

  it('include a repeat that was counted and an answer that failed', () => {
    const lines = ['+MIPLREAD:0,5,3303,0,5700', '+MIPLREAD:0,5,3303,0,5700', 'AT+MIPLREADRSP=0,5,13', '+CME ERROR: 50'];
    expect(textsOf(held(lines), request(1, 'read', 5, '/3303/0/5700', 1), [])).toEqual(lines);
  });

  it('are told apart by kind where write-attributes and observe have one msgid, and by object where two have it', () => {
    const lines = [
      '+MIPLPARAMETER:0,7,3303,0,5700,7,"pmin=15"',
      '+MIPLOBSERVE:0,7,1,3303,0,5700',
      '+MIPLREAD:0,7,3306,0,5850',
      '+MIPLREAD:0,7,3303,0,5701',
      'AT+MIPLPARAMETERRSP=0,7,2',
      'OK',
      'AT+MIPLREADRSP=0,7,1,3306,0,5850,5,1,1,0,0',
      'OK',
      'AT+MIPLOBSERVERSP=0,7,1',
      'OK',
    ];
    const [parameter, observe, actuator, sensor] = [
      request(1, 'parameter', 7, '/3303/0/5700', 1),
      request(2, 'observe', 7, '/3303/0/5700', 2),
      request(3, 'read', 7, '/3306/0/5850', 3),
      request(4, 'read', 7, '/3303/0/5701', 4),
    ] as const;
    const every = [parameter, observe, actuator, sensor];
    const entries = held(lines);
    expect(textsOf(entries, parameter, every)).toEqual([lines[0], lines[4], lines[5]]);
    expect(textsOf(entries, observe, every)).toEqual([lines[1], lines[8], lines[9]]);
    expect(textsOf(entries, actuator, every)).toEqual([lines[2], lines[6], lines[7]]);
    expect(textsOf(entries, sensor, every)).toEqual([lines[3]]);
  });

  it('are none where no log was kept, and none before the request began', () => {
    const { seq: _, ...unknown } = first;
    expect(textsOf(held(observation), unknown, [])).toEqual([]);
    expect(textsOf(held(observation), request(9, 'observe', 130839, '/3303/0', 99), [])).toEqual([]);
  });
});

describe('a line of the log', () => {
  it('leads to its request; a notification, a cancel nobody entered and a line without msgid lead to none', () => {
    const entries = held([...observation, 'AT+CSQ', 'OK']);
    const owners = entries.map((entry) => requestOfLine(entry, [first, anew])?.id);
    expect(owners).toEqual(
      ['1', '1', '1', undefined, undefined, '2', '2', '2', undefined, undefined, undefined].concat(
        // The answer to the cancel has nothing but the msgid: without the cancel it can only be the observation's.
        ['2', '2', undefined, undefined],
      ),
    );
  });

  it('passes the filter for one request as it passes the test', () => {
    const passing = held(observation).filter(matcher({ ...everything, request: anew }, all));
    expect(passing.map(({ text }) => text)).toEqual(observation.slice(5, 8));
  });
});
