import type { Exchange } from './exchange.ts';
import { registered } from './chapter3Session.ts';

const done = '{"errno":0,"error":"succ"}';
const okLine = '< OK';
const asPost = 'Shown as GET with headers of a POST; the API knows POST with an empty object.';
const whole = 'Each READRSP has an OK of its own; the space before "Cel" is printed there, and taken.';

const readResource: Exchange = {
  id: 'readResource',
  section: '3.5 (2) A',
  title: 'read of a resource',
  after: registered,
  lines: ['< +MIPLREAD:0,{m},3303,0,5700', '> AT+MIPLREADRSP=0,{m},1,3303,0,5700,4,4,20.123,0,0', okLine],
  call: {
    operation: { kind: 'read', path: '/3303/0/5700' },
    method: 'GET',
    path: '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700',
    answer: '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700}],"obj_inst_id":0}],"error":"succ"}',
  },
  knows: { standings: ['/3303/0/5700 readByPlatform'] },
};

const readInstance: Exchange = {
  id: 'readInstance',
  section: '3.5 (2) B',
  title: 'read of an instance: six lines, the index counting down',
  correction: whole,
  after: registered,
  lines: [
    '< +MIPLREAD:0,{m},3303,0,-1',
    ...[
      '5700,4,4,20.123,5,0',
      '5701,1,3, "Cel",4,0',
      '5601,4,4,10.123,3,0',
      '5602,4,4,60.2,2,0',
      '5603,4,4,0.0,1,0',
      '5604,4,4,99.0,0,0',
    ].flatMap((value) => [`> AT+MIPLREADRSP=0,{m},1,3303,0,${value}`, okLine]),
  ],
  call: {
    operation: { kind: 'read', path: '/3303/0' },
    method: 'GET',
    path: '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0',
    answer:
      '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700},{"val":"Cel","res_id":5701},{"val":10.123,"res_id":5601},{"val":60.2,"res_id":5602},{"val":0.0,"res_id":5603},{"val":99.0,"res_id":5604}],"obj_inst_id":0}],"error":"succ"}',
  },
  knows: { standings: [5700, 5701, 5601, 5602, 5603, 5604].map((id) => `/3303/0/${id} readByPlatform`) },
};

/** The document's object read answers two resources of each instance: a device that has no more. */
export const readObjectModel = {
  '/3303/0/5701': ['string', 'R', 'Cel'],
  '/3303/0/5602': ['float', 'R', '50.123'],
  '/3303/1/5701': ['string', 'R', 'Cel'],
  '/3303/1/5602': ['float', 'R', '55.123'],
} as const;

/** The document's answer to that read. */
export const readObjectAnswer =
  '{"errno":0,"data":[{"res":[{"val":"Cel","res_id":5701},{"val":50.123,"res_id":5602}],"obj_inst_id":0},{"res":[{"val":"Cel","res_id":5701},{"val":55.123,"res_id":5602}],"obj_inst_id":1}],"error":"succ"}';

const readObject: Exchange = {
  id: 'readObject',
  section: '3.5 (2) C',
  title: 'read of an object: the index runs across its instances',
  correction: whole,
  after: registered,
  lines: [
    '< +MIPLREAD:0,{m},3303,-1,-1',
    ...['0,5701,1,3, "Cel",3,0', '0,5602,4,4,50.123,2,0', '1,5701,1,3, "Cel",1,0', '1,5602,4,4,55.123,0,0'].flatMap(
      (value) => [`> AT+MIPLREADRSP=0,{m},1,3303,${value}`, okLine],
    ),
  ],
  call: {
    operation: { kind: 'read', path: '/3303' },
    method: 'GET',
    path: '/nbiot?imei=IMEI&obj_id=3303',
    answer: readObjectAnswer,
  },
  model: readObjectModel,
  knows: { standings: Object.keys(readObjectModel).map((path) => `${path} readByPlatform`) },
};

