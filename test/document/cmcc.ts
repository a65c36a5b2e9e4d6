import { attributed, readObjectAnswer, readObjectModel } from './chapter3Management.ts';
import { managementExchanges } from './chapter3Management.ts';
import { registered } from './chapter3Session.ts';
import type { DocumentCall, Exchange } from './exchange.ts';

/**
 * The exchanges that China Mobile's own firmware (profile m5310a) does otherwise than the document: it answers discover,
 * observe and write-attributes by itself, wants the lists of resources before OPEN, ends writes by the flag, tells event 15.
 */

const list3303 = '5700;5701;5601;5602;5603;5604;5605';
const shown = 'The firmware answers it; the line is for information.';
const observed = ['/3303/0', '/3303/1', '/3306/0'];

/** The call of the document's table. */
function callOf(id: string): DocumentCall {
  const call = managementExchanges.find((exchange) => exchange.id === id)?.call;
  if (!call) throw new Error(`The table has no call ${id}`);
  return call;
}

/** Lines of a READRSP of several values: flag 1 first, 2 middle, 0 last. */
function answered(values: readonly string[]): string[] {
  const last = values.length - 1;
  return values.flatMap((value, position) => {
    const going = position === 0 ? 1 : 2;
    const flag = position === last ? 0 : going;
    return [`> AT+MIPLREADRSP=0,{m},1,3303,${value},${last - position},${flag}`, '< OK'];
  });
}

const creation: readonly Exchange[] = [
  {
    id: 'start',
    section: '1',
    title: 'the lines after power-on',
    lines: ['< M5310-A', '< OK'],
    besides: ['REBOOT_CAUSE_SECURITY_RESET_PIN'],
  },
  {
    id: 'attention',
    section: '1',
    title: 'AT until there is an OK, and the command itself',
    correction: 'A banner tells of a restart: the tool asks AT first, then a question whose answer no other has.',
    after: 'start',
    lines: ['> AT', '< OK', '> AT+CMEE?', '< +CMEE:1', '< OK', '> AT', '< OK'],
    act: { do: 'exec', command: 'attention', params: {} },
  },
  {
    id: 'registeredHome',
    section: '1',
    title: 'report that the module is on its home network',
    correction: 'Without area and cell, which come with +CEREG=2.',
    after: 'connected',
    lines: ['< +CEREG:1'],
    knows: { network: [{ name: '+CSCON' }, { name: '+CEREG', params: { status: 1 } }] },
    hasSlowRadio: true,
  },
  {
    id: 'registrationState',
    section: '1',
    title: 'question for the registration',
    correction: 'Without area and cell, which come with +CEREG=2.',
    after: 'registeredHome',
    lines: ['> AT+CEREG?', '< +CEREG:1,1', '< OK'],
    act: { do: 'exec', command: 'registrationState', params: {} },
    knows: { reads: [{ mode: 1, status: 1 }] },
    hasSlowRadio: true,
  },
  {
    id: 'version',
    section: '3.2 (1)',
    title: 'version of the suite',
    correction: 'No blank after the colon.',
    after: 'attention',
    lines: ['> AT+MIPLVER?', '< +MIPLVER:{?version}', '< OK'],
    act: { do: 'exec', command: 'version', params: {} },
    knows: { reads: [{ version: '2.1.1' }] },
  },
  {
    id: 'create',
    section: '3.2 (1)',
    title: 'creation of the suite with the server named',
    correction: 'The bare form is refused.',
    after: 'attention',
    lines: [
      '> AT+MIPLCREATE',
      '< +CIS ERROR: 601',
      '> AT+MIPLCREATEEX="183.230.40.39:5683",1',
      '< +MIPLCREATEEX:0',
      '< OK',
    ],
    act: { do: 'prepareSuite' },
    goesOn: true,
    knows: { phase: 'addingObjects' },
  },
  {
    id: 'announce3303',
    section: '3.5 (1)',
    title: 'list of 3303 told before the registration',
    correction: 'The object stands where the document has the id of a discover.',
    after: 'addObject3306',
    lines: [`> AT+MIPLDISCOVERRSP=0,3303,1,34,"${list3303}"`, '< OK'],
    act: { do: 'register' },
    goesOn: true,
  },
  {
    id: 'announce3306',
    section: '3.5 (1)',
    title: 'list of 3306 told before the registration',
    after: 'announce3303',
    lines: ['> AT+MIPLDISCOVERRSP=0,3306,1,24,"5850;5851;5852;5853;5750"', '< OK'],
    goesOn: true,
  },
];

