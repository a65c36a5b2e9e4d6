import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMarkedRow } from '../../main/capture/rowMarks.ts';
import { anyText } from '../anyText.ts';

describe('a line of a serial tool', () => {
  it.each([
    ['+MIPLEVENT: 0,6', undefined],
    ['[2026-11-22 09:41:24.870]+MIPLEVENT: 0,6', undefined],
    ['[2026-11-22_09:41:24:870] +MIPLEVENT: 0,6', undefined],
    ['2026/11/22 09:41:24.870 +MIPLEVENT: 0,6', undefined],
    ['22.11.2026 09:41:24 +MIPLEVENT: 0,6', undefined],
    ['2026-11-22T09:41:24.870Z +MIPLEVENT: 0,6', undefined],
    ['2026-11-22T09:41:24.870+08:00 +MIPLEVENT: 0,6', undefined],
    ['09:41:24.870+MIPLEVENT: 0,6', undefined],
    ['09:41:24.870: +MIPLEVENT: 0,6', undefined],
    ['(09:41:24) +MIPLEVENT: 0,6', undefined],
    ['[   12.345678] +MIPLEVENT: 0,6', undefined],
    ['< +MIPLEVENT: 0,6', 'module'],
    ['<+MIPLEVENT: 0,6', 'module'],
    ['> +MIPLEVENT: 0,6', 'host'],
    ['09:41:24.870 >> +MIPLEVENT: 0,6', 'host'],
    ['09:41:24.870 << +MIPLEVENT: 0,6', 'module'],
    ['--> +MIPLEVENT: 0,6', 'host'],
    ['<-- +MIPLEVENT: 0,6', 'module'],
    ['TX: +MIPLEVENT: 0,6', 'host'],
    ['RX: +MIPLEVENT: 0,6', 'module'],
    ['[TX] +MIPLEVENT: 0,6', 'host'],
    ['[RX] +MIPLEVENT: 0,6', 'module'],
    ['Send -> +MIPLEVENT: 0,6', 'host'],
    ['Recv <- +MIPLEVENT: 0,6', 'module'],
    ['[Tx ->][09:41:24.870] +MIPLEVENT: 0,6', 'host'],
    ['[Rx <-][2026-11-22 09:41:24.870] +MIPLEVENT: 0,6', 'module'],
    ['>[Rx <-][17:21:06:364][Asc] +MIPLEVENT: 0,6', 'module'],
    ['[Rx <-][+MIPLEVENT: 0,6]', 'module'],
    ['[09:41:24.870]发→◇+MIPLEVENT: 0,6', 'host'],
    ['[09:41:24.870]收←◆+MIPLEVENT: 0,6', 'module'],
    ['发送：+MIPLEVENT: 0,6', 'host'],
    ['接收: +MIPLEVENT: 0,6', 'module'],
    ['host>module   +MIPLEVENT: 0,6', 'host'],
    ['module>host   +MIPLEVENT: 0,6', 'module'],
    ['[COM14] +MIPLEVENT: 0,6', undefined],
  ])('is read without its marks: %s', (row, from) => {
    const { text, from: speaker } = readMarkedRow(row);
    expect(speaker).toBe(from);
    expect(text).toBe(row.startsWith('[COM14]') ? row : '+MIPLEVENT: 0,6');
  });

  it.each([
    'TX power:230',
    'RX time:0',
    'Signal power:-865',
    '+CCLK:26/11/22,09:41:24+32',
    '183.230.40.39',
    '00:11:22:33:44:55',
    '460040000000001',
    '[text in brackets]',
    'in',
  ])('keeps what only looks like a mark: %s', (row) => {
    expect(readMarkedRow(row)).toEqual({ text: row, textWithRemark: row, rest: row });
  });

  it('keeps an answer that the tool put in brackets beside its marks', () => {
    expect(readMarkedRow('[Rx <-][OK]').text).toBe('OK');
  });

  it.each(['>[Tx ->][17:21:06:364][Asc]', '[09:41:24]', '// only a remark', '□', ''])(
    'is empty when nothing was on the wire: %s',
    (row) => {
      expect(readMarkedRow(row).text).toBe('');
    },
  );
});

describe('a remark', () => {
  it.each([
    ['AT+MIPLVER?                           //查询', 'AT+MIPLVER?'],
    ['+MIPLREAD:0,54080,5,0,-1// 此处', '+MIPLREAD:0,54080,5,0,-1'],
    ['AT+MIPLSOTAVER="test0"\t\t//向平台 “test0”', 'AT+MIPLSOTAVER="test0"'],
    ['AT+X="a//b" // c // d', 'AT+X="a//b"'],
    ['AT+X=coap://183.230.40.39:5683 // server', 'AT+X=coap://183.230.40.39:5683'],
    ['AT+X="never closed // text', 'AT+X="never closed // text'],
  ])('falls away, but not text between quotes or an address: %s', (row, text) => {
    expect(readMarkedRow(row).text).toBe(text);
  });

  it('is kept at hand for values that hold // themselves', () => {
    expect(readMarkedRow('> +X:ab//cd,0').textWithRemark).toBe('+X:ab//cd,0');
  });
});

describe('hostile rows', () => {
  it('never throw, and what is left is the end of the row', () => {
    fc.assert(
      fc.property(anyText(), (row) => {
        const { textWithRemark } = readMarkedRow(row);
        expect(row).toContain(textWithRemark);
      }),
    );
  });

  it.each([
    ['marks', '>[Tx ->]'],
    ['stamps', '[09:41:24]'],
    ['slashes', '//"'],
    ['brackets', '['],
    ['blanks', ' \t'],
    ['digits', '1'],
  ])('take linear time: a megabyte of %s', (_, unit) => {
    const row = `x:${unit.repeat(1_000_000 / unit.length)}`;
    const started = performance.now();
    readMarkedRow(row);
    readMarkedRow(row.slice(2));
    expect(performance.now() - started).toBeLessThan(1500);
  });
});
