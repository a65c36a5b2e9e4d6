import { describe, expect, it } from 'vitest';
import type { PlatformOperation } from '../../shared/platform.ts';
import type { PlatformRequest } from '../../shared/state.ts';
import { openBench } from './rig.ts';

const done = '{"errno":0,"error":"succ"}';

/**
 * The HTTP examples of the OneNET document for the M5310, corrected as the API has them (POST for observe, one body per
 * call, lengths that fit), with the answer the document expects and what arrives at the module.
 */
const examples: readonly {
  readonly name: string;
  readonly operation: PlatformOperation;
  readonly call: string;
  readonly requestBody?: string;
  readonly answer: string | RegExp;
  readonly arrives: readonly (readonly [kind: PlatformRequest['kind'], path: string])[];
}[] = [
  {
    name: '3.2 (3) A devices/status',
    operation: { kind: 'status' },
    call: 'GET /devices/status?imei=IMEI&devIds=',
    answer:
      /^\{"errno":0,"data":\{"total_count":1,"devices":\[\{"id":\d+,"title":"[^"]*","online":true\}\]\},"error":"succ"\}$/,
    arrives: [],
  },
  {
    name: '3.5 (1) resources',
    operation: { kind: 'resources', path: '/3303/0' },
    call: 'GET /nbiot/resources?imei=IMEI&obj_id=3303&obj_inst_id=0',
    answer:
      '{"errno":0,"data":{"total_count":1,"item":[{"obj_id":3303,"instances":[{"inst_id":0,"resources":[5700,5701,5601,5602,5603,5604,5605]}]}]},"error":"succ"}',
    arrives: [],
  },
  {
    name: '3.5 (1) discover',
    operation: { kind: 'discover', path: '/3306' },
    call: 'GET /nbiot/discover?imei=IMEI&obj_id=3306',
    answer: '{"errno":0,"data":[{"obj_inst_id":0,"res_id":[5850,5851,5852,5853,5750]}],"error":"succ"}',
    arrives: [['discover', '/3306']],
  },
  {
    name: '3.5 (2) A read of a resource',
    operation: { kind: 'read', path: '/3303/0/5700' },
    call: 'GET /nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700',
    answer: '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700}],"obj_inst_id":0}],"error":"succ"}',
    arrives: [['read', '/3303/0/5700']],
  },
  {
    name: '3.5 (2) B read of an instance',
    operation: { kind: 'read', path: '/3303/0' },
    call: 'GET /nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0',
    answer:
      '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700},{"val":"Cel","res_id":5701},{"val":10.123,"res_id":5601},{"val":60.2,"res_id":5602},{"val":0.0,"res_id":5603},{"val":99.0,"res_id":5604}],"obj_inst_id":0}],"error":"succ"}',
    arrives: [['read', '/3303/0']],
  },
  {
    name: '3.5 (2) C read of an object',
    operation: { kind: 'read', path: '/3303' },
    call: 'GET /nbiot?imei=IMEI&obj_id=3303',
    answer:
      /^\{"errno":0,"data":\[\{"res":\[\{"val":20\.123,"res_id":5700\},.*\],"obj_inst_id":0\},\{"res":\[.*\],"obj_inst_id":1\}\],"error":"succ"\}$/,
    arrives: [['read', '/3303']],
  },
  {
    name: '3.5 (3) A write of a resource',
    operation: { kind: 'write', path: '/3306/0', mode: 'update', values: [{ resourceId: 5850, value: '1' }] },
    call: 'POST /nbiot?imei=IMEI&obj_id=3306&obj_inst_id=0&mode=2',
    requestBody: '{"data":[{"res_id":5850,"val":1}]}',
    answer: done,
    arrives: [['write', '/3306/0/5850']],
  },
  {
    name: '3.5 (3) B write of several resources',
    operation: {
      kind: 'write',
      path: '/3306/0',
      mode: 'update',
      values: [
        { resourceId: 5850, value: '1' },
        { resourceId: 5851, value: '22' },
      ],
    },
    call: 'POST /nbiot?imei=IMEI&obj_id=3306&obj_inst_id=0&mode=2',
    requestBody: '{"data":[{"res_id":5850,"val":1},{"res_id":5851,"val":22}]}',
    answer: done,
    arrives: [['write', '/3306/0']],
  },
  {
    name: '3.5 (4) execute',
    operation: { kind: 'execute', path: '/3303/0/5605', args: 'reset' },
    call: 'POST /nbiot/execute?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5605',
    requestBody: '{"args":"reset"}',
    answer: done,
    arrives: [['execute', '/3303/0/5605']],
  },
  {
    name: '3.5 (5) write-attributes of 5700',
    operation: {
      kind: 'observe',
      path: '/3303/0/5700',
      attributes: { pmin: 15, pmax: 60, gt: 50, lt: 0, st: 2 },
    },
    call: 'POST /nbiot/observe?imei=IMEI&cancel=false&obj_id=3303&obj_inst_id=0&res_id=5700&pmin=15&pmax=60&gt=50&lt=0&st=2',
    requestBody: '{}',
    answer: done,
    arrives: [
      ['parameter', '/3303/0/5700'],
      ['observe', '/3303/0/5700'],
    ],
  },
  {
    name: '3.5 (6) A observe of 5601 with attributes',
    operation: {
      kind: 'observe',
      path: '/3303/0/5601',
      attributes: { pmin: 18, pmax: 90, gt: 60, lt: 0, st: 2 },
    },
    call: 'POST /nbiot/observe?imei=IMEI&cancel=false&obj_id=3303&obj_inst_id=0&res_id=5601&pmin=18&pmax=90&gt=60&lt=0&st=2',
    requestBody: '{}',
    answer: done,
    arrives: [
      ['parameter', '/3303/0/5601'],
      ['observe', '/3303/0/5601'],
    ],
  },
  ...(
    [
      ['B', 'E', 'instance', '/3303/0', 'obj_id=3303&obj_inst_id=0'],
      ['C', 'F', 'object', '/3303', 'obj_id=3303'],
      ['A', 'D', 'resource', '/3303/0/5700', 'obj_id=3303&obj_inst_id=0&res_id=5700'],
    ] as const
  ).flatMap(([begin, end, level, path, ids]) => [
    {
      name: `3.5 (6) ${begin} observe of the ${level}`,
      operation: { kind: 'observe', path, attributes: {} } as const,
      call: `POST /nbiot/observe?imei=IMEI&cancel=false&${ids}`,
      requestBody: '{}',
      answer: done,
      arrives: [['observe', path] as const],
    },
    {
      name: `3.5 (6) ${end} end of the observation of the ${level}`,
      operation: { kind: 'cancel', path } as const,
      call: `POST /nbiot/observe?imei=IMEI&cancel=true&${ids}`,
      requestBody: '{}',
      answer: done,
      arrives: [['cancel', path] as const],
    },
  ]),
];

describe('the calls of the document through the client', () => {
  it('are sent, answered and joined to the requests at the module as they stand there', async () => {
    const bench = await openBench();
    const { state } = bench.application;
    for (const { name, operation, call, requestBody, answer, arrives } of examples) {
      const made = await bench.ask(operation);
      expect(made.fault, name).toBeUndefined();
      const path = made.url.slice(bench.simulator.simulator.http.length);
      expect(`${made.method} ${path.replace(bench.simulator.imei, 'IMEI')}`, name).toBe(call);
      expect(made.requestBody, name).toBe(requestBody);
      if (typeof answer === 'string') expect(made.body, name).toBe(answer);
      else expect(made.body, name).toMatch(answer);
      expect([made.httpStatus, made.errno, made.status], name).toEqual([200, 0, 'done']);
      expect(made.durationMs, name).toBeGreaterThan(0);
      expect(
        made.requestIds.map((id) => [state.state.requests[id]?.kind, state.state.requests[id]?.path]),
        name,
      ).toEqual(arrives);
    }
    expect(Object.keys(state.state.platformCalls)).toHaveLength(examples.length);
  });

  it('read the reported values back as data points (3.3)', async () => {
    const { application, ask } = await openBench();
    for (const [path, value] of [
      ['/3303/0/5700', '98'],
      ['/3303/0/5601', '88'],
    ] as const) {
      await application.session.engine.notify({ path, value, confirmed: false });
    }
    await ask({ kind: 'status' });
    const deviceId = application.state.state.platform.deviceIds.simulated ?? '';
    expect(deviceId).toMatch(/^\d+$/);
    await expect
      .poll(async () => (await ask({ kind: 'datapoints', deviceId, paths: [] })).body, { timeout: 3000 })
      .toMatch(/"3303_0_5700","datapoints":\[\{"at":"[^"]+","value":98(\.0)?\}\].*"3303_0_5601"/);
    const one = await ask({ kind: 'datapoints', deviceId, paths: ['/3303/0/5700'], limit: 5 });
    expect(one.url).toMatch(/\/devices\/\d+\/datapoints\?datastream_id=3303_0_5700&limit=5$/);
    expect(one.body).not.toContain('5601');
    expect((await ask({ kind: 'status', deviceId })).url).toMatch(/\/devices\/status\?devIds=\d+$/);
  });

  it('create a device (3.1)', async () => {
    const { ask } = await openBench({ register: false });
    const device = { kind: 'createDevice', title: '现场 1', imei: '866971030000001', imsi: '460040000000001' } as const;
    const created = await ask({ ...device, isObserved: true });
    expect(created.requestBody).toBe(
      '{"title":"现场 1","protocol":"LWM2M","auth_info":{"866971030000001":"460040000000001"},"obsv":true}',
    );
    expect(created.body).toMatch(/^\{"errno":0,"data":\{"device_id":"\d+"\},"error":"succ"\}$/);
    const again = await ask({ ...device, isObserved: true });
    expect(again.fault).toMatchObject({ code: 'PLATFORM_BAD_REQUEST' });
  });
});
