import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CodedError } from '../../shared/errors.ts';
import type { ObservationState, OutgoingNotification, PlatformRequest } from '../../shared/state.ts';
import { MAX_PAYLOAD_BYTES } from '../../shared/values.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { ObjectStore } from '../../main/lwm2m/objectStore.ts';
import { AnswerTimeRecord } from '../../main/mipl/answerTimes.ts';
import { cisErrors, describeCisError, eventMeanings, resultOf, results } from '../../main/mipl/codes.ts';
import { cis, cmcc } from '../../main/mipl/dialects.ts';
import { EventWaiters } from '../../main/mipl/eventWaiters.ts';
import { prepareNotification } from '../../main/mipl/notifications.ts';
import type { NotificationContext } from '../../main/mipl/notifications.ts';
import { Outbox } from '../../main/mipl/outbox.ts';
import { RequestLedger } from '../../main/mipl/requestLedger.ts';
import type { UrcOf } from '../../main/mipl/messages.ts';
import { answerTo, isRequest, kindOf } from '../../main/mipl/wire.ts';
import type { RequestUrc } from '../../main/mipl/wire.ts';
import { valueTypeOf, writtenValue } from '../../main/mipl/valueTypes.ts';
import { modelOf } from './rig.ts';

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
  return 'fine';
}

const observed = (path: string, msgId: number): ObservationState => ({ path, msgId, sinceMs: 0 });

describe('prepareNotification', () => {
  const context = (change: Partial<NotificationContext> = {}): NotificationContext => ({
    store: new ObjectStore(defaultModel),
    registration: { phase: 'registered', ref: 0 },
    observations: [observed('/3303', 70000), observed('/3306', 5)],
    dialect: cis,
    ...change,
  });
  const prepare = (path: string, value: string, change?: Partial<NotificationContext>) =>
    prepareNotification({ path, value }, context(change));

  it.each<[string, string, string, Partial<NotificationContext>?]>([
    ['LWM2M_BAD_PATH', '/3303/0', '1'],
    ['LWM2M_BAD_PATH', '/3303', '1'],
    ['LWM2M_BAD_PATH', '3303/0/5700', '1'],
    ['LWM2M_NOT_FOUND', '/3303/0/1', '1'],
    ['LWM2M_NOT_ALLOWED', '/3303/0/5605', ''],
    ['LWM2M_NOT_ALLOWED', '/3200/0/1', 'w', { store: new ObjectStore(modelOf({ '/3200/0/1': ['string', 'W', ''] })) }],
    ['fine', '/3306/0/5853', 'a\tb'],
    ['LWM2M_BAD_VALUE', '/3303/0/5700', 'warm'],
    ['MIPL_TOO_LONG', '/3306/0/5853', 'x'.repeat(MAX_PAYLOAD_BYTES + 1)],
    ['MIPL_NOT_REGISTERED', '/3303/0/5700', '1', { registration: { phase: 'failed' } }],
    ['MIPL_NOT_OBSERVED', '/3303/0/5700', '1', { observations: [] }],
    ['MIPL_NOT_OBSERVED', '/3303/0/5700', '1', { observations: [], dialect: cmcc }],
    // Below an object it goes as TLV, whose heads count.
    ['MIPL_TOO_LONG', '/3306/0/5853', 'x'.repeat(MAX_PAYLOAD_BYTES)],
    ['fine', '/3306/0/5853', 'x'.repeat(MAX_PAYLOAD_BYTES), { observations: [observed('/3306/0/5853', 5)] }],
    ['fine', '/3303/0/5700', '1', { registration: { phase: 'updating' } }],
  ])('%s: %s', (code, path, value, change) => {
    expect(codeOf(() => prepare(path, value, change))).toBe(code);
  });

  it('writes the line with the msgId of the observe, or 0 where the module finds it', () => {
    expect(prepare('/3303/0/5700', ' 98 ').line).toBe('AT+MIPLNOTIFY=0,70000,3303,0,5700,4,4,98,0,0');
    expect(prepare('/3303/0/5700', '98', { dialect: cmcc }).line).toBe('AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,98,0,0');
    expect(prepareNotification({ path: '/3306/0/5853', value: 'a,"b', ackId: 9 }, context()).line).toBe(
      'AT+MIPLNOTIFY=0,5,3306,0,5853,1,4,"a,"b",0,0,9',
    );
  });

  it('uses ref 0 when the session was there before us', () => {
    expect(prepare('/3303/0/5700', '98', { registration: { phase: 'registered' } }).line).toContain('=0,70000');
  });
});