const writes: readonly Exchange[] = [
  {
    id: 'writeResource',
    section: '3.5 (3) A',
    title: 'write of a resource',
    correction: 'A blank in the middle of the address, a Content-Length of 47 for 34 bytes.',
    after: registered,
    lines: ['< +MIPLWRITE:0,{m},3306,0,5850,2,1,01,0,0', '> AT+MIPLWRITERSP=0,{m},2', okLine],
    call: {
      operation: { kind: 'write', path: '/3306/0', mode: 'update', values: [{ resourceId: 5850, value: '1' }] },
      method: 'POST',
      path: '/nbiot?imei=IMEI&obj_id=3306&obj_inst_id=0&mode=2',
      body: '{"data":[{"res_id":5850,"val":1}]}',
      answer: done,
    },
    knows: { values: { '/3306/0/5850': '1' }, standings: ['/3306/0/5850 writtenByPlatform'] },
  },
  {
    id: 'writeInstance',
    section: '3.5 (3) B',
    title: 'write of several resources: two lines, one answer',
    correction: 'A blank in the middle of the address, a Content-Length of 47 for 59 bytes.',
    after: registered,
    lines: [
      '< +MIPLWRITE:0,{m},3306,0,5850,2,1,01,0,1',
      '< +MIPLWRITE:0,{m},3306,0,5851,2,1,16,0,0',
      '> AT+MIPLWRITERSP=0,{m},2',
      okLine,
    ],
    call: {
      operation: {
        kind: 'write',
        path: '/3306/0',
        mode: 'update',
        values: [
          { resourceId: 5850, value: '1' },
          { resourceId: 5851, value: '22' },
        ],
      },
      method: 'POST',
      path: '/nbiot?imei=IMEI&obj_id=3306&obj_inst_id=0&mode=2',
      body: '{"data":[{"res_id":5850,"val":1},{"res_id":5851,"val":22}]}',
      answer: done,
    },
    knows: {
      lastRequest: { kind: 'write', path: '/3306/0', payload: '5850=01 5851=16', result: 2, status: 'answered' },
      values: { '/3306/0/5850': '1', '/3306/0/5851': '22' },
      standings: ['/3306/0/5850 writtenByPlatform', '/3306/0/5851 writtenByPlatform'],
    },
  },
];

const execute: Exchange = {
  id: 'execute',
  section: '3.5 (4)',
  title: 'execute with its arguments',
  correction: 'A blank in the address, a Content-Length of 21 for 16 bytes, success printed as 2.05 Changed.',
  after: registered,
  lines: ['< +MIPLEXECUTE:0,{m},3303,0,5605,5, "reset"', '> AT+MIPLEXECUTERSP=0,{m},2', okLine],
  call: {
    operation: { kind: 'execute', path: '/3303/0/5605', args: 'reset' },
    method: 'POST',
    path: '/nbiot/execute?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5605',
    body: '{"args":"reset"}',
    answer: done,
  },
  knows: { executed: ['/3303/0/5605 reset'] },
};

/** The two resources that the document writes attributes of. */
export const attributed = [
  {
    resourceId: 5700,
    attributes: { pmin: 15, pmax: 60, gt: 50, lt: 0, st: 2 },
    query: 'pmin=15&pmax=60&gt=50&lt=0&st=2',
    list: 'pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0',
  },
  {
    resourceId: 5601,
    attributes: { pmin: 18, pmax: 90, gt: 60, lt: 0, st: 2 },
    query: 'pmin=18&pmax=90&gt=60&lt=0&st=2',
    list: 'pmin=18;pmax=90;lt=0.0;gt=60.0;st=2.0',
  },
] as const;

