import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../main/diagnosis/diagnose.ts';
import { SignBook } from '../../main/diagnosis/signBook.ts';
import type { StateSigns } from '../../main/diagnosis/rules.ts';
import { Conversation } from '../../main/log/conversation.ts';
import { causeCodes } from '../../shared/diagnosis.ts';
import type { CauseCode, Diagnosis } from '../../shared/diagnosis.ts';
import { lineTexts } from '../../shared/lineTexts.ts';
import type { LogEntry } from '../../shared/log.ts';
import { remark } from '../../shared/remarks.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { stageNames } from '../../shared/stageNames.ts';
import type { Stage } from '../../shared/state.ts';
import type { StageName } from '../../shared/stageNames.ts';

/** When the diagnosis is asked for. */
const NOW = 1_000_000;

/** A log of lines, `> ` in front of what was sent, as the live log would enter it. */
function bookOf(lines: readonly string[]): SignBook {
  const book = new SignBook();
  const conversation = new Conversation();
  let exchange = 0;
  for (const [index, line] of lines.entries()) {
    const isSent = line.startsWith('> ');
    const text = isSent ? line.slice(2) : line;
    if (isSent) exchange += 1;
    const decoded = conversation.decode(text);
    const entry: LogEntry = { seq: index + 1, atMs: 0, kind: isSent ? 'engine' : 'answer', text, exchange, decoded };
    book.add(entry);
  }
  return book;
}

type Standing = Partial<StateSigns> & { readonly upTo?: StageName; readonly stage?: Partial<Stage> };

/** A state in which everything before a stage is done and the stage itself runs, or is as told. */
function stateWith({ upTo, stage, ...parts }: Standing): StateSigns {
  const at = upTo === undefined ? stageNames.length : stageNames.indexOf(upTo);
  const entries = stageNames.map((name, place): [StageName, Stage] => {
    if (place < at) return [name, { status: 'done' }];
    return [name, place === at ? { status: 'running', startedMs: NOW - 10_000, ...stage } : { status: 'waiting' }];
  });
  const stages = Object.fromEntries(entries) as StateSigns['stages'];
  return { ...initialDeviceState(), stages, ...parts };
}

function diagnosisOf(lines: readonly string[], standing: Standing): Diagnosis {
  return diagnose({ state: stateWith(standing), lines: bookOf(lines).signs, nowMs: NOW });
}
const codes = (diagnosis: Diagnosis): CauseCode[] => diagnosis.causes.map(({ code }) => code);

interface Row {
  readonly told: string;
  readonly lines: readonly string[];
  readonly standing: Standing;
  /** The likeliest first. */
  readonly causes: readonly CauseCode[];
  /** Numbers of the lines that the first was judged by. */
  readonly evidence?: readonly number[];
}
const failed = (code: NonNullable<Stage['fault']>['code']): Partial<Stage> => ({
  status: 'failed',
  fault: { code, message: '' },
});
const call = { id: '1', mode: 'real', method: 'GET', url: '', curl: '', requestIds: [], status: 'failed' } as const;

