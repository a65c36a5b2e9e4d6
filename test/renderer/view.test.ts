import { describe, expect, it } from 'vitest';
import type { CommandHelp } from '../../shared/contract/log.ts';
import type { PlatformRequest } from '../../shared/state.ts';
import { signalWord } from '../../shared/signal.ts';
import { asksWhy, complete, completions, parameterHelp, writtenForm } from '../../renderer/log/console.ts';
import { remember } from '../../renderer/ui/remember.ts';
import {
  journalTrouble,
  objectCounts,
  portLabel,
  requestWords,
  rowValue,
  shareUsed,
  signalNumbers,
  stageFact,
} from '../../renderer/device/stateWords.ts';
import { faultText, groupCommand } from '../../renderer/ui/faults.ts';
import { speak } from '../../shared/phrase.ts';
import {
  isPortAddress,
  isOpenable,
  portChoices,
  preselected,
  rateFor,
  readBaudRate,
} from '../../renderer/device/ports.ts';
import { nextArea } from '../../renderer/app/shortcuts.ts';
import { resolveTheme } from '../../renderer/app/theme.ts';
import { attributeText, treeRows, visibleRows } from '../../renderer/objects/tree.ts';
import {
  builtInPorts,
  connectingState,
  deniedPorts,
  freshState,
  objects,
  sessionState,
} from './samples/sampleState.ts';

const now = Date.now();
const session = sessionState(now);
/** Keys and plain values, the way a phrase would be spoken in a language of keys. */
const words = (sentence: Parameters<typeof speak>[0] | undefined): string =>
  sentence === undefined
    ? ''
    : speak(sentence, (key, values) => {
        if (key === 'plain') return String(values['text']);
        return key === 'joined' ? `${values['left']} · ${values['right']}` : [key, ...Object.values(values)].join(' ');
      });

const fresh = { recentPorts: [], adapters: {} };

describe('facts of the path strip', () => {
  it('says port, module, card, network, objects and what is left of the lifetime', () => {
    const fact = (name: Parameters<typeof stageFact>[0]): string => words(stageFact(name, session, now));
    expect(fact('port')).toBe('ttyUSB0 · 9600');
    expect(fact('module')).toBe('M5310 · IMEI …0010');
    expect(fact('sim')).toBe('460 04 · …7899');
    expect(fact('network')).toBe('cereg.1 · 34 s');
    expect(fact('objects')).toBe('3303 ×2 · 3306 ×1');
    expect(fact('onenet')).toBe('registration.left 00:41:12');
  });

  it('says nothing that is not known', () => {
    const fresh = freshState();
    expect(
      (['port', 'module', 'sim', 'network', 'onenet'] as const).map((name) => stageFact(name, fresh, now)),
    ).toEqual(Array(5).fill(undefined));
  });

  it('names the virtual module', () => {
    expect(portLabel({ path: 'sim:m5310-seed' })).toEqual({ key: 'port.virtual', values: { model: 'M5310' } });
    expect(portLabel({ path: 'sim:bc28?bootstrap' })).toEqual({ key: 'port.virtual', values: { model: 'BC28' } });
    expect(objectCounts(objects)).toBe('3303 ×2 · 3306 ×1');
  });

  it('says while the journal is not written and when it lacks bytes, and else nothing of it', () => {
    const { journal } = session;
    const trouble = (change: Partial<NonNullable<typeof journal>>): string =>
      words(journalTrouble({ ...journal!, ...change }));
    const fault = { code: 'FILE_NOT_WRITTEN', message: 'ENOSPC', detail: 'x' } as const;
    expect(trouble({ fault })).toBe('status.journalNotWritten');
    expect(trouble({ missingBytes: 1200 })).toBe('status.journalLacks 1 KB');
    expect(trouble({ fault, missingBytes: 5 })).toBe('status.journalNotWritten · status.journalLacks 5 B');
    expect([trouble({}), words(journalTrouble(null))]).toEqual(['', '']);
  });

  it('puts the signal into words and numbers', () => {
    expect([signalWord(session.network), signalNumbers(session.network)]).toEqual([
      'good',
      'RSRP −86 dBm · SNR 11 dB · ECL 0',
    ]);
    expect(signalWord(connectingState(now).network)).toBe('weak');
    expect(signalWord({ rssiDbm: -111 })).toBe('poor');
    expect(signalNumbers({ rssiDbm: -71 })).toBe('RSSI −71 dBm');
    expect(signalWord({})).toBeUndefined();
  });
});

