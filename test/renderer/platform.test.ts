import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callObject,
  callWords,
  dataPointsIn,
  deviceIdOf,
  draftVerdict,
  firstPath,
  freshDraft,
  isDeviceKind,
  lackingDevice,
  onlineInBody,
  pathGroups,
  targetProblem,
  tookText,
  untoldBy,
} from '../../renderer/platform/platformDraft.ts';
import type {
  AttributeKind,
  AttributeName,
  FormKind,
  PlatformDraft,
  VerdictState,
} from '../../renderer/platform/platformDraft.ts';
import { parseAsWritten, prettyJson } from '../../renderer/ui/prettyJson.ts';
import type { PlatformCall, PlatformOperation } from '../../shared/platform.ts';
import { defaultSettings } from '../../shared/settings.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { objects } from './samples/sampleState.ts';

const base: VerdictState = {
  ...initialDeviceState(),
  settings: defaultSettings,
  objects,
  simulator: { http: 'http://127.0.0.1:1', coap: '', imei: '869976030050010', imsi: '460', echo: '' },
};
const host = (platformHost: string, hasKey: boolean): VerdictState => ({
  ...base,
  module: { imei: '869976030050010' },
  settings: { ...base.settings, platformMode: 'host', platformHost },
  platform: { hasKey, isKeyKept: false, deviceIds: {} },
});

function verdict(kind: FormKind, path: string, change: Partial<PlatformDraft> = {}, state = base): unknown {
  const result = draftVerdict({ ...freshDraft(), kind, ...change }, path, state);
  return result.ok ? result.operation : result.reason.key;
}

/** Attributes typed for one operation. */
function typed(kind: AttributeKind, values: Partial<Record<AttributeName, string>>): Partial<PlatformDraft> {
  const { attributes } = freshDraft();
  return { attributes: { ...attributes, [kind]: { ...attributes[kind], ...values } } };
}

describe('JSON as it is shown', () => {
  it('keeps every number as it was written, short parts on one line', () => {
    const text =
      '{"errno":0,"data":[{"res":[{"val":0.0,"res_id":5603},{"val":9007199254740993,"res_id":1}],"obj_inst_id":0}],"e":[],"o":{}}';
    expect(prettyJson(text, 40)).toBe(
      [
        '{',
        '  "errno": 0,',
        '  "data": [',
        '    {',
        '      "res": [',
        '        { "val": 0.0, "res_id": 5603 },',
        '        {',
        '          "val": 9007199254740993,',
        '          "res_id": 1',
        '        }',
        '      ],',
        '      "obj_inst_id": 0',
        '    }',
        '  ],',
        '  "e": [],',
        '  "o": {}',
        '}',
      ].join('\n'),
    );
    expect(prettyJson('{"errno":0,"error":"succ"}')).toBe('{ "errno": 0, "error": "succ" }');
    expect(prettyJson(' "a,{}:\\"b" ')).toBe('"a,{}:\\"b"');
  });

  it('means the same as before, whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 0, max: 100 }), (text, width) => {
        expect(JSON.parse(prettyJson(text, width) ?? '')).toEqual(JSON.parse(text));
      }),
    );
  });

  it('is undefined for what is none', () => {
    fc.assert(fc.property(fc.string(), (text) => void prettyJson(text)));
    expect(prettyJson('<html>')).toBeUndefined();
    expect(prettyJson('')).toBeUndefined();
    expect(parseAsWritten('{')).toBeUndefined();
    expect(parseAsWritten('[0.0]')).toEqual([{ source: '0.0' }]);
  });
});

