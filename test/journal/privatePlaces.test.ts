import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { reportName, reportText } from '../../main/acceptance/report/files.ts';
import { maskedRows, summaryCsv } from '../../main/acceptance/report/summaryCsv.ts';
import { exportToFile } from '../../main/journal/exporters.ts';
import { Masker } from '../../main/journal/masking.ts';
import { reportFormats } from '../../shared/acceptance.ts';
import { exportFormats } from '../../shared/contract/log.ts';
import { sampleResult } from '../acceptance/sampleResult.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { openSample, say } from './samples.ts';

const hexOf = (text: string): string => Buffer.from(text, 'latin1').toString('hex').toUpperCase();
const swapped = (digits: string): string => digits.replace(/(.)(.)/g, '$2$1');

const imei = '863703031234567';
const imsi = '460041234567890';
const card = '89860411112222333344';

/** Lines of a log with what must not be seen of them; the first lines tell who the module is. */
const places: readonly (readonly [what: string, line: string, ...secrets: string[]])[] = [
  ['IMEI', `+CGSN:${imei}`, imei],
  ['IMSI', `+CIMI: ${imsi}`, imsi],
  ['ICCID', `+NCCID:${card}`, card],
  ['IMEI with another sign in front', '*CGSN: "86370303999888"', '86370303999888'],
  ['IMEISV', `+CGSN: "${imei.slice(0, 14)}01"`, imei.slice(0, 14)],
  ['IMEI by its label, without check digit', 'IMEI: 86370304777666', '86370304777666'],
  ['IMEI without check digit among others', `module ${imei.slice(0, 14)} ready`, imei.slice(0, 14)],
  ['ICCID without check digit', `card ${card.slice(0, 19)}`, card.slice(0, 19)],
  ['ICCID as the card holds it', `+CRSM: 144,0,"${swapped(card)}"`, swapped(card)],
  ['IMSI as the card holds it', `data 08${swapped(`9${imsi}`)}`, swapped(`9${imsi}`)],
  ['number in capitals', 'ICCID: 8986AB11112222333344', '8986AB11112222333344'],
  ['PIN', 'AT+CPIN="4711"', '4711'],
  ['PIN, bare', 'AT+CPIN=4712', '4712'],
  ['PUK and new PIN', 'AT+CPIN="12345678","4713"', '12345678', '4713'],
  ['PIN of a lock', 'AT+CLCK="SC",1,"4714"', '4714'],
  ['PIN, old and new', 'AT+CPWD="SC","4715","4716"', '4715', '4716'],
  ['user and pass word, quoted', 'AT+CGAUTH=0,1,"ada","geheim"', 'ada', 'geheim'],
  ['user and pass word, bare', 'AT+CGAUTH=1,2,adabyron,lovelace', 'adabyron', 'lovelace'],
  ['user and pass word, printed', '+CGAUTH: 0,1,"ada1815","engine"', 'ada1815', 'engine'],
  [
    'user and pass word of Quectel',
    'AT+QICSGP=1,1,"plant.gdiot","turing","enigma",1',
    'plant.gdiot',
    'turing',
    'enigma',
  ],
  [
    'user and pass word of China Mobile',
    'AT*MCGDEFCONT="IP","factory.apn","hopper","cobol9"',
    'factory.apn',
    'hopper',
    'cobol9',
  ],
  ['access point of a company', 'AT+CGDCONT=1,"IP","pumps.gdiot.mnc000.mcc460.gprs"', 'pumps.gdiot'],
  ['access point, bare', 'AT+CGDCONT=1,IP,works.iot', 'works.iot'],
  [
    'access point in use',
    '+CGCONTRDP: 0,5,"mill.gprs","10.20.30.40.255.255.255.0","10.20.30.1"',
    'mill.gprs',
    '10.20.30.40',
    '10.20.30.1',
  ],
  ['key of a secure socket', 'AT+QSSLCFG="psk",1,"mydevice01","deadbeefcafe0001"', 'mydevice01', 'deadbeefcafe0001'],
  ['secret of a broker', 'AT+QMTCFG="aliauth",0,"product7","device77","mysecretds"', 'product7', 'mysecretds'],
  [
    'key of an LwM2M client',
    'AT+QLWCONFIG=0,"1.2.3.4",5684,"urn:1",86400,3,"identity7","00112233AABB"',
    'identity7',
    '00112233AABB',
  ],
  ['key of a secure mode', 'AT+QSECSWT=1,"00112233AABB"', '00112233AABB'],
  ['key of a transport', 'AT+QSETPSK=mydevice01,00112233AABB', 'mydevice01', '00112233AABB'],
  ['IPv4', '0,183.230.40.150,36000,30', '183.230.40.150'],
  ['IPv6', '+CGPADDR:0,2409:8060:8ea:601::1864', '2409:8060', '1864'],
  ['IPv6 as 16 numbers', '+CGPADDR: 0,"36.9.128.96.8.234.6.1.0.0.0.0.0.0.24.100"', '36.9.128.96', '24.100'],
  ['own number', '+CNUM: "ADA","+8613800138000",145', 'ADA', '13800138000'],
  ['number of a card for things', '+CNUM: ,"1064812345678",129', '1064812345678'],
  ['number of a caller', '+CLIP: "01012345678",129', '01012345678'],
  ['number of a message', 'AT+CMGS="13912345678"', '13912345678'],
  ['number of a centre', '+CSCA: "+8613800100500",145', '13800100500'],
  ['number that is dialled', 'ATD13712345678;', '13712345678'],
  ['number anywhere', 'call 13612345678 now', '13612345678'],
  ['entry of the book', '+CPBR: 1,"13512345678",129,"Grace"', '13512345678', 'Grace'],
  ['key of CREATEEX', 'AT+MIPLCREATEEX="nbiotbt.heclouds.com:5683",1,"Ab12Cd34","Secret99"', 'Ab12Cd34', 'Secret99'],
  ['key of CONFIG', 'AT+MIPLCONFIG=4,1,Zx98Yw76', 'Zx98Yw76'],
  ['identity and PSK of CONFIG', 'AT+MIPLCONFIG=5,1,"Meter7","Zx98Yw76"', 'Meter7', 'Zx98Yw76'],
  ['identity and PSK of CONFIG without a switch', '+MIPLCONFIG: 5,Meter7,Zx98Yw76', 'Meter7', 'Zx98Yw76'],
  ['PSK of CONFIG by its name', 'AT+MIPLCONFIG="psk","Meter7","Zx98Yw76"', 'Meter7', 'Zx98Yw76'],
  ['host of a serial server', 'opened tcp://pump7.plant.example:7000', 'pump7.plant.example'],
  ['name and pass word in an address', 'ftp://ada:byron1@host/', 'ada', 'byron1'],
  ['adapter', '/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A7034XYZ-if00-port0', 'A7034XYZ'],
  ['IMEI in hex', `payload ${hexOf(imei)}`, hexOf(imei)],
  ['IMEI in hex of odd length', `payload ${hexOf(imei)}3`, hexOf(imei)],
  ['IMEI in hex, the first half byte cut off', `payload 4${hexOf(imei)}`, hexOf(imei)],
  ['IMEI in hex behind 0x', `payload 0x${hexOf(imei)}`, hexOf(imei)],
  ['IMEI in hex with blanks', `payload ${hexOf(imei).replace(/../g, '$& ')}`, hexOf(imei).replace(/../g, '$& ').trim()],
  [
    'IMEI in hex as C writes it',
    `{${hexOf(imei).replace(/../g, '0x$&, ')}}`,
    hexOf(imei).replace(/../g, '0x$&, ').slice(0, -2),
  ],
  [
    'IMEI in UCS2',
    `text ${Buffer.from(imei, 'utf16le').swap16().toString('hex').toUpperCase()}`,
    Buffer.from(imei, 'utf16le').swap16().toString('hex').toUpperCase(),
  ],
  ['IMEI in Base64', `body ${Buffer.from(imei).toString('base64')}`, Buffer.from(imei).toString('base64')],
  [
    'endpoint in Base64',
    `body ${Buffer.from(`ep=${imei};${imsi}`).toString('base64')}`,
    Buffer.from(`ep=${imei};${imsi}`).toString('base64').slice(6, 20),
  ],
  ['key in an URL', 'GET /?auth=Secret99%26x=Ab12Cd34', 'Secret99', 'Ab12Cd34'],
  ['key with escapes', 'says \\u0053ecret99', '\\u0053ecret99'],
  ['key in other letters', 'AUTH SECRET99', 'SECRET99'],
];