const sockets: readonly Exchange[] = [
  {
    id: 'closeSocket',
    section: '2.4',
    title: 'the socket closed, and the report of it',
    correction: "The parameter reads '' where HTML ate <socket>; this firmware reports the end of the socket besides.",
    after: 'openSocket',
    lines: ['> AT+NSOCL=0', '< OK', '< +NSOCLI:0'],
    act: { do: 'closeSocket' },
    knows: { sockets: [{ number: 0, ended: { why: 'closed' } }] },
  },
];

const session: readonly Exchange[] = [
  {
    id: 'open',
    section: '3.2 (3) A',
    title: 'registration with event 6',
    after: 'announce3306',
    lines: ['> AT+MIPLOPEN=0,3600,30', '< OK', '< +MIPLEVENT:0,6'],
    knows: { phase: 'registered' },
  },
  ...(
    [
      ['3303', 'open'],
      ['3306', 'discover3303'],
    ] as const
  ).map(([objectId, after]): Exchange => ({
    id: `discover${objectId}`,
    section: '3.5 (1)',
    title: `discover of ${objectId} shown`,
    correction: shown,
    after,
    lines: [`< +MIPLDISCOVER:0,{d${objectId}},${objectId}`],
    knows: { lastRequest: { kind: 'discover', path: `/${objectId}`, status: 'shown' } },
  })),
  ...(
    [
      ['3303-0', 'discover3306', '3303,0'],
      ['3303-1', 'observe3303-0', '3303,1'],
      ['3306-0', 'observe3303-1', '3306,0'],
    ] as const
  ).map(([name, after, target], index): Exchange => ({
    id: `observe${name}`,
    section: '3.2 (3) A',
    title: `observe of ${observed[index]} shown after the registration`,
    correction: shown,
    after,
    lines: [`< +MIPLOBSERVE:0,{o${name}},1,${target},-1`],
    knows: { observed: observed.slice(0, index + 1) },
  })),
  ...(
    [
      ['5700', '98', registered],
      ['5601', '88', 'notify5700'],
    ] as const
  ).map(([resourceId, value, after]): Exchange => ({
    id: `notify${resourceId}`,
    section: '3.3',
    title: `report of /3303/0/${resourceId} with id 0`,
    correction: 'The firmware finds the observation by itself.',
    after,
    lines: [`> AT+MIPLNOTIFY=0,0,3303,0,${resourceId},4,4,${value},0,0`, '< OK'],
    act: { do: 'notify', path: `/3303/0/${resourceId}`, value },
    knows: { lastNotification: { value, status: 'accepted' } },
  })),
  {
    id: 'bootstrap',
    section: '3.4',
    title: 'registration through the bootstrap server: events 2 and 6',
    after: 'announce3306',
    lines: ['> AT+MIPLOPEN=0,3600,30', '< OK', '< +MIPLEVENT:0,2', '< +MIPLEVENT:0,6'],
    knows: { phase: 'registered' },
    isBootstrapped: true,
  },
  {
    id: 'close',
    section: '3.6',
    title: 'deregistration with event 15',
    after: registered,
    lines: ['> AT+MIPLCLOSE=0', '< OK', '< +MIPLEVENT:0,15'],
    act: { do: 'deregister' },
    knows: { phase: 'deregistered', observed: [], notes: [] },
  },
  {
    id: 'deleteSuite',
    section: '3.6',
    title: 'deletion of the suite by its short name',
    correction: 'Later manuals call it AT+MIPLDEL; both are taken.',
    after: 'close',
    lines: ['> AT+MIPLDEL=0', '< OK'],
    act: { do: 'exec', command: 'deleteShort', params: { ref: 0 } },
  },
  {
    id: 'openAfterDeletion',
    section: '3.6',
    title: 'no registration after the deletion',
    correction: 'The list of resources comes before the registration, and is refused already.',
    after: 'deleteSuite',
    lines: [`> AT+MIPLDISCOVERRSP=0,3303,1,34,"${list3303}"`, '< +CIS ERROR: 602'],
    act: { do: 'register' },
    knows: { reads: { code: 'AT_CIS', detail: '602' }, phase: 'failed' },
  },
  {
    id: 'openWithoutObject',
    section: '3.6',
    title: 'no discover of 3306 in the next session',
    correction: 'The lists of resources have gone with the session: they are told again.',
    after: 'deleteObject',
    lines: [
      `> AT+MIPLDISCOVERRSP=0,3303,1,34,"${list3303}"`,
      '< OK',
      '> AT+MIPLOPEN=0,3600,30',
      '< OK',
      '< +MIPLEVENT:0,6',
      '< +MIPLDISCOVER:0,{again3303},3303',
      '< +MIPLOBSERVE:0,{again0},1,3303,0,-1',
      '< +MIPLOBSERVE:0,{again1},1,3303,1,-1',
    ],
    act: { do: 'register' },
    knows: { observed: ['/3303/0', '/3303/1'] },
  },
];