describe('paths an operation can be asked of', () => {
  const paths = (kind: FormKind): string[] =>
    pathGroups(objects, kind).flatMap(({ choices }) => choices.map(({ path }) => path));

  it('are those that make sense', () => {
    expect(paths('execute')).toEqual(['/3303/0/5605', '/3303/1/5605']);
    expect(paths('write')).toEqual(['/3303/0', '/3303/1', '/3306/0']);
    expect(paths('discover')).toEqual(['/3303', '/3303/0', '/3303/1', '/3306', '/3306/0']);
    expect(paths('read')).toContain('/3303/0/5700');
    expect(paths('read')).not.toContain('/3303/0/5605');
    expect(paths('datapoints').every((path) => path.split('/').length === 4)).toBe(true);
  });

  it('begin with what is selected in the tree, else with what the document does', () => {
    const first = (kind: FormKind, selected?: string) => firstPath(pathGroups(objects, kind), kind, selected);
    expect(first('read')).toBe('/3303/0/5700');
    expect(first('read', '/3303/1/5601')).toBe('/3303/1/5601');
    expect(first('write')).toBe('/3306/0');
    expect(first('write', '/3303/1/5601')).toBe('/3303/1');
    expect(first('discover', '/3306/0/5850')).toBe('/3306');
    expect(first('datapoints', '/3303/0/5700')).toBe('');
    expect(firstPath([], 'read', undefined)).toBe('');
  });
});

describe('the form', () => {
  it('needs a target that can be asked', () => {
    expect(targetProblem({ ...base, simulator: null })?.key).toBe('platform.why.noSimulator');
    expect(targetProblem(base)).toBeUndefined();
    expect(targetProblem(host('https://api.heclouds.com', false))?.key).toBe('platform.why.noKey');
    expect(targetProblem(host('https://api.heclouds.com', true))).toBeUndefined();
    expect(targetProblem(host('http://127.0.0.1:8080', false))).toBeUndefined();
    expect(verdict('read', '/3303', {}, { ...base, simulator: null })).toBe('platform.why.noSimulator');
    expect(verdict('read', '/3303', {}, { ...host('https://a.b', true), module: {} })).toBe('platform.why.noImei');
  });

  it.each<[FormKind, string, Partial<PlatformDraft>, PlatformOperation]>([
    ['read', '/3303', {}, { kind: 'read', path: '/3303' }],
    ['cancel', '/3303/0', {}, { kind: 'cancel', path: '/3303/0' }],
    ['discover', '/3303', {}, { kind: 'discover', path: '/3303' }],
    ['execute', '/3303/0/5605', { args: 'reset' }, { kind: 'execute', path: '/3303/0/5605', args: 'reset' }],
    [
      'observe',
      '/3303/0/5700',
      typed('observe', { pmin: ' 15', gt: '50.5', lt: '-1' }),
      { kind: 'observe', path: '/3303/0/5700', attributes: { pmin: 15, gt: 50.5, lt: -1 } },
    ],
    ['observe', '/3303', typed('writeAttributes', { pmin: '5' }), { kind: 'observe', path: '/3303', attributes: {} }],
    [
      'writeAttributes',
      '/3303/0',
      typed('writeAttributes', { pmin: '5' }),
      { kind: 'writeAttributes', path: '/3303/0', attributes: { pmin: 5 } },
    ],
    [
      'write',
      '/3306/0',
      { mode: 'replace', written: { '/3306/0/5851': '22', '/3306/0/5850': '1', '/3303/0/5700': '9' } },
      {
        kind: 'write',
        path: '/3306/0',
        mode: 'replace',
        values: [
          { resourceId: 5850, value: '1' },
          { resourceId: 5851, value: '22' },
        ],
      },
    ],
    [
      'createDevice',
      '',
      { title: ' Site ', imei: '866971030000001', imsi: '46004' },
      { kind: 'createDevice', title: 'Site', imei: '866971030000001', imsi: '46004', isObserved: true },
    ],
  ])('%s %s %j', (kind, path, change, operation) => {
    expect(verdict(kind, path, change)).toEqual(operation);
  });

  it.each<[string, FormKind, string, Partial<PlatformDraft>]>([
    ['why.badPath', 'read', '3303', {}],
    ['why.needsResource', 'execute', '/3303/0', {}],
    ['why.argsTooLong', 'execute', '/3303/0/5605', { args: '阀'.repeat(161) }],
    ['why.noResource', 'discover', '/3303/0/5700', {}],
    ['why.notANumber', 'observe', '/3303', typed('observe', { pmin: '1e3' })],
    ['attribute.pmaxBelowPmin', 'observe', '/3303', typed('observe', { pmin: '5', pmax: '4' })],
    ['attribute.needsResource', 'observe', '/3303', typed('observe', { gt: '1' })],
    ['attribute.none', 'writeAttributes', '/3303/0/5700', typed('observe', { pmin: '1' })],
    ['why.nothingChosen', 'write', '/3306/0', {}],
    ['why.badValue', 'write', '/3306/0', { written: { '/3306/0/5851': 'bright' } }],
    ['why.range', 'read', '/3303', { timeoutSeconds: '4' }],
    ['why.range', 'read', '/3303', { timeoutSeconds: 'soon' }],
    ['why.noTitle', 'createDevice', '', { title: ' ' }],
    ['why.badImei', 'createDevice', '', { title: 'x', imei: '12' }],
    ['why.badImsi', 'createDevice', '', { title: 'x', imei: '1234', imsi: '046' }],
    ['why.badAuthCode', 'createDevice', '', { title: 'x', imei: '1234', imsi: '46', authCode: '!' }],
    ['why.noDeviceId', 'datapoints', '', {}],
  ])('says %s of %s %s %j', (key, kind, path, change) => {
    expect(verdict(kind, path, change)).toBe(`platform.${key}`);
  });

  it('asks for data points of a period, or the newest', () => {
    const state: VerdictState = { ...base, platform: { ...base.platform, deviceIds: { simulated: '500' } } };
    const points = (change: Partial<PlatformDraft>) => verdict('datapoints', '', change, state);
    expect(points({ paths: { datapoints: '/3303/0/5700' } })).toEqual({
      kind: 'datapoints',
      deviceId: '500',
      paths: ['/3303/0/5700'],
    });
    expect(points({ isPeriod: true, start: '2026-01-10T08:00', end: '2026-01-10T09:00:01', limit: '7' })).toEqual({
      kind: 'datapoints',
      deviceId: '500',
      paths: [],
      start: '2026-01-10T08:00:00',
      end: '2026-01-10T09:00:01',
      limit: 7,
    });
    expect(points({ isPeriod: true })).toBe('platform.why.noStart');
    expect(points({ isPeriod: true, start: '2026-01-10T08:00:00', end: '2026-01-10T07:00' })).toBe(
      'platform.why.endBeforeStart',
    );
    expect(points({ isPeriod: true, start: '2026-01-10T08:00:00', limit: '6001' })).toBe('platform.why.range');
    expect(deviceIdOf({ ...freshDraft(), deviceIds: { simulated: ' 7 ' } }, state)).toBe('7');
    expect(deviceIdOf(freshDraft(), host('https://a.b', true))).toBe('');
  });
});