const lines = places.map(([, line]) => line);
const secrets = places.flatMap(([, , ...all]) => all);

function masker(): Masker {
  const one = new Masker();
  for (const line of lines) one.collect(line);
  return one;
}

describe('a masked log shows', () => {
  it.each(places)('no %s: %s', (_what, line, ...hidden) => {
    const masked = masker().mask(line);
    for (const secret of hidden) expect(masked).not.toContain(secret);
    expect(masked).toHaveLength(line.length);
    expect(masker().mask(line)).toBe(masked);
  });

  it.each([
    'AT+CGDCONT=1,"IP","cmnbiot"',
    '+CGDCONT: 0,"IP","cmnbiot.mnc004.mcc460.gprs"',
    'AT+CGDCONT?',
    '+CGDCONT: (0-10),("IP","NONIP","IPV6")',
    '+CPIN: READY',
    'AT+CPIN?',
    '+CMTI: "SM",3',
    '+CCLK: "26/01/05,14:03:09+32"',
    '+CEREG: 1,"19E6","05F1A294",9',
    '1795353185123',
    'AT+NSOST=0,1795353185,4',
    'https://api.heclouds.com/nbiot?obj_id=3303',
    '+MIPLOBSERVE:0,83947,1,3303,0,-1',
    'AT+NSOSTF=0,7,0x200,4,30313233',
  ])('what tells nobody anything: %s', (line) => {
    expect(masker().mask(line)).toBe(line);
  });
});