describe('words of a request', () => {
  const request: PlatformRequest = {
    id: '1',
    kind: 'read',
    msgId: 1,
    path: '/3303',
    arrivedMs: 0,
    status: 'answered',
    acknowledgedLines: 7,
    totalLines: 12,
    late: false,
    repeats: 0,
  };

  it.each([
    [{}, '✓ request.answered'],
    [{ late: true, usedMs: 3420 }, '▲ request.late 3.42'],
    [{ status: 'answering' }, '◔ request.answering 7 12'],
    [{ status: 'refused', result: 13 }, '▲ result.13'],
    [{ status: 'refused', result: 77 }, '▲ result.unknown 77'],
    [{ status: 'failed' }, '✕ request.failed'],
    [{ status: 'shown' }, '○ request.shown'],
    [{ status: 'assembling' }, '◔ request.assembling'],
    [{ status: 'held' }, '▮▮ request.held'],
    [{ status: 'dropped' }, '✕ request.dropped'],
    [{ status: 'dropped', deliberate: { kind: 'never' } }, '○ request.never'],
    [{ status: 'answered', deliberate: { kind: 'value' } }, '✓ request.byHand request.answered'],
    [
      { status: 'answered', late: true, usedMs: 5100, deliberate: { kind: 'late' } },
      '✓ request.byHand request.after 5.10',
    ],
    [{ status: 'refused', result: 13, deliberate: { kind: 'error' } }, '▲ request.byHand result.13'],
    [
      { status: 'refused', result: 15, fault: { code: 'MIPL_TOO_LONG', message: '', detail: '483' } },
      '▲ request.tooLong result.15 483 480',
    ],
  ] as const)('%j', (change, text) => {
    const said = requestWords({ ...request, ...change });
    expect(`${said.mark} ${words(said.words)}`).toBe(text);
  });

  it.each([
    [{}, ''],
    [{ value: '20.123' }, '20.123'],
    [{ value: '' }, '""'],
    [{ value: 'a\rb' }, 'a␍b'],
    [{ value: 'x'.repeat(1000) }, `${'x'.repeat(60)}…`],
  ] as const)('says in a row what was read or written, as much of it as a row has room for: %j', (change, text) => {
    expect(rowValue({ ...request, ...change })).toBe(text);
  });

  it('never fills the bar beyond its end', () => {
    expect([shareUsed(1500, 3000), shareUsed(9000, 3000), shareUsed(-1, 3000), shareUsed(1, 0)]).toEqual([
      0.5, 1, 0, 1,
    ]);
  });
});