const call = (change: Partial<PlatformCall>): PlatformCall => ({
  id: '1',
  mode: 'simulated',
  operation: { kind: 'status' },
  method: 'GET',
  url: '',
  curl: '',
  startedMs: 0,
  status: 'failed',
  requestIds: [],
  ...change,
});

describe('the device id', () => {
  const points: PlatformDraft = { ...freshDraft(), kind: 'datapoints' };
  const known: VerdictState = { ...base, platform: { ...base.platform, deviceIds: { simulated: '500' } } };

  it('is lacking where data points need it and the platform can be asked, once for each target and module', () => {
    expect(lackingDevice(points, base)).toBe('http://127.0.0.1:1 869976030050010');
    expect(lackingDevice(points, host('https://a.b', true))).toBe('https://a.b 869976030050010');
    expect(lackingDevice({ ...points, kind: 'read' }, base)).toBe('');
    expect(lackingDevice({ ...points, deviceIds: { simulated: '7' } }, base)).toBe('');
    expect(lackingDevice(points, known)).toBe('');
    expect(lackingDevice(points, host('https://a.b', false))).toBe('');
    expect(lackingDevice(points, { ...host('https://a.b', true), module: {} })).toBe('');
  });

  it('is untold after the last question at this target was answered without it', () => {
    const asked = call({ operation: { kind: 'findDevice' }, status: 'done' });
    const others = [call({ mode: 'host', status: 'done' }), call({ operation: { kind: 'read', path: '/3303' } })];
    expect(untoldBy(points, base, [...others, asked])).toBe(asked);
    expect(untoldBy(points, base, [call({ status: 'waiting' }), asked])).toBeUndefined();
    expect(untoldBy(points, base, others)).toBeUndefined();
    expect(untoldBy(points, known, [asked])).toBeUndefined();
  });
});