const attributeExchanges = attributed.flatMap(({ resourceId, attributes, query, list }): readonly Exchange[] => {
  const path = `/3303/0/${resourceId}`;
  const api = `/nbiot/observe?imei=IMEI&cancel=false&obj_id=3303&obj_inst_id=0&res_id=${resourceId}&${query}`;
  const shared = {
    after: registered,
    lines: [
      `< +MIPLPARAMETER:0,{p},3303,0,${resourceId},37,"${list}"`,
      '> AT+MIPLPARAMETERRSP=0,{p},2',
      okLine,
      `< +MIPLOBSERVE:0,{o},1,3303,0,${resourceId}`,
      '> AT+MIPLOBSERVERSP=0,{o},1',
      okLine,
    ],
    call: {
      operation: { kind: 'observe', path, attributes },
      method: 'POST',
      path: api,
      body: '{}',
      answer: done,
    },
  } as const;
  return [
    {
      ...shared,
      id: `writeAttributes${resourceId}`,
      section: '3.5 (5)',
      title: `write-attributes of ${path}`,
      call: { ...shared.call, operation: { kind: 'writeAttributes', path, attributes } },
      correction:
        'HTML made >= and <= of &gt= and &lt=; a body left over from execute; the observe that follows stands in (6) A.',
      knows: { attributes: [[path, attributes]] },
    },
    {
      ...shared,
      id: `observe${resourceId}`,
      section: '3.5 (6) A',
      title: `observe of ${path} with attributes`,
      correction: `HTML made >= and <= of &gt= and &lt=. ${asPost}`,
      call: { ...shared.call, alsoAs: { method: 'GET', path: api } },
      knows: { observed: ['/3303/0', '/3303/1', '/3306/0', path] },
    },
  ];
});

const observed = ['/3303/0', '/3303/1', '/3306/0'];

const observations = (
  [
    ['B', 'E', 'instance', '/3303/0', '3303,0,-1', 'obj_id=3303&obj_inst_id=0', registered],
    ['C', 'F', 'object', '/3303', '3303,-1,-1', 'obj_id=3303', 'observeObject'],
    ['', 'D', 'resource', '/3303/0/5700', '3303,0,5700', 'obj_id=3303&obj_inst_id=0&res_id=5700', 'observe5700'],
  ] as const
).flatMap(([begin, end, level, path, target, ids, before]): readonly Exchange[] => {
  const request = (flag: 0 | 1): Pick<Exchange, 'lines' | 'call'> => {
    const api = `/nbiot/observe?imei=IMEI&cancel=${flag === 0}&${ids}`;
    return {
      lines: [`< +MIPLOBSERVE:0,{m${flag}},${flag},${target}`, `> AT+MIPLOBSERVERSP=0,{m${flag}},1`, okLine],
      call: {
        operation: flag === 0 ? { kind: 'cancel', path } : { kind: 'observe', path, attributes: {} },
        method: 'POST',
        path: api,
        body: '{}',
        answer: done,
        alsoAs: { method: 'GET', path: api },
      },
    };
  };
  const name = `${level[0]?.toUpperCase()}${level.slice(1)}`;
  const cancel: Exchange = {
    ...request(0),
    id: `cancel${name}`,
    section: `3.5 (6) ${end}`,
    title: `end of the observation of the ${level}`,
    correction: asPost,
    after: before,
    knows: { observed: observed.filter((one) => one !== path) },
  };
  if (begin === '') return [cancel];
  const observe: Exchange = {
    ...request(1),
    id: `observe${name}`,
    section: `3.5 (6) ${begin}`,
    title: `observe of the ${level}`,
    correction: asPost,
    after: registered,
    knows: { observed: [...observed.filter((one) => one !== path), path] },
  };
  return [observe, cancel];
});

/** Chapter 3.5: everything the platform asks of the device. */
export const managementExchanges: readonly Exchange[] = [
  {
    id: 'resources',
    section: '3.5 (1)',
    title: 'the platform lists what was discovered',
    correction: 'The answer is told in words; obj_inst_id is no parameter of the API, but taken.',
    after: registered,
    lines: [],
    call: {
      operation: { kind: 'resources', path: '/3303/0' },
      method: 'GET',
      path: '/nbiot/resources?imei=IMEI&obj_id=3303&obj_inst_id=0',
      answer:
        '{"errno":0,"data":{"total_count":1,"item":[{"obj_id":3303,"instances":[{"inst_id":0,"resources":[5700,5701,5601,5602,5603,5604,5605]}]}]},"error":"succ"}',
    },
  },
  readResource,
  readInstance,
  readObject,
  ...writes,
  execute,
  ...attributeExchanges,
  ...observations,
];