test.each(exportFormats)('a masked %s shows none of it, nor the place, nor in its head', async (format) => {
  const directory = await tempDirectory();
  const journal = await openSample(directory, {}, { site: 'Pumpwerk 7', port: 'tcp://10.20.30.40:7000' });
  for (const [index, line] of lines.entries()) say(journal, index % 2 === 0 ? 'in' : 'out', `${line}\r\n`, index);
  journal.mark('all well at Pumpwerk 7');
  journal.identify({ imei, imsi, iccid: card });
  await journal.close();
  const target = join(directory, `out.${format}`);
  await exportToFile(journal.file, target, { format, mask: true });
  const text = await readFile(target, 'utf8');
  for (const secret of [...secrets, 'Pumpwerk 7', '10.20.30.40']) expect(text).not.toContain(secret);
});

const details = { site: 'Pumpwerk 7', operator: 'Ada B.', notes: `seen at Pumpwerk 7 by Ada B., ${imei}` };

/** A result whose evidence is the log above. */
function talkative() {
  const sample = sampleResult();
  const said = lines.map((text, index) => ({ atMs: index, kind: 'unasked' as const, text }));
  const cases = sample.cases.map((one) => ({
    ...one,
    lines: said,
    note: lines.join('\n'),
    calls: one.calls.map((call) => ({ ...call, answer: JSON.stringify({ lines }) })),
  }));
  const journal = {
    name: 'Pumpwerk-7_4567_20261122-211305.mipl.ndjson',
    bytes: 1,
    lines: 1,
    left: ['/home/ada/a.mipl.ndjson'],
    file: '/home/ada/b.mipl.ndjson',
  };
  return { ...sample, identity: { imei, imsi, iccid: card }, port: 'tcp://10.20.30.40:7000', cases, journal, details };
}