describe('a call in words', () => {
  it('has a mark beside its colour', () => {
    expect(callWords(call({ status: 'waiting' }))).toMatchObject({ mark: '◔', tone: 'accent' });
    expect(callWords(call({ status: 'done' }))).toMatchObject({ mark: '✓', tone: 'ok' });
    const fault = { code: 'PLATFORM_REFUSED', message: '', detail: 'NOT\u0007FOUND' } as const;
    expect(callWords(call({ fault }))).toEqual({
      mark: '▲',
      tone: 'warn',
      words: { key: 'platform.verdict.PLATFORM_REFUSED', values: { detail: 'NOT␇FOUND' } },
    });
    expect(callWords(call({ fault: { code: 'PLATFORM_KEY', message: '' } })).words.key).toBe(
      'platform.verdict.PLATFORM_KEY',
    );
    expect(callWords(call({})).words.key).toBe('platform.verdict.other');
  });

  it('names what it is about', () => {
    expect(callObject(call({ operation: { kind: 'read', path: '/3303' } }))).toBe('/3303');
    for (const kind of ['status', 'findDevice'] as const) expect(callObject(call({ operation: { kind } }))).toBe('');
    expect(callObject(call({ operation: { kind: 'status', deviceId: '5' } }))).toBe('5');
    expect(callObject(call({ operation: { kind: 'datapoints', deviceId: '5', paths: [] } }))).toBe('5');
    expect(callObject(call({ operation: { kind: 'datapoints', deviceId: '5', paths: ['/1/2/3'] } }))).toBe('/1/2/3');
    const device = { kind: 'createDevice', title: '', imei: '1234', imsi: '', isObserved: true } as const;
    expect(callObject(call({ operation: device }))).toBe('1234');
    expect([isDeviceKind('read'), isDeviceKind('datapoints')]).toEqual([true, false]);
    expect([tookText(3.6), tookText(999), tookText(1820), tookText(-5)]).toEqual(['4 ms', '999 ms', '1.82 s', '0 ms']);
  });
});

describe('answers of the platform', () => {
  it('tell whether the device is online', () => {
    expect(onlineInBody('{"data":{"devices":[{"id":1,"online":true}]}}')).toBe(true);
    expect(onlineInBody('{"data":{"devices":[{"id":1,"online":false}]}}')).toBe(false);
    for (const body of [undefined, '', '{}', '{"data":{"devices":[]}}', '{"data":{"devices":[1]}}', 'x'])
      expect(onlineInBody(body)).toBeUndefined();
  });

  it('hold data points, newest first, values as they were written', () => {
    const body =
      '{"data":{"datastreams":[{"id":"3303_0_5700","datapoints":[{"at":"2026-01-10 08:00:00.000","value":20.0},' +
      '{"at":"2026-01-10 09:00:00.000","value":"warm"}]},{"id":"odd","datapoints":[{"at":"2026-01-10 08:30:00.000","value":{"a":1.50}}]},' +
      '{"id":5},null]}}';
    expect(dataPointsIn(body)).toEqual([
      { stream: '3303_0_5700', path: '/3303/0/5700', at: '2026-01-10 09:00:00.000', value: 'warm' },
      { stream: 'odd', path: 'odd', at: '2026-01-10 08:30:00.000', value: '{"a":1.5}' },
      { stream: '3303_0_5700', path: '/3303/0/5700', at: '2026-01-10 08:00:00.000', value: '20.0' },
    ]);
    expect(dataPointsIn('{"data":{"datastreams":[]}}')).toEqual([]);
    expect(dataPointsIn('{"errno":3}')).toBeUndefined();
    expect(dataPointsIn(undefined)).toBeUndefined();
  });
});
