import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isBootBanner,
  isBootLine,
  isReadyMark,
  isRestartResult,
  parseFinalResult,
  resultMeaning,
} from '../../main/at/resultCodes.ts';
import { anyText } from '../anyText.ts';

describe('parseFinalResult', () => {
  it.each(['OK', 'Ok', ' OK '])('reads %j as OK', (line) => {
    expect(parseFinalResult(line)).toEqual({ code: 'OK' });
  });

  it.each(['ERROR', 'Error '])('reads %j as ERROR', (line) => {
    expect(parseFinalResult(line)).toEqual({ code: 'AT_ERROR' });
  });

  it.each([
    ['+CME ERROR: 3', 'AT_CME', '3'],
    ['+CME ERROR:3', 'AT_CME', '3'],
    ['+CME ERROR: SIM not inserted', 'AT_CME', 'SIM not inserted'],
    ['+CMS ERROR: 500', 'AT_CMS', '500'],
    ['+CIS ERROR:602', 'AT_CIS', '602'],
    ['+cis error: 653 ', 'AT_CIS', '653'],
  ])('reads %j with its number or text', (line, code, detail) => {
    expect(parseFinalResult(line)).toEqual({ code, detail });
  });

  it.each(['+CME ERROR:', '+CME ERROR'])('reads %j without detail', (line) => {
    expect(parseFinalResult(line)).toEqual({ code: 'AT_CME' });
  });

  it.each([
    '+MIPLCREATE: FAIL',
    '+X: OK',
    'OK!',
    'OKAY',
    'on',
    'ERROR: 3',
    'eggs!',
    '+CME ERRORS',
    'NOT +CME ERROR: 3',
    '',
    '> ',
  ])('takes %j for no final result', (line) => {
    expect(parseFinalResult(line)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(anyText(), (line) => void parseFinalResult(line)));
  });
});

describe('isBootLine', () => {
  it.each([
    'REBOOT_CAUSE_SECURITY_RESET_PIN',
    'REBOOT_CAUSE_APPLICATION_AT',
    'REBOOT_CAUSE_SECURITY_FOTA_UPGRADE',
    'Neul',
    'Neul ',
    'Lierda',
    '*MATREADY: 1',
    '*ATREADY: 1',
    '*ATREADY:1',
    '+MATREADY',
    'M5310-A',
    'M5310',
    'Bootup Completed',
    'Bootup Completed!!!',
    'REBOOTING',
    'REBOOTING..',
    'RDY',
    'APP RDY',
    'ECRDY',
    '+POWERON:0',
    '+POWERON: 1',
    'NORMAL POWER DOWN',
    'Boot: Unsigned',
    'Security B.. Verified',
    'Protocol A.. Verified',
    'Apps A...... Verified',
    'BC28',
    'BC95',
    'BC95-G',
    'BC35-G',
    'BC26',
    'BC260Y',
    'M5311',
    'ME3616',
    'NB86-G',
    'Quectel',
    'UNDER-VOLTAGE POWER DOWN',
    'OVER-VOLTAGE POWER DOWN',
    'POWERED DOWN',
    'REBOOT_CAUSE_APPLICATION_POWER_ON_RESET',
    '+ECRDY',
    'MODEM:STARTUP',
    '+PBREADY',
    '+SYSSTART',
    '^SYSSTART',
    '+SHUTDOWN',
    'u-blox',
    'SIMCOM',
    'SIM7020C',
    'MN316-DBRD',
    'M5313-LV',
    'ME3616-G1A',
    'BC28-CNV',
    'BC95-B8',
    'BC95GJB',
    'BC660K-GL',
    'WH-NB73',
    'NB08-01',
  ])('knows %j', (line) => {
    expect(isBootLine(line)).toBe(true);
  });

  it.each([
    '*MATWAKEUP',
    '+CPIN: READY',
    '+CFUN: 1',
    '+NPSMR: 1',
    'Neul Ltd',
    'OK',
    '+CGMM: M5310-A',
    'RDYX',
    'BC',
    'BC9500',
    'BC28-',
    'UNDER-VOLTAGE WARNNING',
    'SIMCOM_Ltd',
    '+QATWAKEUP',
    'READY',
  ])('does not know %j', (line) => {
    expect(isBootLine(line)).toBe(false);
  });

  it('marks as banner what may equally be an answer', () => {
    expect(['M5310-A', 'Lierda', 'Neul', 'REBOOT_CAUSE_APPLICATION_AT', '+MATREADY'].map(isBootBanner)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('resultMeaning', () => {
  it('knows the numbers of TS 27.007', () => {
    expect(resultMeaning('AT_CME', 10)).toEqual({ zh: '未插入 SIM 卡', en: 'SIM not inserted' });
  });

  it('knows the numbers of TS 27.005', () => {
    expect(resultMeaning('AT_CMS', 310)).toEqual({ zh: '未插入 SIM 卡', en: 'SIM not inserted' });
  });

  it('says nothing about a number it does not know', () => {
    expect(resultMeaning('AT_CME', 9999)).toBeUndefined();
  });
});

describe('a line of a start', () => {
  const marks = [
    'REBOOT_CAUSE_SECURITY_RESET',
    'REBOOTING...',
    'Boot: Unsigned',
    'Security B.. Verified',
    'Protocol A.. Verified',
    'Apps A...... Verified',
    'NORMAL POWER DOWN',
    'POWERED DOWN',
    'Bootup Completed!',
    '*MATREADY: 1',
    '*ATREADY: 1',
    '+MATREADY: 1',
    'RDY',
    'ECRDY',
    'EC RDY',
    'APP RDY',
    'APPRDY',
    'ATRDY',
    'AT RDY',
    'AT READY',
    '+POWERON: 0',
    'Neul',
    'Lierda',
    'Quectel',
    'M5310-A',
    'ME3616',
    ...['20', '26', '28', '30', '32', '35', '65', '66', '68', '92', '95', '260'].map((board) => `BC${board}`),
    ...['73', '86', '08-A'].map((board) => `NB${board}`),
  ];

  it.each(marks)('%s is one in any case, between any blanks', (mark) => {
    for (const text of [mark, mark.toLowerCase(), mark.toUpperCase(), ` ${mark}`, `\u00a0\t${mark} `]) {
      expect(isBootLine(text)).toBe(true);
    }
  });

  it('is what a banner is and what says that the module is ready, of any text', () => {
    const broken = fc.tuple(fc.constantFrom(...marks), fc.nat({ max: 12 }), anyText({ maxLength: 2 }));
    const text = fc.oneof(
      anyText(),
      broken.map(([mark, place, inside]) => mark.slice(0, place) + inside + mark.slice(place)),
    );
    fc.assert(
      fc.property(text, (line) => {
        if (isBootBanner(line) || isReadyMark(line) || isRestartResult(line)) expect(isBootLine(line)).toBe(true);
      }),
    );
  });
});