describe('the outbox', () => {
  function outbox(lastId?: number) {
    const latest = new Map<string, OutgoingNotification>();
    const box = new Outbox((notification) => latest.set(notification.id, notification), lastId);
    const send = (ackId?: number, msgId = 70000): string => {
      const id = box.nextId();
      box.sent(id, { path: '/3303/0/5700', value: '1', msgId, line: '' }, ackId, 0);
      return id;
    };
    return { box, send, status: (id: string) => latest.get(id)?.status, latest };
  }

  it('settles event 26 by ackid', () => {
    const { box, send, status } = outbox();
    const [first, second] = [send(1), send(2)];
    box.accepted(first);
    box.accepted(second);
    box.settle(26, 2);
    expect([status(first), status(second)]).toEqual(['accepted', 'acknowledged']);
  });

  it('settles event 26 by the msgid of the observe, as the captured core prints it: the oldest first', () => {
    const { box, send, status } = outbox();
    const ids = [send(1), send(2)];
    box.settle(26, 70000);
    expect(ids.map(status)).toEqual(['acknowledged', 'sent']);
    box.settle(26, 70000);
    expect(ids.map(status)).toEqual(['acknowledged', 'acknowledged']);
  });

  it('stays acknowledged when the event overtakes the OK', () => {
    const { box, send, status } = outbox();
    const id = send(1);
    box.settle(26, 1);
    box.accepted(id);
    box.failed(id, { code: 'AT_TIMEOUT', message: '' });
    expect(status(id)).toBe('acknowledged');
  });

  it('fails at event 25 with its number', () => {
    const { box, send, latest } = outbox();
    const id = send(1);
    box.settle(25, 1);
    expect(latest.get(id)).toMatchObject({ status: 'failed', fault: { code: 'MIPL_REFUSED', detail: '25' } });
  });

  it('ignores events that name nothing of ours', () => {
    const { box, send, status } = outbox();
    const id = send(1);
    for (const extra of [undefined, 99]) box.settle(26, extra);
    expect(status(id)).toBe('sent');
  });

  it('waits for no event without ackid', () => {
    const { box, send, status } = outbox();
    const id = send();
    box.settle(26, 70000);
    box.accepted(id);
    box.settle(26, 70000);
    expect(status(id)).toBe('accepted');
  });

  it('gives up the oldest of more than 200', () => {
    const { box, send, status } = outbox();
    const ids = Array.from({ length: 201 }, (_, index) => send(index + 1));
    box.settle(26, 1);
    box.settle(26, 2);
    expect(ids.slice(0, 2).map(status)).toEqual(['sent', 'acknowledged']);
  });

  it('counts ackids from 1 to 65535 and never 0', () => {
    const { box } = outbox();
    const ids = Array.from({ length: 65536 }, () => box.nextAckId());
    expect([ids[0], ids[65534], ids[65535]]).toEqual([1, 65535, 1]);
  });

  it('goes on after the ids of an earlier engine', () => {
    const { send } = outbox(41);
    expect(send()).toBe('42');
  });
});

describe('answer times', () => {
  it('are empty before the first answer', () => {
    expect(new AnswerTimeRecord().summary()).toEqual({ count: 0, lateCount: 0 });
  });

  it('give last, median, 95th percentile and worst', () => {
    const record = new AnswerTimeRecord();
    for (let used = 100; used >= 1; used--) record.add(used, used > 90);
    expect(record.summary()).toEqual({ count: 100, lateCount: 10, lastMs: 1, p50Ms: 50, p95Ms: 95, worstMs: 100 });
  });

  it('keep count and worst of all, the rest of the last 1000', () => {
    const record = new AnswerTimeRecord();
    record.add(9999, true);
    for (let index = 0; index < 1000; index++) record.add(5, false);
    expect(record.summary()).toEqual({ count: 1001, lateCount: 1, lastMs: 5, p50Ms: 5, p95Ms: 5, worstMs: 9999 });
  });
});

