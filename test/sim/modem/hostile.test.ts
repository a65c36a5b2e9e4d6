import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { commands } from '../../../main/mipl/messages.ts';
import { profileNames } from '../../../main/sim/profile.ts';
import { profiles } from '../../../main/sim/profiles.ts';
import { storedSettingsOf } from '../../../main/sim/modem/storedSettings.ts';
import { openVirtualModule } from '../../../main/sim/virtualModule.ts';
import { Host } from '../host.ts';
import { startBooted, startRegistered } from '../moduleAndServer.ts';

/** What nobody awaited, or nobody caught, while these tests ran. */
const uncaught: unknown[] = [];
const onUncaught = (reason: unknown): void => void uncaught.push(reason);
beforeAll(() => {
  process.on('unhandledRejection', onUncaught);
  process.on('uncaughtException', onUncaught);
});
afterAll(() => {
  process.off('unhandledRejection', onUncaught);
  process.off('uncaughtException', onUncaught);
});

const create = (name: (typeof profileNames)[number]): string =>
  profiles[name].createForms.includes('bare') ? 'AT+MIPLCREATE' : 'AT+MIPLCREATEEX="127.0.0.1:9",0';

describe.each([...profileNames])('%s', (name) => {
  const { head, numbers, report } = profiles[name].errors;
  const refused = (number: number): string => (report === 0 ? 'ERROR' : `${head}${number}`);

  test('refuses to CLOSE what was never opened, and lives on', async () => {
    const { host } = await startBooted({ profile: { ...profiles[name], echo: false } });
    await host.must(create(name));
    expect(await host.ask('AT+MIPLCLOSE=0')).toEqual([refused(numbers.state)]);
    expect(await host.ask('AT+MIPLCLOSE=0')).toEqual([refused(numbers.state)]);
    expect(await host.ask('AT+CGMM')).toEqual([profiles[name].identity.model, 'OK']);
  });

  test('refuses a second CLOSE after a good session, and can be opened again', async () => {
    const { host } = await startRegistered({ ...profiles[name], echo: false });
    await host.must('AT+MIPLCLOSE=0');
    expect((await host.ask('AT+MIPLCLOSE=0')).at(-1)).toEqual(refused(numbers.state));
    expect((await host.ask('AT+MIPLUPDATE=0,3600,0')).at(-1)).toEqual(refused(numbers.state));
    await host.must('AT+MIPLOPEN=0,3600');
    await expect.poll(() => host.received.match(/\+MIPLEVENT: ?0, ?6\r/g)?.length).toBe(2);
  });

  test('refuses CLOSE, UPDATE, OPEN and answers before CREATE and after DELETE, and lives on', async () => {
    const { host } = await startBooted({ profile: { ...profiles[name], echo: false } });
    const tooEarly = ['AT+MIPLCLOSE=0', 'AT+MIPLDELETE=0', 'AT+MIPLUPDATE=0,3600,0', 'AT+MIPLOPEN=0,3600'];
    const answers = ['AT+MIPLREADRSP=0,1,11', 'AT+MIPLWRITERSP=0,1,2', 'AT+MIPLNOTIFY=0,1,3303,0,5700,4,4,1,0,0'];
    const all = [...tooEarly, ...answers, 'AT+MIPLADDOBJ=0,3303,1,"1",1,0', 'AT+MIPLDELOBJ=0,3303'];
    for (const line of all) expect((await host.ask(line)).at(-1)).toMatch(/ERROR/);
    await host.must(create(name));
    await host.must('AT+MIPLDELETE=0');
    for (const line of all) expect((await host.ask(line)).at(-1)).toMatch(/ERROR/);
    expect(await host.ask('AT')).toEqual(['OK']);
  });
});

test('CLOSE after event 8 is refused: the module is not logged in', async () => {
  const { host } = await startBooted();
  await host.must('AT+MIPLCREATE');
  await host.must('AT+MIPLADDOBJ=0,3303,1,"1",1,0');
  await host.must('AT+MIPLOPEN=0,3600,1');
  await host.urc('+MIPLEVENT: 0,8');
  expect(await host.ask('AT+MIPLCLOSE=0')).toEqual(['+CIS ERROR:602']);
  expect(await host.ask('AT')).toEqual(['OK']);
});

