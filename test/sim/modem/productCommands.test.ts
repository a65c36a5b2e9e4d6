import { describe, expect, onTestFinished, test } from 'vitest';
import { profileNames } from '../../../main/sim/profile.ts';
import type { ProfileName } from '../../../main/sim/profile.ts';
import { profiles } from '../../../main/sim/profiles.ts';
import { storedSettingsOf } from '../../../main/sim/modem/storedSettings.ts';
import { startBooted } from '../moduleAndServer.ts';

const start = async (name: ProfileName, options: Parameters<typeof startBooted>[0] = {}) => {
  const notices: string[] = [];
  const { host } = await startBooted({
    profile: { ...profiles[name], echo: false },
    onNotice: (text) => notices.push(text),
    ...options,
  });
  return { host, notices };
};

/** Commands that drivers of real modules send at their start and give up at (J13), and what they then look for. */
const known: Record<ProfileName, [line: string, answer: RegExp][]> = {
  'm5310-seed': [
    ['AT+NCDP=117.60.157.137,5683', /^OK$/],
    ['AT+NPSMR?', /^\+NPSMR:0,OK$/],
    ['AT+CPIN?', /^\+CPIN:READY,OK$/],
    ['AT+CGACT?', /^\+CGACT:0,[01],OK$/],
    ['AT+CGACT=1,5', /^\+CME ERROR: 50$/],
  ],
  m5310a: [
    ['AT+NCDP=183.230.40.39,5683', /^OK$/],
    ['AT+NSOCFG=0,0,0', /^OK$/],
    ['AT+NSONMI=2', /^OK$/],
    ['AT+NSONMI?', /^\+NSONMI:2,OK$/],
    ['AT+NSET="NAS_SIM_POWER_SAVING_ENABLE",1', /^OK$/],
    ['AT+CGPADDR=0', /^\+CGPADDR:0(,[\d.]+)?,OK$/],
    ['AT+CESQ', /^\+CESQ:99,99,255,255,\d+,\d+,OK$/],
    ['AT+MIPLCFG="platform",0,0', /^OK$/],
    ['AT+MIPLCFG="binding",0,1', /^OK$/],
    ['AT+MIPLUPDATESET=0,1', /^OK$/],
    ['AT+MIPLUPDATESET=1,1', /^\+CIS ERROR: \d+$|^\+CME ERROR: \d+$/],
    ['AT+MIPLDTLSNAT=0,60', /^OK$/],
    ['AT+MIPLFOTACFG="timeout",48', /^OK$/],
    ['AT+MIPLSOTAVER="v1"', /^OK$/],
  ],
  m5311: [
    ['AT+CMSYSCTRL=0,2', /^OK$/],
    ['AT+CMSYSCTRL=0,2,50,80,50,700', /^OK$/],
    ['AT+CMSYSCTRL?', /^\+CMSYSCTRL: 0,2,50,80,50,700,OK$/],
    ['AT+SM=LOCK', /^OK$/],
    ['AT+SM=LOCK_FOREVER', /^OK$/],
    ['AT+SM=UNLOCK', /^OK$/],
    ['AT*SLEEP=1', /^OK$/],
    ['AT*SLEEP', /^OK$/],
    ['AT*MATWAKEUP=1', /^OK$/],
    ['AT*WAKETIME=10', /^OK$/],
    ['AT*MCGDEFCONT="IP","cmnbiot"', /^OK$/],
    ['AT+MIPLUPDATESET=0,1', /^OK$/],
    ['AT+CGPADDR=1', /^\+CGPADDR: 1(,"[\d.]+")?,OK$/],
    ['AT+CGACT?', /^\+CGACT: 1,[01],OK$/],
    ['AT+CGDCONT?', /^\+CGDCONT: 1,"IP",/],
    ['AT+CGSN=1', /^\+CGSN: \d{15},OK$/],
    ['AT+CPIN?', /^\+CPIN: READY,OK$/],
    ['AT+DNSSER="114.114.114.114"', /^OK$/],
    ['AT+IPRCFG=1,0,1', /^OK$/],
    ['AT+IPR=0', /^OK$/],
  ],
  me3616: [
    ['AT*MNBIOTEVENT=1,1', /^OK$/],
    ['AT+ZSLR=1', /^OK$/],
    ['AT+ZSLR', /^OK$/],
    ['AT+ZCONTLED=1', /^OK$/],
    ['AT+CPIN?', /^\+CPIN: READY,OK$/],
    ['AT+ESOSETRPT=1', /^OK$/],
    ['AT*MICCID', /^\*MICCID: \d{20},OK$/],
    ['AT*MBAND?', /^\*MBAND: 8,OK$/],
    ['AT*MCGDEFCONT?', /^\*MCGDEFCONT: "IP","cmnbiot",OK$/],
    ['AT*MENGINFO=0', /^(\*MENGINFOSC: 3555,0,91,"94",-\d+,-\d+,-\d+,-?\d+,8,"19E6",0,13,)?OK$/],
    ['AT*MENGINFO=1', /^OK$/],
    ['AT*MENGINFO=2', /^\+CME ERROR: /],
    ['AT+ZADC?', /^\+ZADC: \d+,OK$/],
    ['AT+CESQ', /^\+CESQ: 99,99,255,255,\d+,\d+,OK$/],
    ['AT+CGPADDR=1', /^\+CGPADDR: 1(,[\d.]+)?,OK$/],
    ['AT+CGACT=0,1', /^(OK|\+CME ERROR: \d+)$/],
    ['AT+CPSMS=1,,,"01011111","00000101"', /^OK$/],
    ['AT+CEREG=5', /^OK$/],
    ['AT+CFUN=4', /^OK$/],
    ['AT+CFUN?', /^\+CFUN: [14],OK$/],
  ],
  bc28: [
    ['AT+NCDP=49.4.85.232,5683', /^OK$/],
    ['AT+NCDP?', /^\+NCDP:49.4.85.232,5683,OK$/],
    ['AT+NNMI=2', /^OK$/],
    ['AT+NNMI?', /^\+NNMI:2,OK$/],
    ['AT+NSMI=1', /^OK$/],
    ['AT+NQMGS', /^PENDING=0,SENT=0,ERROR=0,OK$/],
    ['AT+NQMGR', /^BUFFERED=0,RECEIVED=0,DROPPED=0,OK$/],
    ['AT+NMGS=1,41', /^ERROR$/],
    ['AT+NMGR', /^OK$/],
    ['AT+NMSTATUS?', /^\+NMSTATUS:\w+,OK$/],
    ['AT+CPIN?', /^\+CPIN:READY,OK$/],
    ['AT+QREGSWT=2', /^OK$/],
    ['AT+QREGSWT?', /^\+QREGSWT:2,OK$/],
    ['AT+QIDNSCFG=8.8.8.8,1.1.1.1', /^OK$/],
    ['AT+QIDNSCFG?', /^PrimaryDns:8.8.8.8,SecondaryDns:1.1.1.1,OK$/],
    ['AT+CEDRXRDP', /^\+CEDRXRDP:0,OK$/],
    ['AT+CGACT=1,0', /^(OK|ERROR)$/],
    ['AT+NPSMR=1', /^OK$/],
    ['AT+NPSMR?', /^\+NPSMR:1,0,OK$/],
    ['AT+NATSPEED?', /^\+NATSPEED:9600,0,1,0,0,OK$/],
    ['AT+NATSPEED=9600,30,1,2,1,0,0', /^OK$/],
    ['AT+NATSPEED=115200,30,1,2,1,0,0', /^ERROR$/],
    ['AT+CLAC', /AT\+CSQ,.*AT\+MIPLOPEN,.*OK$/],
    ['AT+NBAND=?', /^\+NBAND:\(5,8\),OK$/],
    ['AT+NBAND?', /^\+NBAND:8,OK$/],
    ['AT+CESQ', /^\+CESQ:99,99,255,255,\d+,\d+,OK$/],
    ['AT+CGPADDR', /^\+CGPADDR:0(,[\d.]+)?,OK$/],
    ['AT+CGDCONT=1,"IP","cmnbiot"', /^OK$/],
    ['AT+CGPADDR=1', /^\+CGPADDR:1,OK$/],
  ],
  nb73: [
    ['AT+NCDP=180.101.147.115', /^OK$/],
    ['AT+NNMI=1', /^OK$/],
    ['AT+NSMI?', /^\+NSMI:0,OK$/],
    ['AT+NQMGS', /^PENDING=0,SENT=0,ERROR=0,OK$/],
    ['AT+NMSTATUS?', /^\+NMSTATUS:\w+,OK$/],
    ['AT+CLAC', /OK$/],
    ['AT+QREGSWT?', /^\+QREGSWT:1,OK$/],
  ],
};