describe('ports', () => {
  it('follows an adapter whose port has another name today', () => {
    const adapter = { path: '/dev/ttyUSB3', kind: 'serial', usbId: '1a86:7523', serialNumber: 'A1' } as const;
    const other = { path: '/dev/ttyUSB0', kind: 'serial', usbId: '1a86:7523', serialNumber: 'B2' } as const;
    const known = { recentPorts: [], adapters: { '1a86:7523:A1': { baudRate: 57600, model: 'M5310' } } };
    expect(preselected([other, adapter], known)).toBe('/dev/ttyUSB3');
    expect([
      rateFor('/dev/ttyUSB3', [other, adapter], known),
      rateFor('/dev/ttyUSB0', [other, adapter], known),
    ]).toEqual([57600, 9600]);
  });

  it('begins with the last one used, then an adapter, then the virtual module', () => {
    expect(preselected(builtInPorts, fresh)).toBe('sim:m5310-seed');
    expect(preselected(deniedPorts, fresh)).toBe('/dev/ttyUSB0');
    expect(preselected([], fresh)).toBe('sim:m5310-seed');
    expect(preselected([{ path: '/dev/ttyS0', kind: 'serial' }], fresh)).toBe('sim:m5310-seed');
    const two = [...deniedPorts, { path: 'COM9', kind: 'serial' as const }];
    expect(preselected(two, { ...fresh, recentPorts: [{ path: 'COM9', baudRate: 115200 }] })).toBe('COM9');
  });

  it('lists adapters, what was used before, and what is built in', () => {
    const choices = portChoices(deniedPorts, [
      { path: 'tcp://10.0.0.5:4001', baudRate: 9600 },
      { path: '/dev/ttyUSB0', baudRate: 9600 },
    ]);
    expect(choices.map(({ path, group }) => [group, path])).toEqual([
      ['adapters', '/dev/ttyUSB0'],
      ['recent', 'tcp://10.0.0.5:4001'],
      ['builtIn', 'sim:m5310-seed'],
    ]);
  });

  it('takes any sensible rate and remembers what a port had', () => {
    expect([
      readBaudRate(' 9600 '),
      readBaudRate('12345'),
      readBaudRate('0'),
      readBaudRate('fast'),
      readBaudRate('9600.5'),
    ]).toEqual([9600, 12345, undefined, undefined, undefined]);
    const used = { ...fresh, recentPorts: [{ path: 'COM9', baudRate: 115200 }] };
    expect([rateFor('COM9', [], used), rateFor('COM1', [], fresh)]).toEqual([115200, 9600]);
  });

  it('knows an address from a typing error', () => {
    expect(
      [
        'tcp://host:1',
        'tcp://[::1]:4001',
        ' telnet://host:23',
        'rfc2217://host:4001/',
        'sim:bc28',
        'sim:m5310-seed?bootstrap',
        'sim:bc28?echo=on&repeat=2',
      ].every(isPortAddress),
    ).toBe(true);
    expect(
      ['tcp://host', 'tcp://host:70000', 'http://host:1', 'tcp://a b:1', 'telnet://host', 'rfc2217:host:1'].some(
        isPortAddress,
      ),
    ).toBe(false);
    expect(['COM5', '/dev/ttyUSB0', '/dev/cu.usbserial-1'].every(isOpenable)).toBe(true);
    expect(isOpenable('host:4001')).toBe(false);
  });
});

describe('the console', () => {
  const commands: CommandHelp[] = [
    { name: 'AT+MIPLVER', form: 'read', params: [] },
    { name: 'AT+MIPLCREATE', form: 'execute', params: [] },
    { name: 'AT+MIPLOPEN', form: 'read', params: [] },
    {
      name: 'AT+MIPLOPEN',
      form: 'write',
      params: [
        { name: 'ref', optional: false, quoted: false },
        { name: 'lifetime', optional: false, quoted: false },
        { name: 'timeout', optional: true, quoted: false },
      ],
    },
  ];
  const offered = (text: string): string[] => completions(commands, text).map(writtenForm);

  it('offers what begins like the typed text, AT assumed', () => {
    expect(offered('at+miplo')).toEqual(['AT+MIPLOPEN=', 'AT+MIPLOPEN?']);
    expect(offered('miplv')).toEqual(['AT+MIPLVER?']);
    expect(offered('+MIPLC')).toEqual(['AT+MIPLCREATE']);
    expect(offered('')).toEqual([]);
  });

  it('completes as far as all candidates agree', () => {
    expect(complete(commands, 'AT+MIPLO')).toBe('AT+MIPLOPEN');
    expect(complete(commands, 'AT+MIPLV')).toBe('AT+MIPLVER?');
    expect(complete(commands, 'AT+X')).toBe('AT+X');
  });

  it('helps with the parameter at the end of the text', () => {
    expect(parameterHelp(commands, 'AT+MIPLOPEN=0,36')?.current).toBe(1);
    expect(parameterHelp(commands, 'AT+MIPLOPEN="a,b",')?.current).toBe(1);
    expect(parameterHelp(commands, 'AT+MIPLOPEN=?')).toBeUndefined();
    expect(parameterHelp(commands, 'AT+MIPLOPEN')).toBeUndefined();
  });

  it('remembers commands without doubles in a row', () => {
    expect(remember(['AT', 'ATI'], 'ATI')).toEqual(['AT', 'ATI']);
    expect(remember(['AT', 'ATI'], 'AT', 2)).toEqual(['ATI', 'AT']);
  });
});