describe('values of a write', () => {
  it.each([
    ['boolean', 2, 1, '01', '1'],
    ['integer', 2, 1, '16', '22'],
    ['integer', 2, 4, 'FFFFFFFB', '-5'],
    ['string', 2, 3, '43656C', 'Cel'],
    ['string', 2, 0, '', ''],
    ['string', 2, 3, 'a,b', 'a,b'],
    ['opaque', 2, 3, 'a,b', '612C62'],
    ['opaque', 2, 2, '0aff', '0AFF'],
    ['string', 1, 4, 'abcd', 'abcd'],
    ['string', 1, 2, '3132', '12'],
    ['string', 1, 4, '3132', '3132'],
    ['string', 1, 0, '', ''],
    ['integer', 1, 2, '22', '22'],
    ['string', 1, 1, 'zz', 'zz'],
    ['string', 6, 9, '43656C', 'Cel'],
    ['integer', 3, 4, '-7', '-7'],
    ['float', 4, 4, '20.123', '20.123'],
    ['boolean', 5, 1, '1', '1'],
  ] as const)('of a %s with type %i, length %i and text %j are %j', (type, valueType, length, value, expected) => {
    expect(writtenValue(type, { valueType, length, value })).toBe(expected);
  });

  it.each([
    ['integer', 2, 5, '1234x'],
    ['string', 2, 1, 'xy'],
    ['string', 6, 1, 'abc'],
    ['integer', 3, 3, 'abc'],
    ['boolean', 2, 1, '05'],
  ] as const)('of a %s with type %i, length %i and text %j are refused', (type, valueType, length, value) => {
    expect(codeOf(() => writtenValue(type, { valueType, length, value }))).toBe('LWM2M_BAD_VALUE');
  });

  it('have a number for each type', () => {
    const types = ['string', 'opaque', 'integer', 'float', 'boolean', 'time', 'objlnk', 'none'] as const;
    expect(types.map(valueTypeOf)).toEqual([1, 2, 3, 4, 5, 3, 1, 1]);
  });
});

describe('the ledger of requests', () => {
  const read = (msgId: number): RequestUrc => ({
    name: '+MIPLREAD',
    params: { ref: 0, msgId, objectId: 3303, instanceId: 0, resourceId: 5700 },
  });
  function ledger(lastId?: number) {
    const latest = new Map<string, PlatformRequest>();
    return {
      latest,
      ledger: new RequestLedger((request) => latest.set(request.id, request), lastId),
    };
  }

  it('takes a msgid for new after 247 s, when CoAP may use it again', () => {
    const { ledger: requests } = ledger();
    expect(requests.placeOf(read(5), { monotonicMs: 0, arrivedMs: 0 }).enter()).toMatchObject({
      id: '1',
      isRepeat: false,
    });
    expect(requests.placeOf(read(5), { monotonicMs: 246_999, arrivedMs: 0 }).enter()).toMatchObject({
      id: '1',
      isRepeat: true,
    });
    expect(requests.placeOf(read(5), { monotonicMs: 247_000, arrivedMs: 0 }).enter()).toMatchObject({
      id: '2',
      isRepeat: false,
    });
  });

  it('takes the cancel of an observation that still waits for its answer for a request of its own', () => {
    const { ledger: requests } = ledger();
    const observe = (flag: number): UrcOf<'+MIPLOBSERVE'> => ({
      name: '+MIPLOBSERVE',
      params: { ref: 0, msgId: 65541, flag, objectId: 3303, instanceId: 0 },
    });
    const at = { monotonicMs: 0, arrivedMs: 0 };
    expect(requests.placeOf(observe(1), at).enter()).toMatchObject({ id: '1', isRepeat: false });
    expect(requests.placeOf(observe(0), at).enter()).toMatchObject({ id: '2', isRepeat: false });
    expect(requests.placeOf(observe(0), at).enter()).toMatchObject({ id: '2', isRepeat: true });
  });

  it('keeps the last 10,000, since their repeats may come, and no longer tells of older ones', () => {
    const { ledger: requests, latest } = ledger();
    for (let msgId = 1; msgId <= 10_001; msgId++)
      requests.placeOf(read(msgId), { monotonicMs: 0, arrivedMs: 0 }).enter();
    const before = latest.get('1');
    requests.firstByte('1', 1);
    requests.lineAcknowledged('1');
    requests.shown('1');
    requests.answered('1', 1, false);
    requests.failedByMsgId(1, { code: 'MIPL_REFUSED', message: 'lost' });
    expect(latest.get('1')).toBe(before);
    expect(requests.placeOf(read(2), { monotonicMs: 0, arrivedMs: 0 }).enter().isRepeat).toBe(true);
    expect(requests.placeOf(read(1), { monotonicMs: 0, arrivedMs: 0 }).enter().isRepeat).toBe(false);
  });

  it('does not forget the later of two requests with one key when the earlier falls out', () => {
    const { ledger: requests } = ledger();
    requests.placeOf(read(1), { monotonicMs: 0, arrivedMs: 0 }).enter();
    requests.placeOf(read(1), { monotonicMs: 300_000, arrivedMs: 0 }).enter();
    for (let msgId = 2; msgId <= 10_000; msgId++)
      requests.placeOf(read(msgId), { monotonicMs: 300_000, arrivedMs: 0 }).enter();
    expect(requests.placeOf(read(1), { monotonicMs: 300_001, arrivedMs: 0 }).enter()).toMatchObject({
      id: '2',
      isRepeat: true,
    });
  });

  it('remembers so many lines of one request and no more', () => {
    const { ledger: requests } = ledger();
    const write = (resourceId: number): RequestUrc => ({
      name: '+MIPLWRITE',
      params: {
        ref: 0,
        msgId: 5,
        objectId: 3306,
        instanceId: 0,
        resourceId,
        valueType: 1,
        length: 1,
        value: 'x',
        flag: 1,
      },
    });
    const at = { monotonicMs: 0, arrivedMs: 0 };
    for (let resourceId = 0; resourceId < 1100; resourceId++) requests.placeOf(write(resourceId), at).enter();
    requests.answering('1', { totalLines: 1, result: 2 });
    expect(requests.placeOf(write(7), at).enter()).toMatchObject({ id: '1', isRepeat: true });
    expect(requests.placeOf(write(5000), at).enter()).toMatchObject({ id: '2', isRepeat: false });
    expect(requests.placeOf(write(7), at).enter().id).toBe('2');
  });

  it('goes on after the ids of an earlier engine', () => {
    expect(ledger(9).ledger.placeOf(read(5), { monotonicMs: 0, arrivedMs: 0 }).enter().id).toBe('10');
  });
});