const rows: readonly Row[] = [
  {
    told: 'a serial server gives the line to somebody else',
    lines: [],
    standing: { upTo: 'port', connection: { phase: 'waiting', fault: { code: 'PORT_TAKEN', message: '' } } },
    causes: ['portShared'],
  },
  {
    told: 'minicom has the port',
    lines: [],
    standing: {
      upTo: 'port',
      connection: { phase: 'closed', fault: { code: 'PORT_BUSY', message: '', holder: 'minicom (12)' } },
    },
    causes: ['portShared'],
  },
  {
    told: 'the module speaks at 57600 and is heard at 9600',
    lines: ['> AT', '\u{fffd}x\u{fffd}\u{fffd}', '> AT', '\u{fffd}\u{fffd}~'],
    standing: { upTo: 'module' },
    causes: ['wrongBaud'],
    evidence: [4],
  },
  { told: 'TX and RX are swapped', lines: ['> AT', '> AT'], standing: { upTo: 'module' }, causes: ['silent'] },
  {
    told: 'no card is in the holder',
    lines: ['> AT', 'OK', '> AT+CIMI', '+CME ERROR: 10'],
    standing: { upTo: 'sim' },
    causes: ['noSim'],
    evidence: [4],
  },
  {
    told: 'the card is not ready and says so',
    lines: ['> AT+CPIN?', '+CPIN: NOT READY', 'OK'],
    standing: { upTo: 'sim', stage: failed('SIM_NOT_READY') },
    causes: ['noSim'],
    evidence: [2],
  },
  {
    told: 'the module has no words for a missing card',
    lines: ['> AT+CIMI', 'ERROR'],
    standing: { upTo: 'sim', stage: failed('SIM_NOT_READY') },
    causes: ['noSim'],
    evidence: [2],
  },
  {
    told: 'the card wants its PIN',
    lines: ['> AT+CPIN?', '+CPIN: SIM PIN', 'OK'],
    standing: { upTo: 'sim' },
    causes: ['simLocked'],
    evidence: [2],
  },
  {
    told: 'the card wants its PUK and says so by number',
    lines: ['> AT+CIMI', '+CME ERROR: 12'],
    standing: { upTo: 'sim' },
    causes: ['simLocked'],
    evidence: [2],
  },
  {
    told: 'somebody left the radio off',
    lines: ['> AT+CFUN?', '+CFUN:0', 'OK'],
    standing: { upTo: 'network', network: { registration: 0, rssiDbm: -80 } },
    causes: ['radioOff'],
    evidence: [2],
  },
  {
    told: 'the cabinet is of steel',
    lines: ['> AT+CSQ', '+CSQ:99,99', 'OK', '> AT+CEREG?', '+CEREG:1,2', 'OK'],
    standing: { upTo: 'network', network: { registration: 2 } },
    causes: ['noCoverage'],
    evidence: [2, 5],
  },
  {
    told: 'the antenna lies on the floor',
    lines: ['> AT+CSQ', '+CSQ:2,99', 'OK', '> AT+CEREG?', '+CEREG:1,2', 'OK'],
    standing: { upTo: 'network', network: { registration: 2, rssiDbm: -109 } },
    causes: ['weakSignal'],
    evidence: [2],
  },
  {
    told: 'the network says no without a reason',
    lines: ['> AT+CEREG?', '+CEREG:1,3', 'OK'],
    standing: { upTo: 'network', network: { registration: 3, rssiDbm: -80 } },
    causes: ['registrationDenied'],
    evidence: [2],
  },
  {
    told: 'the card is not for this network',
    lines: ['+CEREG: 3,,,,0,11'],
    standing: { upTo: 'network', network: { registration: 3, rssiDbm: -80 } },
    causes: ['roamingNotAllowed', 'registrationDenied'],
    evidence: [1],
  },
  {
    told: 'another network was chosen by hand',
    lines: ['> AT+COPS?', '+COPS:1,2,"46011"', 'OK', '> AT+CEREG?', '+CEREG:1,3', 'OK'],
    standing: { upTo: 'network', network: { registration: 3, rssiDbm: -80 } },
    causes: ['registrationDenied', 'roamingNotAllowed'],
    evidence: [5],
  },
  {
    told: 'a lock of another site is still in the module, and the card is denied there',
    lines: ['> AT+NEARFCN?', '+NEARFCN:0,3736', 'OK', '> AT+CEREG?', '+CEREG:1,3', 'OK'],
    standing: { upTo: 'network', network: { registration: 3, rssiDbm: -80 } },
    causes: ['frequencyLock', 'registrationDenied'],
    evidence: [2],
  },
  {
    told: 'the APN is not subscribed',
    lines: ['+CEREG: 3,,,,1,33'],
    standing: { upTo: 'network', network: { registration: 3, rssiDbm: -80 } },
    causes: ['apnWrong', 'registrationDenied'],
    evidence: [1],
  },
  {
    told: 'the module is on the network and gets no address',
    lines: ['> AT+CGDCONT?', '+CGDCONT:0,"IP","wrong.apn",,0,0', 'OK', '> AT+CGPADDR', '+CGPADDR:0', 'OK'],
    standing: { upTo: 'onenet', network: { registration: 1, rssiDbm: -80 } },
    causes: ['apnWrong'],
    evidence: [5, 2],
  },
  {
    told: 'the module is on the network and not attached',
    lines: ['> AT+CGATT?', '+CGATT:0', 'OK'],
    standing: { upTo: 'onenet', network: { registration: 5, rssiDbm: -80 } },
    causes: ['apnWrong'],
    evidence: [2],
  },
  {
    told: 'the module says that it sleeps',
    lines: ['> AT', 'OK', '+NPSMR:1'],
    standing: { upTo: 'onenet', stage: failed('AT_SILENT'), network: { registration: 1, rssiDbm: -80 } },
    causes: ['asleep'],
    evidence: [3],
  },
  {
    told: 'the module uses power saving and has gone mute',
    lines: ['> AT+CEREG?', '+CEREG:4,1,"1A2B","01234567",9,,,"00000101","00011100"', 'OK'],
    standing: {
      upTo: 'onenet',
      stage: failed('AT_SILENT'),
      network: { registration: 1, rssiDbm: -80, activeTimeSeconds: 10 },
    },
    causes: ['asleep'],
    evidence: [2],
  },
  {
    told: 'the IMEI on the platform has a digit too few',
    lines: ['+MIPLEVENT: 0,1', '+MIPLEVENT: 0,4', '+MIPLEVENT: 0,7'],
    standing: { upTo: 'onenet', stage: failed('MIPL_REFUSED'), network: { registration: 1, rssiDbm: -80 } },
    causes: ['identityUnknown'],
    evidence: [3],
  },
  {
    told: 'the server answers nothing',
    lines: ['+MIPLEVENT: 0,5'],
    standing: { upTo: 'onenet', network: { registration: 1, rssiDbm: -80 } },
    causes: ['serverUnreachable'],
    evidence: [1],
  },
  {
    told: 'no event comes at all',
    lines: [],
    standing: { upTo: 'onenet', stage: failed('MIPL_EVENT_TIMEOUT'), network: { registration: 1, rssiDbm: -80 } },
    causes: ['serverUnreachable'],
  },
  {
    told: 'the bootstrap server does not know the module',
    lines: ['+MIPLEVENT: 0,1', '+MIPLEVENT: 0,3'],
    standing: { upTo: 'onenet', network: { registration: 1, rssiDbm: -80 } },
    causes: ['bootstrapRefused', 'identityUnknown'],
    evidence: [2],
  },
  {
    told: 'the lifetime ran out over night',
    lines: ['+MIPLEVENT: 0,6', '+MIPLEVENT: 0,9'],
    standing: { upTo: 'onenet', network: { registration: 1, rssiDbm: -80 } },
    causes: ['lifetimeOver'],
    evidence: [2],
  },
  {
    told: 'the module slept past the end of its lifetime',
    lines: [],
    standing: {
      upTo: 'onenet',
      network: { registration: 1, rssiDbm: -80 },
      registration: { phase: 'registered', registeredMs: 0, expiresMs: NOW - 1 },
      observations: [{ path: '/3303', msgId: 1, sinceMs: 0 }],
    },
    causes: ['lifetimeOver'],
  },
  {
    told: 'the platform observes nothing',
    lines: ['+MIPLEVENT: 0,6'],
    standing: {
      network: { registration: 1, rssiDbm: -80 },
      registration: { phase: 'registered', registeredMs: NOW - 10_000 },
    },
    causes: ['notObserved'],
    evidence: [1],
  },
  {
    told: 'the key was copied without its last character',
    lines: [],
    standing: {
      network: { registration: 1, rssiDbm: -80 },
      platformCalls: {
        1: {
          ...call,
          operation: { kind: 'resources', imei: '' },
          startedMs: 5,
          fault: { code: 'PLATFORM_KEY', message: '' },
        } as unknown as StateSigns['platformCalls'][string],
      },
    },
    causes: ['platformKey'],
  },
];