describe.each([...profileNames])('%s', (name) => {
  test('answers what drivers of the real one send at their start', async () => {
    const { host } = await start(name);
    for (const [line, answer] of known[name]) {
      const said = (await host.ask(line)).filter((text) => !text.startsWith('+IP')).join(',');
      expect([line, answer.test(said) ? 'as expected' : said]).toEqual([line, 'as expected']);
    }
  });

  test('tells a setting that was stored, and refuses what it does not take', async () => {
    const { host } = await start(name);
    await host.must('AT+CMEE=0');
    for (const setting of storedSettingsOf(profiles[name])) {
      const before = await host.must(`AT${setting.name}?`);
      expect(before.join()).toContain(setting.initial ?? '');
      await host.must(`AT${setting.name}=?`);
      if (setting.initial !== undefined && setting.takes.test(setting.initial)) {
        await host.must(`AT${setting.name}=${setting.initial}`);
        expect(await host.must(`AT${setting.name}?`)).toEqual(before);
      }
      expect(await host.ask(`AT${setting.name}=\u0001`)).toEqual(['ERROR']);
    }
  });

  test('says once what it does not simulate', async () => {
    const { host, notices } = await start(name);
    await host.must('AT+CMGF=0');
    await host.must('AT+CMGF=1');
    expect(notices).toEqual(['not simulated: short messages: none is ever sent or received (AT+CMGF)']);
  });
});

