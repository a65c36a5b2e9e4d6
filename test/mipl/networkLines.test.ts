import { describe, expect, it } from 'vitest';
import { claimsOf, decodeLine, isUrc, parseUrc } from '../../main/mipl/decode.ts';
import { commands } from '../../main/mipl/messages.ts';
import { activeTimeSeconds, periodicTauSeconds } from '../../shared/powerSavingTimers.ts';
import { registered, rig } from './rig.ts';

const timers = { activeTime: '00000010', periodicTau: '00100100' };

describe('+CEREG', () => {
  it.each([
    ['n=1', '+CEREG:2', { status: 2 }],
    ['n=2, bare', '+CEREG:1,19E6,94,7', { status: 1, tac: '19E6', cellId: '94', accessTechnology: 7 }],
    [
      'n=2 without network, BC95',
      '+CEREG:2,0000,00000000,7',
      { status: 2, tac: '0000', cellId: '00000000', accessTechnology: 7 },
    ],
    ['n=2 without network, Lierda', '+CEREG:2,0000,0,7', { status: 2, tac: '0000', cellId: '0', accessTechnology: 7 }],
    ['n=2, a short area code', '+CEREG:1,5,94,7', { status: 1, tac: '5', cellId: '94', accessTechnology: 7 }],
    ['n=2 without access technology', '+CEREG: 1,"19E6","94"', { status: 1, tac: '19E6', cellId: '94' }],
    ['n=3', '+CEREG: 3,,,,0,15', { status: 3, causeType: 0, rejectCause: 15 }],
    [
      'n=4',
      '+CEREG: 1,"19E6","05F1A294",9,,,"00000010","00100100"',
      { status: 1, tac: '19E6', cellId: '05F1A294', accessTechnology: 9, ...timers },
    ],
    [
      'n=5 with a digit for an area',
      '+CEREG: 1,"5","94",9,0,0,"00000010","00100100"',
      { status: 1, tac: '5', cellId: '94', accessTechnology: 9, causeType: 0, rejectCause: 0, ...timers },
    ],
    ['a status of later releases', '+CEREG:11', { status: 11 }],
  ])('is read when it comes unasked: %s', (_, line, params) => {
    expect(isUrc(line)).toBe(true);
    expect(parseUrc(line)).toMatchObject({ urc: { name: '+CEREG', params } });
    expect(claimsOf(commands.registrationState)(line)).toBe(false);
  });

  it.each([
    ['n=0', '+CEREG:0,1', { mode: 0, status: 1 }],
    ['n=2', '+CEREG:2,1,19E6,94,9', { mode: 2, status: 1, tac: '19E6', cellId: '94', accessTechnology: 9 }],
    [
      'n=2 in quotes, without access technology',
      '+CEREG: 2,1,"19E6","94"',
      { mode: 2, status: 1, tac: '19E6', cellId: '94' },
    ],
    ['n=2 with empty fields', '+CEREG: 2,2,,,', { mode: 2, status: 2 }],
    ['n=3', '+CEREG: 3,3,,,,0,15', { mode: 3, status: 3, causeType: 0, rejectCause: 15 }],
    [
      'n=5 with nine fields',
      '+CEREG: 5,1,"19E6","05F1A294",9,,,"00000010","00100100"',
      { mode: 5, status: 1, tac: '19E6', cellId: '05F1A294', accessTechnology: 9, ...timers },
    ],
  ])('is the answer to its question: %s', (_, line, params) => {
    expect(isUrc(line)).toBe(false);
    expect(claimsOf(commands.registrationState)(line)).toBe(true);
    expect(decodeLine(line, commands.registrationState)).toMatchObject({ kind: 'response', name: '+CEREG', params });
    expect(decodeLine(line)).toMatchObject({ kind: 'response', name: '+CEREG', params });
  });

  it('tells the timers of power saving in seconds', () => {
    const note = 'active time 4 s, periodic TAU 14400 s';
    expect(decodeLine('+CEREG: 1,"19E6","94",9,,,"00000010","00100100"')).toMatchObject({ kind: 'urc', note });
    expect(decodeLine('+CEREG: 5,1,"19E6","94",9,,,"00000010","00100100"')).toMatchObject({ kind: 'response', note });
    expect(decodeLine('+CEREG: 1,"19E6","94",9,,,"11100000"').note).toBe('active time off');
    expect(decodeLine('+CEREG: 1,"19E6","94",9,,,"x","01000001",5').note).toBe(
      'extra parameters: 5; periodic TAU 36000 s',
    );
  });
});

it('timers of power saving are read as TS 24.008 has them', () => {
  const active = ['00000001', '00100101', '01000001', '01100001', '10000001', '11011111', '11100001', '0', 'undefined'];
  expect(active.map(activeTimeSeconds)).toEqual([2, 300, 360, 60, 60, 1860, 'off', undefined, undefined]);
  const periodic = ['00000001', '00100001', '01000111', '01100001', '10000001', '10100001', '11000001', '11100000'];
  expect(periodic.map(periodicTauSeconds)).toEqual([600, 3600, 252_000, 2, 30, 60, 1_152_000, 'off']);
});

