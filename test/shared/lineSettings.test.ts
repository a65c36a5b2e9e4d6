import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasPortLine, lineKey, lineOf } from '../../shared/adapters.ts';
import { frameName, frames, lineText, readFrame, usualLine } from '../../shared/lineSettings.ts';
import type { PortInfo } from '../../shared/state.ts';

const adapter: PortInfo = { path: '/dev/ttyUSB0', kind: 'serial', usbId: '1a86:7523', serialNumber: 'A1' };
const server: PortInfo = { path: 'rfc2217://host:1', kind: 'rfc2217' };

describe('the frame of a character', () => {
  it('is read back from its name, in either case and with blanks around it', () => {
    for (const frame of frames) expect(readFrame(` ${frameName(frame).toLowerCase()} `)).toEqual(frame);
    expect(frames.map(frameName)).toContain('7E1');
    expect(frameName(usualLine)).toBe('8N1');
  });

  it('is none of any other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const frame = readFrame(text);
        expect(frame && frameName(frame)).toBe(frame && text.trim().toUpperCase());
      }),
      { examples: [['9N1'], ['8M1'], ['8N3'], ['']] },
    );
  });
});

describe('the settings of a line', () => {
  it('are kept under the adapter, whatever its port is called, and under the address of a server', () => {
    const known = { [lineKey(adapter)]: { ...usualLine, rts: false }, [lineKey(server)]: { ...usualLine, dtr: false } };
    expect(lineOf({ ...adapter, path: 'COM7' }, known).rts).toBe(false);
    expect(lineOf(server, known).dtr).toBe(false);
    expect(lineOf({ ...adapter, serialNumber: 'A2' }, known)).toEqual(usualLine);
    expect(lineOf({ path: '__proto__', kind: 'serial' }, known)).toEqual(usualLine);
  });

  it('are those of the port only where the port has a line', () => {
    const kinds = ['serial', 'rfc2217', 'telnet', 'tcp', 'virtual'] as const;
    expect(kinds.filter(hasPortLine)).toEqual(['serial', 'rfc2217']);
  });

  it('stand in one row', () => {
    expect(lineText({ ...usualLine, rts: false }, 115_200, true)).toBe('115200 8N1, CRLF, DTR on, RTS off');
    expect(lineText(usualLine, undefined, true)).toBe('8N1, CRLF, DTR on, RTS on');
    expect(lineText({ ...usualLine, lineEnding: 'LF' }, 9600, false)).toBe('LF');
  });
});