describe('faults', () => {
  it('offers the exact command for a port that may not be opened, and only for a real group', () => {
    const text = faultText({ code: 'PORT_DENIED', message: 'EACCES', detail: 'uucp' }, 'cis', 'dialout');
    expect([text.command, text.system]).toEqual(['sudo usermod -aG dialout $USER', 'EACCES']);
    expect(groupCommand('x; rm -rf /')).toBe('sudo usermod -aG dialout $USER');
  });

  it('reads error numbers by dialect and events by number', () => {
    const busy = { code: 'PORT_BUSY', message: 'locked', detail: '/dev/ttyUSB0' } as const;
    expect(faultText(busy, 'cis').what.key).toBe('error.PORT_BUSY.what');
    expect(faultText({ ...busy, holder: 'minicom (12)' }, 'cis').what).toMatchObject({
      key: 'error.PORT_BUSY.held',
      values: { detail: '/dev/ttyUSB0', holder: 'minicom (12)' },
    });
    expect(faultText({ code: 'AT_CIS', message: '', detail: '652' }, 'cmcc').what.values['meaning']).toEqual({
      key: 'cisError.cmcc.652',
      values: {},
    });
    expect(faultText({ code: 'MIPL_REFUSED', message: '', detail: '7' }, 'cis').what.values['meaning']).toEqual({
      key: 'event.7',
      values: {},
    });
  });
});

describe('small things', () => {
  it('shows the tree row by row, without what is folded', () => {
    const rows = treeRows(objects);
    expect(visibleRows(rows, new Set())).toHaveLength(2 + 3 + 19);
    expect(
      visibleRows(rows, new Set(['/3303']))
        .map(({ id }) => id)
        .slice(0, 3),
    ).toEqual(['/3303', '/3306', '/3306/0']);
  });

  it('takes attributes from the nearest path that has them', () => {
    expect(attributeText('/3303/0/5700', { '/3303': { pmin: 1, st: 9 }, '/3303/0/5700': { pmin: 15, gt: 50 } })).toBe(
      'pmin 15 · gt 50 · st 9',
    );
    expect(attributeText('', { '/3303': { pmin: 1 } })).toBe('');
  });

  it('follows the system only when asked to', () => {
    expect([resolveTheme('system', true), resolveTheme('system', false), resolveTheme('sunlight', true)]).toEqual([
      'dark',
      'light',
      'sunlight',
    ]);
  });

  it('goes around the areas in both directions', () => {
    expect(nextArea('console', false)[0]).toBe('path');
    expect(nextArea('path', true)[0]).toBe('console');
    expect(nextArea(undefined, false)[0]).toBe('path');
    expect(nextArea(undefined, true)[0]).toBe('console');
  });
});

it('knows the question why at the console from a command of the module', () => {
  expect(['why', ' Why? ', '为什么', '为什么？'].map(asksWhy)).toEqual([true, true, true, true]);
  expect(['AT+WHY', 'why not', 'AT', ''].map(asksWhy)).toEqual([false, false, false, false]);
});
