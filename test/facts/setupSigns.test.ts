import { describe, expect, it } from 'vitest';
import { SetupSigns } from '../../main/facts/setupSigns.ts';
import { Conversation } from '../../main/log/conversation.ts';
import type { NetworkState } from '../../shared/state.ts';

/** What lines tell, `> ` in front of what was sent, the newest of each part. */
function toldBy(...lines: readonly string[]): NetworkState {
  const signs = new SetupSigns();
  return heard(signs, lines);
}

function heard(signs: SetupSigns, lines: readonly string[]): NetworkState {
  const conversation = new Conversation();
  let setup: NetworkState = {};
  let exchange = 0;
  for (const line of lines) {
    const isSent = line.startsWith('> ');
    if (isSent) exchange += 1;
    const { decoded, kind } = conversation.read(cutOf(isSent ? line.slice(2) : line), isSent ? 'host' : 'module');
    setup = { ...setup, ...signs.add({ kind, exchange, decoded }) };
  }
  return setup;
}
const cutOf = (text: string): Parameters<Conversation['read']>[0] =>
  ({ text }) as unknown as Parameters<Conversation['read']>[0];

describe('a frequency lock', () => {
  it('that the module had is told as one that was found', () => {
    expect(toldBy('> AT+NEARFCN?', '+NEARFCN:0,3736', 'OK').lock).toEqual({ earfcn: 3736, wasFound: true });
    expect(toldBy('> AT+NEARFCN?', '+NEARFCN:0,3736,5B', 'OK').lock).toEqual({
      earfcn: 3736,
      pci: '5B',
      wasFound: true,
    });
  });

  it('that was set here was not found, also when the module tells of it', () => {
    const set = ['> AT+NEARFCN=0,3555', 'OK'];
    expect(toldBy(...set).lock).toEqual({ earfcn: 3555, wasFound: false });
    expect(toldBy(...set, '> AT+NEARFCN?', '+NEARFCN:0,3555', 'OK').lock).toEqual({ earfcn: 3555, wasFound: false });
  });

  it('is none where the module says so, or was made to forget it', () => {
    expect(toldBy('> AT+NEARFCN?', '+NEARFCN:0', 'OK').lock).toBe('none');
    expect(toldBy('> AT+NEARFCN=0,1', 'OK', '> AT+NCSEARFCN', 'OK').lock).toBe('none');
  });

  it('that was refused changes nothing, nor does a question that is', () => {
    expect(toldBy('> AT+NEARFCN=0,1', 'ERROR', '> AT+NEARFCN?', 'ERROR')).toEqual({});
    expect(toldBy('> AT+NEARFCN=?', '+NEARFCN:(0)', 'OK', 'OK', 'hello')).toEqual({ lock: 'none' });
  });

  it('of another module is forgotten', () => {
    const signs = new SetupSigns();
    heard(signs, ['> AT+NEARFCN=0,1', 'OK', '> AT+COPS=1,2,"46000"', 'OK']);
    signs.clear();
    expect(heard(signs, ['> AT+NEARFCN?', '+NEARFCN:0,2', 'OK', '> AT+COPS?', '+COPS:1', 'OK'])).toEqual({
      lock: { earfcn: 2, wasFound: true },
      carrierSelection: { mode: 1 },
    });
  });
});

describe('the carrier', () => {
  it('is told with the mode in which it was chosen', () => {
    expect(toldBy('> AT+COPS?', '+COPS:0,2,"46000"', 'OK').carrierSelection).toEqual({ mode: 0, carrier: '46000' });
    expect(toldBy('> AT+COPS=0', 'OK').carrierSelection).toEqual({ mode: 0 });
  });

  it('chosen by hand stays known where the module does not name it', () => {
    const lines = ['> AT+COPS=1,2,"46011"', 'OK', '> AT+COPS?', '+COPS:1', 'OK'];
    expect(toldBy(...lines).carrierSelection).toEqual({ mode: 1, carrier: '46011' });
  });

  it('is not read from the list of a scan', () => {
    expect(toldBy('> AT+COPS=?', '+COPS:(2,,,"46000"),,(0-2),(2)', 'OK')).toEqual({});
  });
});

describe('the context', () => {
  it('is the first that the module tells', () => {
    const lines = ['> AT+CGDCONT?', '+CGDCONT:0,"IP","first",,0,0', '+CGDCONT:1,"IP","second",,0,0', 'OK'];
    expect(toldBy(...lines).context).toEqual({ contextId: 0, type: 'IP', apn: 'first' });
  });

  it('is what was defined here, and stays what it was where a definition is taken away', () => {
    expect(toldBy('> AT+CGDCONT=0,"IP","new"', 'OK').context).toEqual({ contextId: 0, type: 'IP', apn: 'new' });
    expect(toldBy('> AT+CGDCONT=1', 'OK')).toEqual({});
  });
});

describe('power saving', () => {
  it('is told as the module says, or was told to do', () => {
    expect(toldBy('> AT+CPSMS?', '+CPSMS:1,,,"01000011","00100001"', 'OK').powerSavingMode).toBe(1);
    expect(toldBy('> AT+CPSMS=0', 'OK').powerSavingMode).toBe(0);
  });

  it('has an eDRX cycle, or none', () => {
    expect(toldBy('> AT+CEDRXS?', '+CEDRXS:5,"0010"', 'OK').edrx).toEqual({ accessTechnology: 5, bits: '0010' });
    expect(toldBy('> AT+CEDRXS=1,5,"0101"', 'OK').edrx).toEqual({ accessTechnology: 5, bits: '0101' });
    expect(toldBy('> AT+CEDRXS=0', 'OK').edrx).toEqual({ accessTechnology: 0, bits: '' });
    expect(toldBy('> AT+CEDRXS=3', 'OK').edrx).toEqual({ accessTechnology: 0, bits: '' });
    expect(toldBy('> AT+CEDRXS=2', 'OK')).toEqual({});
    expect(toldBy('> AT+CEDRXS?', '+CEDRXS:5', 'OK').edrx).toEqual({ accessTechnology: 5, bits: '' });
  });
});

it('why the network has turned it away is told in an answer, too', () => {
  expect(toldBy('> AT+CEREG?', '+CEREG:3,3,,,,0,15', 'OK')).toEqual({ rejectCause: 15 });
  expect(toldBy('> AT+CEREG?', '+CEREG:1,3', 'OK')).toEqual({});
});

it('leaves notes and lines that nobody can read alone', () => {
  const signs = new SetupSigns();
  expect(signs.add({ kind: 'note' })).toBeUndefined();
  expect(signs.add({ kind: 'unasked', decoded: { kind: 'unknown' } })).toBeUndefined();
  expect(signs.add({ kind: 'person', decoded: { kind: 'unknown' } })).toBeUndefined();
});