describe('waiting for events', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const wanted = { success: [6], failure: [7], timeoutMs: 1000 };

  it('hears only the events it waits for', async () => {
    const waiters = new EventWaiters();
    const done = waiters.run(wanted, () => Promise.resolve());
    for (const number of [1, 2, 4, 6]) waiters.tell(number);
    await expect(done).resolves.toBeUndefined();
  });

  it('counts the time from the OK on, and ends it with the command', async () => {
    const waiters = new EventWaiters();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const done = waiters.run(wanted, () => promise).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5000);
    resolve(undefined);
    await vi.advanceTimersByTimeAsync(999);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await done).toMatchObject({ code: 'MIPL_EVENT_TIMEOUT', detail: '6' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets an event settle every command that waits for it', async () => {
    const waiters = new EventWaiters();
    const both = [waiters.run(wanted, () => Promise.resolve()), waiters.run(wanted, () => Promise.resolve())];
    waiters.tell(6);
    await expect(Promise.all(both)).resolves.toHaveLength(2);
  });

  it('is over when the command itself fails', async () => {
    const waiters = new EventWaiters();
    await expect(waiters.run(wanted, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the tables of numbers', () => {
  it('give every error of the store a result', () => {
    expect(
      (['LWM2M_NOT_FOUND', 'LWM2M_NOT_ALLOWED', 'LWM2M_BAD_VALUE', 'LWM2M_BAD_PATH', 'AT_BAD_LINE'] as const).map(
        resultOf,
      ),
    ).toEqual([13, 14, 11, 11, 11]);
    for (const number of [1, 2, 11, 13, 14]) expect(results[number]).toBeDefined();
  });

  it('leave out the event numbers no source assigns', () => {
    for (const number of [16, 17, 18, 19, 22, 23, 24, 27, 28, 29, 30, 34, 39])
      expect(eventMeanings[number]).toBeUndefined();
  });

  it('show both readings of a CIS error where they clash', () => {
    expect(describeCisError(601)).toBe('CIS error 601: parameter or syntax');
    expect(describeCisError(652)).toBe('CIS error 652: uplink busy; on ME3616 and BC260: parameter');
    expect(describeCisError(7)).toBe('CIS error 7, not documented');
    expect(Object.keys(cisErrors)).toHaveLength(8);
  });
});

describe('the responder', () => {
  it('tells requests from other URCs, and a cancel from an observe', () => {
    expect(isRequest({ name: '+CSCON', params: { connected: 1 } })).toBe(false);
    const observe = (flag: number): RequestUrc => ({
      name: '+MIPLOBSERVE',
      params: { ref: 0, msgId: 1, flag, objectId: 3303, instanceId: -1 },
    });
    expect([kindOf(observe(1)), kindOf(observe(0))]).toEqual(['observe', 'cancel']);
  });

  it('lets a programming error through', () => {
    const store = new ObjectStore(defaultModel);
    store.onExecute(() => {
      throw new TypeError('ours');
    });
    const call = {
      name: '+MIPLEXECUTE',
      params: { ref: 0, msgId: 1, parts: [{ ref: 0, msgId: 1, objectId: 3303, instanceId: 0, resourceId: 5605 }] },
    } as const;
    expect(() => answerTo(call, store, cis)).toThrow(TypeError);
  });

  it('refuses a value far too long for the module with result 15', () => {
    const model = modelOf({ '/3200/0/5750': ['string', 'R', 'x'.repeat(16_000)] });
    const call = {
      name: '+MIPLREAD',
      params: { ref: 0, msgId: 1, objectId: 3200, instanceId: 0, resourceId: 5750 },
    } as const;
    expect(answerTo(call, new ObjectStore(model), cis)).toMatchObject({ lines: ['AT+MIPLREADRSP=0,1,15'], result: 15 });
  });
});
