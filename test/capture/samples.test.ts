import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DecodedLog } from '../../main/capture/decodedLog.ts';
import type { DecodedRow } from '../../main/capture/decodedLog.ts';

const folder = join(import.meta.dirname, 'samples');

function read(name: string): DecodedRow[] {
  const log = new DecodedLog();
  return [...log.push(readFileSync(join(folder, name))), ...log.end()];
}

const linesOf = (rows: readonly DecodedRow[]): string[] =>
  rows.filter(({ kind }) => kind !== 'mark').map(({ raw, text = raw.trim() }) => text);

/** What every one of the programs has seen. */
const session = [
  ...['AT', 'OK', 'AT+CGSN', '863703030000017', 'OK', 'AT+CIMI', '460040000000017', 'OK', 'AT+CSQ', '+CSQ:18,99', 'OK'],
  ...['AT+MIPLOPEN=0,3600', 'OK', '+MIPLEVENT: 0,1', '+MIPLEVENT: 0,6', '+MIPLREAD: 0, 638, 3303, 0, 5700'],
  '+MIPLWRITE: 0, 8179, 3306, 0, 5750, 1, 6, "pump 1", 0, 0',
  ...['AT+MIPLREADRSP=0,638,1,3303,0,5700,4,4,25.5,0,0', 'OK', 'AT+NONE', 'ERROR'],
];
const others = /^(?:gammu|conserver|putty|gtkterm)/;
const whole = readdirSync(folder).filter((name) => name.endsWith('.log') && !others.test(name));

describe('a log as the program itself has written it', () => {
  it.each(whole)(
    '%s has the lines of the session, none of the program’s own, and times that do not run back',
    (name) => {
      const rows = read(name);
      // socat stands between the two: what the module echoes, it shows twice.
      const lines = linesOf(name.startsWith('socat') ? rows.filter(({ from }) => from === 'module') : rows);
      expect(lines.length).toBeGreaterThanOrEqual(session.length - 2);
      expect(lines).toEqual(session.slice(-lines.length));
      const bare = rows.filter(({ kind, name: is }) => kind === 'response' && /\+(?:CGSN|CIMI)/.test(is ?? ''));
      expect(bare.map(({ params }) => params?.['text'])).toEqual(['863703030000017', '460040000000017']);
      const times = rows.filter(({ kind }) => kind !== 'mark').flatMap(({ at }) => at ?? []);
      const isTold = !/^(?:picocom|jpnevulator-plain)/.test(name);
      expect(times.length > 0).toBe(isTold);
      const numbers = times.map((at) => (/^\d+(?:\.\d+)?$/.test(at) ? at.padStart(20, '0') : at));
      expect(numbers).toEqual(numbers.toSorted());
    },
  );

  it('gammu tells what it sent and got in dumps: lines beside them are its own', () => {
    const rows = read('gammu-textalldate.log').filter(({ kind }) => kind !== 'mark');
    const sent = rows.filter(({ from }) => from === 'host').map(({ raw }) => raw);
    expect(sent).toEqual(['AT', 'ATE1', 'AT+MODE=2', 'AT+CMEE=1', 'AT+CMEE=2', 'AT+CSCS?', 'AT+CSCS=?', 'AT+CGMM']);
    expect(rows[0]).toMatchObject({ at: '2026-11-27T11:53:02', from: 'host', name: 'AT' });
    expect(rows.filter(({ from, name }) => from === 'module' && name === 'ERROR')).toHaveLength(5);
  });

  it('gammu without dumps has the answers alone, each line numbered', () => {
    const rows = read('gammu-errors.log').filter(({ kind }) => kind !== 'mark');
    expect(rows.slice(0, 4).map(({ text, from }) => [text, from])).toEqual([
      ['AT', 'module'],
      ['OK', 'module'],
      ['ATE1', 'module'],
      ['OK', 'module'],
    ]);
    expect(rows.find(({ kind, name }) => kind === 'response' && name === '+CGMM')?.params).toEqual({ text: 'M5310-A' });
  });

  it('conserver tells who came and went as marks with a time', () => {
    const rows = read('conserver.log');
    expect(rows.map(({ kind, at, text, raw }) => [kind, at, text ?? raw])).toEqual([
      ['mark', '2026-11-27T12:08:09', '[-- Console up -- Fri Nov 27 12:08:09 2026]'],
      ['command', undefined, 'AT'],
      ['command', '2026-11-27T12:08:10', 'AT+CGSN'],
      ['response', '2026-11-27T12:08:11', '863703030000017'],
      ['final', '2026-11-27T12:08:12', 'OK'],
      ['mark', '2026-11-27T12:08:13', '[-- Console down -- Fri Nov 27 12:08:13 2026]'],
      ['mark', '2026-11-27T12:08:14', '[-- Console up -- Fri Nov 27 12:08:14 2026]'],
    ]);
  });

  it('PuTTY’s printable log has Latin-1 letters, and its head is no answer', () => {
    const rows = read('putty-printable.log');
    expect(rows[0]).toMatchObject({ kind: 'mark', at: '2026-11-27T11:53:42' });
    expect(rows.find(({ name }) => name === '+MIPLWRITE')?.raw).toContain('café');
    expect(read('putty-packets.log').every(({ kind }) => kind === 'mark')).toBe(true);
  });

  it('gtkterm counts days since 1970, and does not stamp what it echoes', () => {
    const rows = read('gtkterm.log').filter(({ kind }) => kind !== 'mark');
    expect(rows.map(({ at }) => at)).toEqual([undefined, '2026-01-05T14:03:09.750Z', '2026-01-05T14:03:09.752Z']);
  });
});
