import { describe, expect, it } from 'vitest';
import type { RequestKind } from '../../shared/requestKinds.ts';
import { answerPattern, table } from '../document/table.ts';
import { openBench } from './rig.ts';

const kinds: Readonly<Record<string, RequestKind>> = {
  '+MIPLREAD': 'read',
  '+MIPLWRITE': 'write',
  '+MIPLEXECUTE': 'execute',
  '+MIPLPARAMETER': 'parameter',
  '+MIPLOBSERVE': 'observe',
};

/** The calls of the document that reach the device, with the kinds of requests that the module shows for them. */
const calls = table.cis.flatMap(({ section, lines, call }) => {
  const arriving = lines.flatMap((line) => kinds[/^< (\+MIPL[A-Z]+):/.exec(line)?.[1] ?? ''] ?? []);
  if (!call || arriving.length === 0) return [];
  const arrives = call.operation.kind === 'cancel' ? ['cancel'] : [...new Set(arriving)];
  return [{ section, call, arrives }];
});

describe('the calls of the document through the device', () => {
  it('are answered and joined to the requests at the module that they cause', async () => {
    const bench = await openBench();
    const { state } = bench.device;
    for (const { section, call, arrives } of calls) {
      const made = await bench.ask(call.operation);
      const path = made.url.slice(bench.simulator.simulator.http.length);
      expect(`${made.method} ${path.replace(bench.simulator.imei, 'IMEI')}`, section).toBe(
        `${call.method} ${call.path}`,
      );
      expect(made.requestBody, section).toBe(call.body);
      expect([made.httpStatus, made.errno, made.status, made.fault], section).toEqual([200, 0, 'done', undefined]);
      // The device of the object read has fewer resources than this one.
      if (section !== '3.5 (2) C') expect(made.body, section).toMatch(answerPattern(call.answer));
      expect(made.durationMs, section).toBeGreaterThan(0);
      expect(
        made.requestIds.map((id) => state.state.requests[id]?.kind),
        section,
      ).toEqual(arrives);
    }
    expect(Object.keys(state.state.platformCalls)).toHaveLength(calls.length);
  });

  it('ask the device for its resources (discover), which the document leaves to the platform', async () => {
    const { ask, device } = await openBench();
    const made = await ask({ kind: 'discover', path: '/3306' });
    expect(made.url).toMatch(/\/nbiot\/discover\?imei=\d+&obj_id=3306$/);
    expect(made.body).toBe('{"errno":0,"data":[{"obj_inst_id":0,"res_id":[5850,5851,5852,5853,5750]}],"error":"succ"}');
    const { requests } = device.state.state;
    expect(made.requestIds.map((id) => [requests[id]?.kind, requests[id]?.path])).toEqual([['discover', '/3306']]);
  });

  it('learn the device id from the status, for the data points of one resource (3.3)', async () => {
    const { device, ask } = await openBench();
    for (const [path, value] of [
      ['/3303/0/5700', '98'],
      ['/3303/0/5601', '88'],
    ] as const) {
      await device.session.engine.notify({ path, value, confirmed: false });
    }
    await ask({ kind: 'status' });
    const deviceId = device.state.state.platform.deviceIds.simulated ?? '';
    expect(deviceId).toMatch(/^\d+$/);
    await expect
      .poll(async () => (await ask({ kind: 'datapoints', deviceId, paths: [] })).body, { timeout: 3000 })
      .toContain('"3303_0_5601"');
    const one = await ask({ kind: 'datapoints', deviceId, paths: ['/3303/0/5700'], limit: 5 });
    expect(one.url).toMatch(/\/devices\/\d+\/datapoints\?datastream_id=3303_0_5700&limit=5$/);
    expect(one.body).not.toContain('5601');
    expect((await ask({ kind: 'status', deviceId })).url).toMatch(/\/devices\/status\?devIds=\d+$/);
  });

  it('are told that a device exists already (3.1)', async () => {
    const { ask } = await openBench({ register: false });
    const device = { kind: 'createDevice', title: '现场 1', imei: '866971030000001', imsi: '460040000000001' } as const;
    expect((await ask({ ...device, isObserved: true })).fault).toBeUndefined();
    const again = await ask({ ...device, isObserved: true });
    expect(again.fault).toMatchObject({ code: 'PLATFORM_BAD_REQUEST' });
  });
});
