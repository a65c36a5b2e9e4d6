import { describe, expect, it } from 'vitest';
import { LogBook } from '../../main/log/logBook.ts';
import { operationOfRequest } from '../../main/platform/requestOperation.ts';
import { decodeLine } from '../../main/mipl/decode.ts';
import type { ResourceType } from '../../shared/lwm2m.ts';
import type { PlatformOperation } from '../../shared/platform.ts';
import type { PlatformRequest } from '../../shared/state.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';
import { openBench } from './rig.ts';

const request = (kind: RequestKind, path: string, change: Partial<PlatformRequest> = {}): PlatformRequest => ({
  id: '1',
  kind,
  msgId: 64001,
  path,
  seq: 1,
  arrivedMs: 0,
  status: 'answered',
  acknowledgedLines: 1,
  totalLines: 1,
  late: false,
  repeats: 0,
  ...change,
});

const types: Readonly<Record<number, ResourceType>> = { 5850: 'boolean', 5851: 'integer', 5750: 'string' };

function operationAfter(lines: readonly string[], one: PlatformRequest): PlatformOperation {
  const book = new LogBook();
  for (const [index, text] of lines.entries()) {
    const decoded = decodeLine(text);
    const isOwn = decoded.params?.['msgId'] === one.msgId && index + 1 >= (one.seq ?? Infinity);
    book.add({ atMs: 1000, kind: 'unasked', text, decoded, belongsTo: { request: isOwn ? one.id : 'another' } });
  }
  return operationOfRequest(one, book.read(1, 100), ({ resourceId }) => types[resourceId ?? -1]);
}

const written = (lines: readonly string[], change: Partial<PlatformRequest> = {}): unknown => {
  const operation = operationAfter(lines, request('write', '/3306/0', change));
  return operation.kind === 'write' && operation.values.map(({ resourceId, value }) => `${resourceId}=${value}`);
};

describe('what would make a request arrive again', () => {
  it.each<[RequestKind, string | undefined, PlatformOperation]>([
    ['read', undefined, { kind: 'read', path: '/3303/0/5605' }],
    ['discover', undefined, { kind: 'discover', path: '/3303/0/5605' }],
    ['cancel', undefined, { kind: 'cancel', path: '/3303/0/5605' }],
    ['observe', undefined, { kind: 'observe', path: '/3303/0/5605', attributes: {} }],
    ['execute', 'reset', { kind: 'execute', path: '/3303/0/5605', args: 'reset' }],
    ['execute', undefined, { kind: 'execute', path: '/3303/0/5605', args: '' }],
    [
      'parameter',
      'pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0',
      { kind: 'writeAttributes', path: '/3303/0/5605', attributes: { pmin: 15, pmax: 60, lt: 0, gt: 50, st: 2 } },
    ],
  ])('is for %s with %s', (kind, payload, operation) => {
    const given = request(kind, '/3303/0/5605', payload === undefined ? {} : { payload });
    expect(operationOfRequest(given, [], () => undefined)).toEqual(operation);
  });

  it('is for attributes that are none nothing, and says which', () => {
    expect(() => operationOfRequest(request('parameter', '/3303', { payload: 'rm=1' }), [], () => undefined)).toThrow(
      expect.objectContaining({ code: 'LWM2M_BAD_VALUE', detail: 'rm=1' }) as Error,
    );
  });

  it('is for an attribute that was unset nothing, since the API knows no such call', () => {
    const unset = request('parameter', '/3303', { payload: 'pmax=60;pmin=' });
    expect(() => operationOfRequest(unset, [], () => undefined)).toThrow(
      expect.objectContaining({ code: 'LWM2M_BAD_VALUE', detail: 'pmin' }) as Error,
    );
  });

  it('reads the values of a write from its own lines, whatever the ledger has kept', () => {
    const lines = [
      '+MIPLWRITE:0,64001,3306,0,5850,2,1,00,0,0',
      '+MIPLWRITE:0,64001,3306,0,5850,2,1,01,0,2',
      '+MIPLREAD:0,64002,3303,0,5700',
      '+MIPLWRITE:0,64001,3306,0,5851,2,1,16,0,1',
      '+MIPLWRITE:0,64001,3306,0,5750,1,9,pump 3=on,0,0',
      '+MIPLWRITE:0,64001,3306,0,5850,2,1,00,0,0',
    ];
    expect(written(lines, { seq: 2, payload: '5850=01 5851=16 5750=pump 3=on' })).toEqual([
      '5850=1',
      '5851=22',
      '5750=pump 3=on',
    ]);
  });

  it('reads values nobody has defined by the number of their type, and what does not fit as it came', () => {
    expect(written(['+MIPLWRITE:0,64001,3306,0,1,4,3,1.5,0,0'])).toEqual(['1=1.5']);
    expect(written(['+MIPLWRITE:0,64001,3306,0,2,2,2,00FF,0,0'])).toEqual(['2=00FF']);
    expect(written(['+MIPLWRITE:0,64001,3306,0,3,0,2,ok,0,0'])).toEqual(['3=ok']);
    expect(written(['+MIPLWRITE:0,64001,3306,0,5851,3,6,bright,0,0'])).toEqual(['5851=bright']);
  });

  it('joins the blocks of a long value, and gives no part of it for the whole', () => {
    const block = (msgId: number, size: number, flag: number): string =>
      `+MIPLWRITE:0,${msgId},3306,0,5750,1,${size},${'x'.repeat(size)},${flag}`;
    const lines = [block(64000, 1024, 1), block(64001, 100, 0)];
    expect(written(lines, { seq: 2 })).toEqual([`5750=${'x'.repeat(1124)}`]);
    expect(() => written(lines, { seq: 1, msgId: 64000 })).toThrow(
      expect.objectContaining({ code: 'MIPL_REQUEST_GONE' }) as Error,
    );
  });

  it('says so when the lines of a write are gone or never came', () => {
    const gone = expect.objectContaining({ code: 'MIPL_REQUEST_GONE' }) as Error;
    expect(() => written([])).toThrow(gone);
    expect(() => written(['+MIPLWRITE:0,64001,3306,0,5850,2,1,01,0,1'])).toThrow(gone);
    expect(() => written(['+MIPLWRITE:0,64001,nonsense', '+MIPLWRITE:0,64009,3306,0,5850,2,1,01,0,0'])).toThrow(gone);
    const { seq: _, ...unknown } = request('write', '/3306/0');
    expect(() => operationAfter(['+MIPLWRITE:0,64001,3306,0,5850,2,1,01,0,0'], unknown)).toThrow(gone);
  });
});

