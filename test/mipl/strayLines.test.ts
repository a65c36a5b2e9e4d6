import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../../main/log/conversation.ts';
import { decodeStray } from '../../main/mipl/strayLines.ts';
import { readTranscripts } from '../transcript.ts';
import { anyText } from '../anyText.ts';

const alone = (text: string) => new Conversation().decode(text);
const datagram = '5B3131372E3136392E33362E31353A323137395D30313233343536373839';

describe('a line of the module alone, its command unknown', () => {
  it.each([
    ['REBOOTING', 'final', 'REBOOTING'],
    ['REBOOTING..', 'final', 'REBOOTING'],
    ['OK', 'final', 'OK'],
    ['Neul', 'banner', 'Neul'],
    ['Lierda', 'banner', 'Lierda'],
    ['M5310-A', 'banner', 'M5310-A'],
    ['Bootup Completed!!!', 'banner', 'Bootup Completed!!!'],
    ['+MATREADY', 'banner', '+MATREADY'],
    ['*ATREADY: 1', 'banner', '*ATREADY: 1'],
    ['REBOOT_CAUSE_SECURITY_RESET_PIN', 'banner', 'REBOOT_CAUSE_SECURITY_RESET_PIN'],
    [`0,183.230.40.150,36000,30,${datagram},0`, 'response', '+NSORF'],
    ['Signal power:-865', 'response', '+NUESTATS'],
    ['TX time: 1234', 'response', '+NUESTATS'],
    ['SNR:140', 'response', '+NUESTATS'],
    ['Cell ID:148', 'response', '+NUESTATS'],
    ['NUESTATS:CELL,3555,91,1,-866,-108,-803,140', 'response', '+NUESTATS'],
    ['+NSONMI:0,30', 'urc', '+NSONMI'],
  ])('%s has its kind', (text, kind, name) => {
    expect(alone(text)).toMatchObject({ kind, name });
  });

  it.each([
    ['0', /NSOCR/],
    ['0,10', /NSOST/],
    ['12', /a bare number/],
    ['869334030000010', /IMEI.*IMSI/],
    ['89860469334030000010', /SIM card/],
    ['8986046933403000001F', /SIM card/],
    ['CMCC', /plain text/],
    ['SECURITY,V100R100C10B657SP2', /plain text/],
    ['Revision:M5310-V1.0', /plain text/],
    ['QUEUES=1,DROPPED=0,BUFFERS=39', /plain text/],
    [`0,183.230.40.150,36000,31,${datagram},0`, /plain text/],
    [`0,183.230.40.150,99999,30,${datagram},0`, /plain text/],
    [`7,183.230.40.150,36000,30,${datagram},0`, /plain text/],
  ])('%s is data with a note', (text, note) => {
    expect(alone(text)).toEqual({ kind: 'data', note: expect.stringMatching(note) });
  });

  it.each([
    ['IPLEVENT:0,6', '+MIPLEVENT'],
    ['MIPLREAD:0,1,3303,0,-1', '+MIPLREAD'],
  ])('%s is what it is without its beginning', (text, name) => {
    expect(alone(text)).toMatchObject({ kind: 'urc', name, note: `its beginning is missing: ${name}` });
  });

  it.each([
    ['IPLCREATE:0', 'could be +MIPLCREATE without its beginning'],
    ['NSOCLI:1', 'could be +NSOCLI without its beginning'],
    [',1,3200,0,-1', 'neither command, URC, answer nor result'],
    ['\u0001\ufffdA', 'neither command, URC, answer nor result'],
    ['', 'neither command, URC, answer nor result'],
    ['+FOO:1', 'not in the message table'],
  ])('"%s" stays unknown with its reason', (text, note) => {
    expect(alone(text)).toMatchObject({ kind: 'unknown', note });
  });

  it('is read with what it carries', () => {
    expect(alone(`0,183.230.40.150,36000,30,${datagram},5`).params).toEqual({
      socket: 0,
      address: '183.230.40.150',
      port: 36000,
      length: 30,
      data: datagram,
      remaining: 5,
    });
    expect(alone('SNR:140').params).toEqual({ text: 'SNR:140' });
  });

  it.each([
    ['+MIPLWRITE:0,27496,5,0,0,2,1024,', 'C7AC,1'],
    ['+MIPLOBSERVE: 0,267707', ' ,1,3200,0,-1'],
  ])('%s that was broken in two is not followed by data', (first, rest) => {
    const conversation = new Conversation();
    conversation.decode(first);
    expect(conversation.decode(rest)).toEqual({ kind: 'unknown', note: 'could be the rest of the line before' });
    expect(conversation.decode('CMCC').kind).toBe('data');
  });

  it('may be a banner or an answer, and says so', () => {
    expect(alone('M5310-A').note).toContain('could also be the answer');
    const asked = new Conversation();
    asked.decode('AT+CGMM');
    expect(asked.decode('M5310-A')).toMatchObject({ kind: 'response', name: '+CGMM' });
  });
});

describe('the lines of the module in every transcript, without those of the host', () => {
  const lines = readTranscripts().flatMap((transcript) => {
    const conversation = new Conversation();
    return transcript.lines.flatMap(({ from, text, line }) => {
      const decoded = conversation.decode(text);
      return from === 'module' ? [{ place: `${transcript.name.slice(0, 2)}:${line}`, text, decoded }] : [];
    });
  });

  it.each(lines)('$place $text is what it is with them, or data', ({ text, decoded }) => {
    const guessed = alone(text);
    if (guessed.kind === 'data') {
      expect(['data', 'response', 'unknown']).toContain(decoded.kind);
      expect(guessed.note).not.toBe('');
    } else {
      expect([guessed.kind, guessed.name, guessed.params]).toEqual([decoded.kind, decoded.name, decoded.params]);
    }
  });

  it('are unknown only where the publication broke them', () => {
    const unknown = lines.filter(({ text }) => alone(text).kind === 'unknown');
    expect(unknown.filter(({ decoded }) => decoded.kind !== 'unknown')).toEqual([]);
  });
});

describe('any text', () => {
  it('is given a kind and a note without a throw', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 60 }), (text) => {
        const stray = decodeStray(text);
        if (stray) expect(stray.note).toBeTruthy();
      }),
    );
  });

  it('is an answer of +NSORF only when its data are as long as it says', () => {
    const part = fc.uint8Array({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(part, fc.integer({ min: 0, max: 25 }), (bytes, length) => {
        const line = `1,10.0.0.1,7,${length},${Buffer.from(bytes).toString('hex')},0`;
        expect(decodeStray(line)?.kind).toBe(length === bytes.length ? 'response' : 'data');
      }),
    );
  });
});