test.each(reportFormats)('a masked report as %s shows none of it', (format) => {
  for (const language of ['zh', 'en', 'both'] as const) {
    const text = reportText(talkative(), { format, language, isMasked: true });
    for (const secret of [...secrets, 'Pumpwerk', 'Ada B.', '10.20.30.40', '/home/ada', '_4567_']) {
      expect(text).not.toContain(secret);
    }
  }
});

test('neither does the name of a masked report', () => {
  expect(reportName(talkative(), true, 'device-1')).toMatch(/^device-1_\d{4}_\d{8}-\d{6}\.masked$/);
  expect(reportName(talkative(), true, 'device-1')).not.toContain('4567');
});

test('nor the summary of a batch, in which two devices stay two', () => {
  const other = { ...talkative(), identity: { imei: '869334030000010', imsi: '460041234567899' } };
  const rows = [
    { port: 'tcp://10.20.30.40:7000', result: talkative(), report: '/home/ada/reports/1.masked.html' },
    { port: '/dev/ttyUSB1', result: other, report: '/home/ada/reports/2.masked.html' },
    { port: 'tcp://pump7.plant.example:1', problem: `PORT_NOT_FOUND: connect ECONNREFUSED 10.20.30.40:1 ${imei}` },
  ];
  const csv = summaryCsv(maskedRows(rows, new Masker()));
  for (const secret of [imei, imsi, '10.20.30.40', 'pump7', '/home/ada', '869334030000010'])
    expect(csv).not.toContain(secret);
  const [, first, second] = csv.split('\r\n').map((row) => row.split(',')[1]);
  expect(first).not.toBe(second);
});

test.each([
  [['AT+CPIN="0001"'], ['AT+CPIN="0002"']],
  [
    ['AT+CPIN="4711"', '+CGDCONT: 0,"IP","X..2"', 'AT+CPIN="0815"'],
    ['AT+CPIN="0001"', '+CGDCONT: 0,"IP","x..3"', 'AT+CPIN="0004"'],
  ],
])('what looks like its own stand-in gets another: %j', (said, shown) => {
  const one = new Masker();
  for (const line of said) one.collect(line);
  expect(said.map((line) => one.mask(line))).toEqual(shown);
});

test('whatever the PIN, the pass word and the name, quoted or bare, none of it is left', () => {
  const word = fc
    .stringMatching(/^[A-Za-z][A-Za-z0-9._-]{2,14}[a-z0-9]$/)
    .filter((one) => !/^(?:ip|ppp|none|pap|chap|auto|ctnb|cmnet|internet|iot|(?:cm|nb|ct)\w*)/i.test(one));
  const digits = fc.stringMatching(/^[1-9]\d{3,7}$/);
  const quote = fc.constantFrom('"', '');
  const gap = fc.constantFrom('', ' ');
  fc.assert(
    fc.property(digits, word, word, word, quote, gap, (pin, user, password, apn, q, blank) => {
      const said = [
        `AT+CPIN=${q}${pin}${q}`,
        `AT+CGAUTH=0,${blank}1,${blank}${q}${user}${q},${blank}${q}${password}${q}`,
        `+CGDCONT:${blank}0,${q}IP${q},${q}${apn}${q}`,
        `AT+QICSGP=1,1,${q}${apn}${q},${q}${user}${q},${q}${password}${q},1`,
      ];
      const one = new Masker();
      for (const line of said) one.collect(line);
      const masked = said.map((line) => one.mask(line));
      expect(masked.map((line) => line.length)).toEqual(said.map((line) => line.length));
      expect(masked[0]).not.toContain(pin);
      for (const line of masked.slice(1))
        for (const secret of [user, password, apn]) expect(line).not.toContain(secret);
    }),
  );
});