const names = [
  ...new Set([
    ...Object.values(commands).map((spec) => spec.name),
    ...profileNames.flatMap((name) => storedSettingsOf(profiles[name]).map((setting) => setting.name)),
    ...['E', 'V', 'Q', 'Z', '&F', 'S0', 'S7', 'H', 'I', 'D', '+CGACT', '+CLAC', '+NMGS', '+QDNS', '+QIDNSCFG'],
    ...['+IPSTART', '+IPSEND', '+IPCLOSE', '+ESOC', '+ESOCON', '+ESOSEND', '+ESOCL', '+EDNS', '+NSOCO', '+NSOSD'],
  ]),
];
const argument = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '2',
    '3',
    '5',
    '6',
    '17',
    '30',
    '3303',
    '5700',
    '-1',
    '65535',
    '4294967295',
    '999999999999',
  ),
  fc.constantFrom(
    '',
    '""',
    '"1"',
    '"11"',
    '"127.0.0.1"',
    '127.0.0.1',
    '9',
    '"UDP"',
    '"TCP"',
    'DGRAM',
    'STREAM',
    '"5700;5701"',
  ),
  fc.constantFrom(
    '41',
    '4142',
    '0x200',
    'TRUE',
    'AUTOCONNECT',
    '"a;b"',
    '"',
    "'",
    '\\',
    'NaN',
    '1e9',
    '"\u00e9"',
    '127.0.0.1:0',
  ),
  fc.string({ maxLength: 6 }),
);
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...names), fc.array(argument, { maxLength: 10 }))
      .map(([name, list]) => `AT${name}=${list.join(',')}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...names), fc.constantFrom('', '?', '=?', '=0', '=0,1', '=1'))
      .map((parts) => `AT${parts.join('')}`),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'AT+MIPLCREATE',
      'AT+MIPLCREATEEX="127.0.0.1:9",0',
      'AT+MIPLADDOBJ=0,3303,1,"1",1,0',
      'AT+MIPLOPEN=0,3600,1',
      'AT+MIPLCLOSE=0',
      'AT+MIPLDELETE=0',
      'AT+MIPLUPDATE=0,0,0',
      'AT+NSOCR=DGRAM,17,0,1',
      'AT+NSOST=0,127.0.0.1,0,1,41',
      'AT+NSOCL=0',
      'AT+CFUN=0',
      'AT+CFUN=1',
      'AT+CFUN=1,1',
      'AT+NRB',
      'AT+CMRB',
      'AT+ZRST',
      'A/',
      'ATV0',
      'ATQ1',
      'ATE1',
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('+CSQ', '+CGMM', 'E0', '+CMEE=1'), fc.string({ maxLength: 8 }))
      .map(([one, two]) => `AT${one};${two}`),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }) },
);
const bytes = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(line, fc.constantFrom('\r', '\r\n', '\n')).map((parts) => Buffer.from(parts.join(''), 'utf8')),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((raw) => Buffer.from(raw)) },
);

test(
  'nothing a host says, in whatever order, ends a module or keeps it from answering afterwards',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...profileNames),
        fc.array(bytes, { minLength: 5, maxLength: 40 }),
        async (name, said) => {
          const notices: string[] = [];
          const module = openVirtualModule({
            profile: profiles[name],
            server: { host: '127.0.0.1', port: 9 },
            baudRate: 0,
            radioSpeed: Infinity,
            onNotice: (text) => notices.push(text),
          });
          const host = new Host(module.link);
          try {
            await expect.poll(() => host.received).toMatch(/OK\r\n|READY\r\n/);
            for (const piece of said) await host.send(piece);
            // It may be restarting, be told to say nothing, or be in the middle of a line.
            host.received = '';
            const answer = async (): Promise<string> => {
              await host.send('\rATE0Q0V1\rAT+CGMM\r');
              return host.received;
            };
            await expect
              .poll(answer, { timeout: 9000, interval: 20 })
              .toContain(`\r\n${profiles[name].identity.model}\r\n\r\nOK\r\n`);
            expect(notices.filter((text) => text.includes('fault'))).toEqual([]);
          } finally {
            await module.close();
          }
        },
      ),
      { numRuns: 120 },
    );
    expect(uncaught).toEqual([]);
  },
);

test('power that goes while commands still run leaves nothing behind', async () => {
  for (const name of profileNames) {
    const { module, host } = await startBooted({ profile: profiles[name] });
    onTestFinished(() => module.close());
    await host.send(
      `${create(name)}\rAT+MIPLADDOBJ=0,3303,1,"1",1,0\rAT+MIPLOPEN=0,3600\rAT+MIPLCLOSE=0\rAT+MIPLDELETE=0\r`,
    );
    await host.send('AT+NSOCR=DGRAM,17,0,1\rAT+NSOCR=DGRAM,17,5683,1\rAT+COPS=?\r');
    await module.close();
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(uncaught).toEqual([]);
});
