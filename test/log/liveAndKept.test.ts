import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimulatorOptions } from '../../main/sim/simulator.ts';
import { readJournalLines } from '../../main/journal/journalLines.ts';
import { Conversation } from '../../main/log/conversation.ts';
import { faultOf } from '../../shared/errors.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { PlatformOperation } from '../../shared/platform.ts';
import { openBench } from '../platform/rig.ts';
import type { Bench } from '../platform/rig.ts';

/** What a row is in a log, whoever reads it; a person's command and the program's look alike on the wire. */
interface Row {
  readonly isCommand: boolean;
  readonly kind: string;
  readonly text: string;
  readonly decoded: unknown;
  readonly problem: boolean;
  /** Place of its command among all commands. */
  readonly exchange: number | undefined;
}

function rowsOf(entries: readonly Omit<LogEntry, 'seq' | 'atMs'>[]): Row[] {
  const commands = new Map<number | undefined, number>();
  return entries.map(({ kind, text, decoded, problem = false, exchange }) => {
    const isCommand = kind === 'engine' || kind === 'person';
    if (isCommand) commands.set(exchange, commands.size + 1);
    const place = exchange === undefined ? undefined : commands.get(exchange);
    return { isCommand, kind: isCommand ? 'command' : kind, text, decoded, problem, exchange: place };
  });
}

async function keptRows(file: string): Promise<Row[]> {
  const conversation = new Conversation({ isWhole: true });
  const rows: Omit<LogEntry, 'seq' | 'atMs'>[] = [];
  for await (const lines of readJournalLines(file)) {
    for (const { cut, direction } of lines) {
      if (cut) rows.push(conversation.read(cut, direction === 'out' ? 'host' : 'module'));
    }
  }
  return rowsOf(rows);
}

/** What is done in a session: a line that is typed, something that the platform wants, or a notification. */
type Step =
  | { readonly types: string }
  | { readonly wants: PlatformOperation }
  | { readonly notifies: string }
  | { readonly together: readonly Step[] };

async function take({ device, ask }: Bench, step: Step): Promise<unknown> {
  const { engine } = device.session;
  if ('together' in step) return Promise.all(step.together.map((one) => take({ device, ask } as Bench, one)));
  if ('types' in step) return engine.sendLine(step.types).catch((error: unknown) => faultOf(error));
  if ('wants' in step) return ask(step.wants);
  const notification = { path: '/3303/0/5700', value: step.notifies, confirmed: true };
  return engine.notify(notification).catch((error: unknown) => faultOf(error));
}

const typed = fc.constantFrom(
  ...['AT', 'ATI', 'ATE1', 'ATE0', 'AT+CGMM', 'AT+CGMR', 'AT+CGSN', 'AT+CGSN=1', 'AT+CIMI', 'AT+NCCID', 'AT+CEREG?'],
  ...[
    'AT+CSQ',
    'AT+NUESTATS',
    'AT+CGATT?',
    'AT+CSCON=1',
    'AT+CEREG=2',
    'AT+MIPLVER?',
    'AT+NOSUCH=1,"a,b"',
    'AT+CEREG=9',
  ],
  ...['AT+MIPLNOTIFY=0,1,3303,0,5700,4,4,1,0,0', 'AT+MIPLREADRSP=0,1,13', 'AT+NSOCR=DGRAM,17,1234,1', 'AT+NSOCL=0'],
  ...['AT+NSOST=0,127.0.0.1,9,2,ABCD', 'AT+NSORF=0,10', 'AT+CMEE=1', 'AT+CMEE=0', 'AT+CGPADDR', 'no command', 'OK'],
);
const path = fc.constantFrom('/3303/0/5700', '/3303/0', '/3303', '/3306/0/5850', '/3306/9/5850');
const wanted: fc.Arbitrary<PlatformOperation> = fc.oneof(
  path.map((path) => ({ kind: 'read' as const, path })),
  path.map((path) => ({ kind: 'observe' as const, path, attributes: {} })),
  path.map((path) => ({ kind: 'cancel' as const, path })),
  fc.constantFrom('/3303', '/3306').map((path) => ({ kind: 'discover' as const, path })),
  fc.string({ maxLength: 5 }).map((args) => ({ kind: 'execute' as const, path: '/3303/0/5605', args })),
  fc.boolean().map((on) => ({
    kind: 'write' as const,
    path: '/3306/0',
    mode: 'update' as const,
    values: [
      { resourceId: 5850, value: on ? '1' : '0' },
      { resourceId: 5851, value: '17' },
    ],
  })),
);
const single: fc.Arbitrary<Step> = fc.oneof(
  typed.map((types) => ({ types })),
  wanted.map((wants) => ({ wants })),
  fc.integer({ min: 0, max: 50 }).map((value) => ({ notifies: String(value) })),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  single,
  fc.array(single, { minLength: 2, maxLength: 4 }).map((together) => ({ together })),
);

async function expectSame(simulator: Partial<SimulatorOptions>, steps: readonly Step[]): Promise<void> {
  const bench = await openBench({ simulator, register: false });
  const { application, device } = bench;
  try {
    await device.session.suite.register();
    for (const one of steps) await take(bench, one);
    const file = device.state.state.journal?.file ?? '';
    await device.closePort();
    const live = rowsOf(device.log.read(1, 100_000).filter(({ kind }) => kind !== 'note'));
    const kept = await keptRows(file);
    // Lines that came in one piece with a final result stand there before the command that this one allowed, and here after it.
    expect(kept.filter(({ isCommand }) => isCommand)).toEqual(live.filter(({ isCommand }) => isCommand));
    expect(kept.filter(({ isCommand }) => !isCommand)).toEqual(live.filter(({ isCommand }) => !isCommand));
  } finally {
    await application.close();
  }
}

const habits = fc.record({
  echo: fc.constantFrom('on', 'off'),
  repeat: fc.constantFrom('1', '2'),
  burst: fc.constantFrom('0', '20'),
});

describe('the rows of a live session are those of its journal: what each line is, what it says, and whose answer it is', () => {
  it('whatever is typed, asked and notified, and however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('m5310-seed', 'm5310a', 'm5311', 'bc28', 'me3616', 'nb73'),
        habits,
        fc.boolean(),
        fc.integer({ min: 1, max: 1000 }),
        fc.array(step, { minLength: 3, maxLength: 12 }),
        async (name, { echo, repeat, burst }, isChopped, seed, steps) => {
          const profile = `${name}?echo=${echo}&repeat=${repeat}&burst=${burst}`;
          await expectSame({ profile, isChopped, seed }, steps);
        },
      ),
      { numRuns: 6 },
    );
  }, 60_000);

  it('also where the module is started anew', async () => {
    const steps: Step[] = [{ types: 'AT+CSQ' }, { types: 'AT+NRB' }, { types: 'AT+CEREG?' }, { notifies: '7' }];
    await expectSame({ profile: 'm5310-seed?echo=on', isChopped: true }, steps);
  }, 60_000);
});