describe('a request as curl', () => {
  it('is the very call that caused it, for every kind', async () => {
    const { device, ask } = await openBench();
    const caused: PlatformOperation[] = [
      { kind: 'read', path: '/3303/0/5700' },
      { kind: 'read', path: '/3303' },
      { kind: 'write', path: '/3306/0', mode: 'update', values: [{ resourceId: 5850, value: '1' }] },
      {
        kind: 'write',
        path: '/3306/0',
        mode: 'update',
        values: [
          { resourceId: 5850, value: '0' },
          { resourceId: 5851, value: '22' },
        ],
      },
      { kind: 'execute', path: '/3303/0/5605', args: "it's 5 & <6>" },
      {
        kind: 'writeAttributes',
        path: '/3303/0/5700',
        attributes: { pmin: 15, pmax: 60, gt: 50, lt: 0, st: 2 },
      },
      { kind: 'observe', path: '/3303/0/5601', attributes: {} },
      { kind: 'cancel', path: '/3303/0/5601' },
      { kind: 'discover', path: '/3306' },
    ];
    for (const operation of caused) {
      const { requestIds, curl, fault } = await ask(operation);
      expect(fault, operation.kind).toBeUndefined();
      expect(device.platform.curlOfRequest(requestIds[0] ?? ''), operation.kind).toBe(curl);
      expect(curl).toContain('$ONENET_API_KEY');
    }
  });

  it('keeps thresholds whole, and asks the host where the module is a real one', async () => {
    const { device } = await openBench();
    const payload = 'gt=50;lt=0';
    device.state.change({
      requests: { '900': request('parameter', '/3303/0/5700', { id: '900', payload }) },
      module: { imei: '866971030000001' },
    });
    expect(device.platform.curlOfRequest('900')).toContain('&gt=50&lt=0');
    const { connection } = device.state.state;
    device.state.change({
      simulator: null,
      connection: { ...connection, port: { path: '/dev/ttyUSB0', kind: 'serial' } },
    });
    expect(device.platform.curlOfRequest('900')).toContain(
      "'https://api.heclouds.com/nbiot/observe?imei=866971030000001&cancel=false&",
    );
    device.state.change({ connection: { ...connection, port: { path: 'sim:bc28', kind: 'virtual' } } });
    expect(() => device.platform.curlOfRequest('900')).toThrow(
      expect.objectContaining({ code: 'PORT_NOT_OPEN' }) as Error,
    );
    for (const id of ['901', '__proto__', 'constructor'])
      expect(() => device.platform.curlOfRequest(id)).toThrow(
        expect.objectContaining({ code: 'MIPL_REQUEST_GONE' }) as Error,
      );
  });
});