describe('says why it is not online, and by which lines', () => {
  it.each(rows)('when $told', ({ lines, standing, causes, evidence }) => {
    const diagnosis = diagnosisOf(lines, standing);
    expect(diagnosis.verdict).toBe('causes');
    expect(codes(diagnosis)).toEqual(causes);
    if (evidence) expect(diagnosis.causes[0]?.evidence.map(({ seq }) => seq)).toEqual(evidence);
  });

  it('when another program reads along and says so in the log', () => {
    const book = bookOf([]);
    const told = remark('portShared', { holders: 'ModemManager (7)' });
    book.add({ seq: 1, atMs: 0, kind: 'note', text: 'Other programs …', remark: told });
    const { causes } = diagnose({ state: stateWith({ upTo: 'sim' }), lines: book.signs, nowMs: NOW });
    expect(causes[0]).toMatchObject({ code: 'portShared', values: { holders: 'ModemManager (7)' } });
  });

  it('with a row for every cause', () => {
    expect(new Set(rows.flatMap(({ causes }) => causes))).toEqual(new Set(causeCodes));
  });
});

describe('says that there is nothing to say', () => {
  const well: Standing = {
    network: { registration: 1, rssiDbm: -80 },
    module: { imei: '490154203237518' },
    registration: { phase: 'registered', registeredMs: NOW - 60_000, expiresMs: NOW + 60_000 },
    observations: [{ path: '/3303', msgId: 1, sinceMs: NOW }],
  };

  it('when all is well', () => {
    const lines = ['> AT', 'OK', '> AT+CPIN?', '+CPIN: READY', 'OK', '> AT+CSQ', '+CSQ:20,99', 'OK', '+MIPLEVENT: 0,6'];
    expect(diagnosisOf(lines, well)).toMatchObject({ verdict: 'online', causes: [] });
  });

  it('when no rule fits, and what was ruled out', () => {
    const lines = [
      ...['> AT', 'OK', '> AT+CPIN?', '+CPIN: READY', 'OK', '> AT+CFUN?', '+CFUN:1', 'OK', '> AT+NEARFCN?'],
      ...['+NEARFCN:0', 'OK', '> AT+CSQ', '+CSQ:20,99', 'OK', '> AT+CGPADDR', '+CGPADDR:0,10.0.0.2', 'OK'],
      ...['> AT+CEREG?', '+CEREG:1,1', 'OK'],
    ];
    const diagnosis = diagnosisOf(lines, { ...well, upTo: 'objects', registration: { phase: 'creating' } });
    expect(diagnosis).toMatchObject({ verdict: 'unknown', stage: 'objects' });
    expect(diagnosis.ruledOut.map(({ code }) => code)).toEqual([
      ...['wrongBaud', 'silent', 'noSim', 'simLocked', 'radioOff', 'frequencyLock', 'apnWrong'],
      ...['registrationDenied', 'noCoverage', 'weakSignal'],
    ]);
  });

  it('of a refusal that was taken back by a success', () => {
    const lines = ['> AT+CIMI', '+CME ERROR: 10', '> AT+CIMI', '460001234567890', 'OK'];
    expect(codes(diagnosisOf(lines, { upTo: 'network', network: { registration: 2, rssiDbm: -80 } }))).toEqual([]);
  });

  it('of lines from before the port was opened', () => {
    const book = bookOf(['> AT+CIMI', '+CME ERROR: 10', '\u{fffd}']);
    book.clear();
    expect(book.signs).toMatchObject({ readable: 0, unreadable: 0 });
    expect([book.signs.newest.size, book.signs.refusals.size, book.signs.garbled]).toEqual([0, 0, undefined]);
  });
});