describe('lines that several things may mean', () => {
  it.each([
    ['+CSCON:1', 'urc', { connected: 1 }],
    ['+CSCON: 1,7,4', 'urc', { connected: 1, state: 7, access: 4 }],
    ['+CSCON: 0,7', 'urc', { connected: 0, state: 7 }],
    ['+CSCON: 1,7,4,2', 'urc', { connected: 1, state: 7, access: 4, coreNetwork: 2 }],
    ['+CSCON:1,1', 'response', { mode: 1, connected: 1 }],
    ['+CSCON: 3,1,7,4', 'response', { mode: 3, connected: 1, state: 7, access: 4 }],
    ['+NPSMR:1', 'urc', { asleep: 1 }],
    ['+NPSMR: 1,1', 'response', { mode: 1, asleep: 1 }],
    ['+CFUN: 7', 'urc', { level: 7 }],
    ['+CFUN: 1,0', 'response', { level: 1, second: 0 }],
    ['+MIPLQMGR: 0,QUEUES=3,DROPPED=0,BUFFERS=12', 'response', { ref: 0, queues: 3, dropped: 0, buffers: 12 }],
    ['+MIPLQMGR:0,3,0,12', 'response', { ref: 0, queues: 3, dropped: 0, buffers: 12 }],
    ['+MIPLCONFIG: 0,0,1,183.230.40.40,5683,30', 'response', { mode: 0, third: '183.230.40.40', fifth: '30' }],
  ])('are told by their shape: %s', (line, kind, params) => {
    expect(decodeLine(line)).toMatchObject({ kind, params });
    expect(isUrc(line)).toBe(kind === 'urc');
  });

  it.each([
    ['+CEREG: 5,1,"19E6","05F1A294",9,,,"00000010","00100100"', '+CEREG', { mode: 5, status: 1, tac: '19E6' }],
    ['+CEREG:2,5', '+CEREG', { mode: 2, status: 5 }],
    ['+CSCON: 3,1,7,4', '+CSCON', { mode: 3, connected: 1 }],
    ['+NPSMR: 1,1', '+NPSMR', { mode: 1, asleep: 1 }],
  ])(
    'that firmware prints unasked with the number of the report first tell the state all the same: %s',
    (line, name, params) => {
      const { network, say } = rig();
      say(line);
      expect(network).toMatchObject([{ name, params }]);
    },
  );

  it.each(['+CSQ: 20,99', '+NPSMR: 1,7', '+CEREG: (0-5)', 'OK', ''])(
    'that tell no state stay what they are: %j',
    (line) => {
      const { network, say } = rig();
      say(line);
      expect(network).toEqual([]);
    },
  );

  it('are told in a NOTIFY by the twelfth field: a content type or release assistance', () => {
    const line = 'AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,"abcd",0,0,147';
    expect(decodeLine(`${line},3`).params).toMatchObject({ ackId: 147, contentType: 3 });
    expect(decodeLine(`${line},0x200`).params).toMatchObject({ ackId: 147, releaseAssistance: '0x200' });
    expect(decodeLine(`${line},0,0x400`).params).toMatchObject({ contentType: 0, releaseAssistance: '0x400' });
    expect(decodeLine(`${line},,0x400`).params).not.toHaveProperty('contentType');
  });
});

describe('the words Xinyi has for the events of a firmware update', () => {
  it.each([
    ['+FIRMWARE DOWNLOADING', 40, 'firmware downloading'],
    ['+FIRMWARE DOWNLOAD FAILED', 41, 'firmware download failed'],
    ['+FIRMWARE DOWNLOADED', 42, 'firmware downloaded'],
    ['+FIRMWARE UPDATING', 43, 'firmware updating'],
    ['  +firmware update success ', 44, 'firmware updated'],
    ['+FIRMWARE UPDATE FAILED', 45, 'firmware update failed'],
    ['+FIRMWARE UPDATE OVER', 46, 'firmware update finished'],
    ['+FIRMWARE DOWNLOAD DISCONNECT', 47, 'firmware download cut off'],
    ['+FIRMWARE ERASE SUCCESS', 48, 'flash erased'],
    ['+FIRMWARE ERASE FAIL', 49, 'flash erase failed'],
    ['+FIRMWARE TRIGGERED', 50, 'firmware update triggered'],
    ['+FIRMWARE UPDATE TRIGGERED', 50, 'firmware update triggered'],
  ])('%s is event %i', async (line, event, meaning) => {
    expect(isUrc(line)).toBe(true);
    expect(decodeLine(line)).toMatchObject({ kind: 'urc', name: '+FIRMWARE', note: `event ${event}: ${meaning}` });
    const { say, registrations } = await registered();
    say(line);
    expect(registrations.at(-1)).toMatchObject({ phase: 'registered', lastEvent: event });
  });

  it('are no event where nobody knows them', async () => {
    expect(decodeLine('+FIRMWARE START')).toEqual({ kind: 'urc', name: '+FIRMWARE', params: { state: 'START' } });
    const { say, registrations } = await registered();
    say('+FIRMWARE START');
    expect(registrations.at(-1)?.lastEvent).toBe(6);
  });
});