const reads: readonly Exchange[] = [
  {
    id: 'readInstance',
    section: '3.5 (2) B',
    title: 'read of an instance: a count at the end, flags 1, 2 and 0',
    after: registered,
    lines: [
      '< +MIPLREAD:0,{m},3303,0,-1,0',
      ...answered([
        '0,5700,4,4,20.123',
        '0,5701,1,3,"Cel"',
        '0,5601,4,4,10.123',
        '0,5602,4,4,60.2',
        '0,5603,4,4,0.0',
        '0,5604,4,4,99.0',
      ]),
    ],
    call: callOf('readInstance'),
  },
  {
    id: 'readObject',
    section: '3.5 (2) C',
    title: 'read of an object: a count at the end, flags 1, 2 and 0',
    after: registered,
    lines: [
      '< +MIPLREAD:0,{m},3303,-1,-1,0',
      ...answered(['0,5701,1,3,"Cel"', '0,5602,4,4,50.123', '1,5701,1,3,"Cel"', '1,5602,4,4,55.123']),
    ],
    call: { ...callOf('readObject'), answer: readObjectAnswer },
    model: readObjectModel,
  },
];

const changes: readonly Exchange[] = [
  {
    id: 'writeResource',
    section: '3.5 (3) A',
    title: 'write of a resource, without an index',
    after: registered,
    lines: ['< +MIPLWRITE:0,{m},3306,0,5850,2,1,01,0', '> AT+MIPLWRITERSP=0,{m},2', '< OK'],
    call: callOf('writeResource'),
    knows: { values: { '/3306/0/5850': '1' } },
  },
  {
    id: 'writeInstance',
    section: '3.5 (3) B',
    title: 'write of several resources: flags 1 and 0, one answer',
    after: registered,
    lines: [
      '< +MIPLWRITE:0,{m},3306,0,5850,2,1,01,1',
      '< +MIPLWRITE:0,{m},3306,0,5851,2,1,16,0',
      '> AT+MIPLWRITERSP=0,{m},2',
      '< OK',
    ],
    call: callOf('writeInstance'),
    knows: { values: { '/3306/0/5850': '1', '/3306/0/5851': '22' } },
  },
  {
    id: 'execute',
    section: '3.5 (4)',
    title: 'execute with bare arguments and a flag',
    after: registered,
    lines: ['< +MIPLEXECUTE:0,{m},3303,0,5605,5,reset,0', '> AT+MIPLEXECUTERSP=0,{m},2', '< OK'],
    call: callOf('execute'),
    knows: { executed: ['/3303/0/5605 reset'] },
  },
  ...attributed.flatMap(({ resourceId, attributes, list }): readonly Exchange[] => {
    const path = `/3303/0/${resourceId}`;
    const lines = [
      `< +MIPLPARAMETER:0,{p},3303,0,${resourceId},38,"${list.replace('st=', 'stp=')}"`,
      `< +MIPLOBSERVE:0,{o},1,3303,0,${resourceId}`,
    ];
    return [
      {
        id: `writeAttributes${resourceId}`,
        section: '3.5 (5)',
        title: `write-attributes of ${path} shown, the step spelt stp`,
        correction: shown,
        after: registered,
        lines,
        call: callOf(`writeAttributes${resourceId}`),
        knows: { attributes: [[path, attributes]] },
      },
      {
        id: `observe${resourceId}`,
        section: '3.5 (6) A',
        title: `observe of ${path} with attributes shown`,
        correction: shown,
        after: registered,
        lines,
        call: callOf(`observe${resourceId}`),
        knows: { observed: [...observed, path] },
      },
    ];
  }),
  ...(
    [
      ['B', 'observeInstance', '1,3303,0,-1', registered, ['/3303/1', '/3306/0', '/3303/0']],
      ['C', 'observeObject', '1,3303,-1,-1', registered, [...observed, '/3303']],
      ['D', 'cancelResource', '0,3303,0,5700', 'observe5700', observed],
      ['E', 'cancelInstance', '0,3303,0,-1', registered, ['/3303/1', '/3306/0']],
      ['F', 'cancelObject', '0,3303,-1,-1', 'observeObject', observed],
    ] as const
  ).map(([part, id, target, before, left]): Exchange => ({
    id,
    section: `3.5 (6) ${part}`,
    title: `${id.startsWith('observe') ? 'observe' : 'end of the observation'} of the ${id.replace(/^[a-z]+/, '').toLowerCase()} shown`,
    correction: shown,
    after: before,
    lines: [`< +MIPLOBSERVE:0,{${id}},${target}`],
    call: callOf(id),
    knows: { observed: left },
  })),
];

/** What firmware of dialect `cmcc` does otherwise, by the document's sections. */
export const cmccExchanges: readonly Exchange[] = [...creation, ...sockets, ...session, ...reads, ...changes];