describe('without network', () => {
  const withoutNetwork = async (name: ProfileName) => {
    const { host } = await start(name);
    await host.must('AT+CFUN=0');
    return host;
  };

  test.each([
    ['bc28', '+CEREG:2,0,0000,00000000,7'],
    ['m5310-seed', '+CEREG:2,0,0000,00000000,7'],
    ['nb73', '+CEREG:2,0,0000,0,7'],
    ['m5310a', '+CEREG:2,0,0000,00000000,9'],
    ['m5311', '+CEREG: 2,0'],
    ['me3616', '+CEREG: 2,0'],
  ] as const)('%s tells its registration as %s', async (name, line) => {
    const host = await withoutNetwork(name);
    await host.must('AT+CEREG=2');
    expect(await host.must('AT+CEREG?')).toEqual([line]);
    await host.must('AT+CEREG=0');
    expect(await host.must('AT+CEREG?')).toEqual([line.replace(/(: ?)2,0.*/, '$10,0')]);
  });

  test.each(['m5310-seed', 'm5310a', 'bc28', 'nb73'] as const)('%s has no cell and no frequency', async (name) => {
    const host = await withoutNetwork(name);
    const lines = await host.must('AT+NUESTATS');
    expect(lines).toEqual(expect.arrayContaining(['Cell ID:4294967295', 'EARFCN:4294967295']));
    const isHi2115 = name === 'bc28' || name === 'm5310a';
    expect(lines.at(-1)).toMatch(isHi2115 ? /^OPERATOR MODE:0$/ : /^RSRQ:/);
  });
});

test('a BC28 prints no blank but in MIPL lines, as a BC95 does', async () => {
  const { host } = await start('bc28');
  for (const line of [
    'AT+CGATT?',
    'AT+CEREG?',
    'AT+CGSN=1',
    'AT+CSQ',
    'AT+CFUN?',
    'AT+CMEE?',
    'AT+NBAND?',
    'AT+CCLK?',
  ]) {
    for (const said of await host.must(line)) expect(said).toMatch(/^\+[A-Z]+:\S*$/);
  }
  expect(await host.must('AT+MIPLCREATE')).toEqual(['+MIPLCREATE: 0']);
});

test.each([
  [
    'bc28',
    '\r\nREBOOT_CAUSE_SECURITY_RESET_PIN\r\n\r\nOK\r\n',
    '\r\nREBOOTING\r\n\r\nREBOOT_CAUSE_APPLICATION_AT\r\n\r\nOK\r\n',
  ],
  [
    'nb73',
    '\r\nREBOOT_CAUSE_SECURITY_RESET_UNKNOWN\r\nLierda\r\nOK\r\n',
    '\r\nREBOOTING\r\n\r\nREBOOT_CAUSE_APPLICATION_AT\r\nLierda\r\nOK\r\n',
  ],
] as const)('%s starts with the reason first', async (name, first, again) => {
  const { host } = await start(name);
  expect(host.received).toBe(first);
  host.received = '';
  await host.ask('AT+NRB');
  await expect.poll(() => host.received).toBe(again);
});

test('the reset line brings the banner within a second, at real speed, whatever runs', async () => {
  const { host, module } = await startBooted();
  onTestFinished(() => module.close());
  await host.must('AT+MIPLCREATE');
  host.received = '';
  const startMs = performance.now();
  module.reset();
  await expect.poll(() => host.received).toContain('REBOOT_CAUSE_SECURITY_RESET_PIN\r\n\r\nOK\r\n');
  expect(performance.now() - startMs).toBeLessThan(1000);
  await host.must('AT+MIPLCREATE');
});

test('without power nothing is heard and said; with it, the module boots', async () => {
  const { host, module } = await startBooted();
  module.setPower(false);
  host.received = '';
  await host.send('AT\r');
  module.setPower(true);
  module.setPower(true);
  await expect.poll(() => host.received).toBe('\r\nREBOOT_CAUSE_SECURITY_RESET_PIN\r\n\r\nOK\r\n');
});
