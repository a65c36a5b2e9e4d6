import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitCommandLine } from '../../../main/sim/modem/commandLine.ts';

const shortOf = (line: string): string[] =>
  splitCommandLine(line).map((command) =>
    command === undefined ? '?' : `${command.name}|${command.form}|${command.list}`,
  );

test.each<[string, string[]]>([
  ['AT', ['|execute|']],
  ['at', ['|execute|']],
  ['AT ;', ['|execute|']],
  ['ATE0', ['E|execute|0']],
  ['ate', ['E|execute|']],
  [
    'ATQ0 V1 E1 S0=0 &C1 &D2',
    ['Q|execute|0', 'V|execute|1', 'E|execute|1', 'S0|write|0', '&C|execute|1', '&D|execute|2'],
  ],
  [
    'ATQ0V1E1S0=0&C1&D2+CSQ',
    ['Q|execute|0', 'V|execute|1', 'E|execute|1', 'S0|write|0', '&C|execute|1', '&D|execute|2', '+CSQ|execute|'],
  ],
  ['ATS03?S7=60', ['S3|read|', 'S7|write|60']],
  ['AT+CSQ;+CGMM', ['+CSQ|execute|', '+CGMM|execute|']],
  ['AT+CSQ; +CGMM ;', ['+CSQ|execute|', '+CGMM|execute|']],
  ['AT+CMEE=1;+CEREG=2;E0', ['+CMEE|write|1', '+CEREG|write|2', 'E|execute|0']],
  ['AT+CMDNS="a;+b";+CSQ', ['+CMDNS|write|"a;+b"', '+CSQ|execute|']],
  ['AT+X=?;+X?', ['+X|test|', '+X|read|']],
  ['AT*MNBIOTEVENT=1,1', ['*MNBIOTEVENT|write|1,1']],
  ['AT+MIPLDISCOVERRSP=0,1,1,9,"5750;5751"', ['+MIPLDISCOVERRSP|write|0,1,1,9,"5750;5751"']],
  ['AT+MIPLNOTIFY=0,1,3,0,1,1,9,"a";+CSQ",0,0', ['+MIPLNOTIFY|write|0,1,3,0,1,1,9,"a";+CSQ",0,0']],
  ['AT+CSQ;?;+CGMM', ['+CSQ|execute|', '?']],
  ['AT^SYSINFO', ['?']],
  ['AT+', ['?']],
  ['ATS=1', ['S|execute|', '?']],
  ['\0\x1b\xffAT+CSQ', ['+CSQ|execute|']],
  ['\ufffd\ufffdat', ['|execute|']],
  ['SQ,99AT+CGMM', ['+CGMM|execute|']],
  ['\0aT+CSQ', ['?']],
  ['hello', ['?']],
  ['', ['?']],
])('the command line %j is cut as V.250 has it', (line, commands) => {
  expect(shortOf(line)).toEqual(commands);
});

test('any text is cut, in time in proportion to it, and whoever says AT gets at least one command', () => {
  const pieces = fc.constantFrom('AT', 'E0', ';', '+CSQ', '"', 'S0', '=', '?', '&', ',', ' ', '1', '*', '+', 'é', '\\');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 200 }), (parts) => {
      expect(splitCommandLine(`AT${parts.join('')}`).length).toBeGreaterThan(0);
    }),
  );
  const start = performance.now();
  splitCommandLine(`AT${'+A;'.repeat(1300)}`);
  splitCommandLine(`AT+A="${';'.repeat(4000)}`);
  expect(performance.now() - start).toBeLessThan(1000);
});
