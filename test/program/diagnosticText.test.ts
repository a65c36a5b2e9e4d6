import { describe, expect, it } from 'vitest';
import { diagnosticText } from '../../main/program/diagnosticText.ts';
import type { DiagnosticFacts, Machine } from '../../main/program/diagnosticText.ts';
import { thisMachine } from '../../main/program/machine.ts';
import { initialProgramState } from '../../shared/programState.ts';
import { defaultSettings } from '../../shared/settings.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { places } from './served.ts';

const machine: Machine = {
  system: 'linux 6.1.0 x64',
  versions: { electron: '45.4.1', chrome: '152.0.1', node: '24.1.0' },
  processors: 2,
  memoryBytes: 4 * 2 ** 30,
  home: '/home/zhang wei',
  userName: 'zhang wei',
};
const told = (given: Partial<DiagnosticFacts> = {}): string =>
  diagnosticText({ machine, program: initialProgramState('1.2.3', 'zh'), devices: [], places, ...given });

describe('what is copied for a bug report', () => {
  it('says which program, on what, and what was set', () => {
    const program = initialProgramState('1.2.3', 'zh');
    expect(told({ program: { ...program, settings: { ...defaultSettings, theme: 'dark' } } })).toBe(
      [
        'MIPL Field Tool 1.2.3',
        'Electron 45.4.1, Chromium 152.0.1, Node 24.1.0',
        'linux 6.1.0 x64, 2 processors, 4.0 GB, language zh',
        'Settings: theme dark, 0 command sets chosen, 0 ports and 0 adapters remembered',
        'journals: /a',
        'commandLine: /b',
        'settings: /c',
        'crashes: /d',
      ].join('\n'),
    );
  });

  it('names nobody: no module, card, address, key, adapter or user', () => {
    const [imei, imsi, iccid] = ['869334030000010', '460040000000010', '89860400000000000010'];
    const program = initialProgramState('1.2.3', 'en');
    const text = told({
      program: {
        ...program,
        ports: [
          { path: '/dev/ttyUSB0', kind: 'serial', usbId: '1a86:7523', manufacturer: 'QinHeng', serialNumber: 'SN-77' },
        ],
        settings: {
          ...defaultSettings,
          platformHost: 'https://platform.secret.example',
          updates: { isAllowed: true, address: 'https://mirror.secret.example/releases.txt' },
          dialects: { [imei]: 'cmcc' },
          recentPorts: [{ path: 'tcp://server.secret.example:4001', baudRate: 9600 }],
        },
      },
      devices: [
        {
          ...initialDeviceState(),
          module: { manufacturer: 'CMCC', model: `M5310\u0000 ${imei}`, firmware: '1.0', imei, imsi, iccid },
          connection: {
            phase: 'closed',
            port: { path: 'tcp://server.secret.example:4001', kind: 'tcp' },
            fault: {
              code: 'FILE_NOT_WRITTEN',
              message: `EACCES, open '/home/zhang wei/Documents/${imei}.ndjson', /media/zhang wei/key, C:\\Users\\Li Na\\a, api-key: k-e-y-1234`,
            },
          },
        },
      ],
    });
    const private_ = [imei, imsi, iccid, 'secret', 'zhang', 'Li Na', 'SN-77', 'k-e-y-1234', '\u0000'];
    expect(private_.filter((word) => text.includes(word))).toEqual([]);
    expect(text).toContain(`EACCES, open '~/Documents/`);
    expect(text).toContain('/media/(user)/key, C:\\Users\\(user)\\a');
    expect(text).toContain('a platform of its own, updates by a mirror, 1 command sets chosen, 1 ports');
    expect(text).toContain('Port: serial /dev/ttyUSB0 1a86:7523');
    expect(text).toContain('Module 1: closed');
  });

  it('can be made on this machine, also where the system knows no user', () => {
    expect(told({ machine: thisMachine() })).toContain(`Node ${process.versions.node}`);
    expect(told({ machine: { ...machine, home: '', userName: '' } })).toContain('journals: /a');
  });
});