it('has a text for every cause in both languages, and names no value that a rule does not give', () => {
  for (const { cause } of [lineTexts.en, lineTexts.zh]) {
    expect(Object.keys(cause)).toEqual([...causeCodes]);
    for (const { title, what, next } of Object.values(cause)) {
      expect([what, next].every((text) => text.length > 5)).toBe(true);
      expect(title).not.toBe('');
    }
  }
  const given = new Map(rows.map((row) => [row.causes[0], diagnosisOf(row.lines, row.standing).causes[0]?.values]));
  for (const [code, texts] of Object.entries(lineTexts.en.cause)) {
    const named = [...`${texts.what} ${texts.next}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    expect(Object.keys(given.get(code as CauseCode) ?? {})).toEqual(expect.arrayContaining(named));
  }
});

it('judges whatever lines come without throwing, with weights in falling order, and keeps no more of them than it needs', () => {
  const line = fc.oneof(
    fc.constantFrom(...rows.flatMap(({ lines }) => lines)),
    fc.string().map((text) => `> AT+${text}`),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), fc.constantFrom(...rows), (lines, { standing }) => {
      const diagnosis = diagnosisOf(lines, standing);
      const weights = diagnosis.causes.map(({ weight }) => weight);
      expect(weights).toEqual(weights.toSorted((one, other) => other - one));
      expect(diagnosis.causes.length).toBeLessThanOrEqual(3);
      const causes = new Set(codes(diagnosis));
      expect(diagnosis.ruledOut.filter(({ code }) => causes.has(code))).toEqual([]);
    }),
  );
  const many = Array.from({ length: 1000 }, (_, index) => [`> AT+X${index}`, 'ERROR']).flat();
  expect(bookOf(many).signs.refusals.size).toBeLessThanOrEqual(100);
});
