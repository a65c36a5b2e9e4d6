import type { Profile, ProfileName } from '../profile.ts';

/** A setting that a module keeps and tells again, and that changes nothing else here. */
export interface StoredSetting {
  readonly name: string;
  /** What `=` takes, the whole list. */
  readonly takes: RegExp;
  /** What is told before it is ever set; without it nothing but OK. */
  readonly initial?: string;
  /** What `=?` tells; without it nothing but OK. */
  readonly range?: string;
  /** Also known without parameters, and then just OK. */
  readonly isExecuted?: true;
  /** What setting it would do on a real module and does not do here. */
  readonly notSimulated?: string;
}

const number = (name: string, most: number, initial?: number): StoredSetting => ({
  name,
  takes: new RegExp(`^[0-${most}]$`),
  ...(initial === undefined ? {} : { initial: String(initial) }),
  range: `(0-${most})`,
});

const address = String.raw`"?[\w.:-]{1,100}"?`;
const bits = (count: number): string => `"[01]{${count}}"`;
const anything = /^[\x20-\x7e]{1,200}$/;

/** TS 27.007 of Release 13, as far as NB-IoT modules have it. */
const ofAll: readonly StoredSetting[] = [
  number('+CTZR', 3, 0),
  { name: '+CIPCA', takes: /^[0-3](,[01])?$/, initial: '3,1', range: '(3),(0,1)' },
  { name: '+CCIOTOPT', takes: /^[0-5](,[0-3]){0,2}$/, initial: '0,1,1', range: '(0,1,3),(1),(0,1)' },
  { name: '+CGAUTH', takes: /^\d{1,2}(,\d(,[^,]*){0,2})?$/ },
  // V.250 §6.2: how bytes travel. Set to anything else they would have to travel so.
  { name: '+ICF', takes: /^3(,\d)?$/, initial: '3,3', range: '(3),(0-4)' },
  { name: '+IFC', takes: /^0,0$/, initial: '0,0', range: '(0),(0)' },
  { name: '+CSCS', takes: /^"(GSM|IRA|UCS2)"$/i, initial: '"IRA"', range: '("GSM","IRA","UCS2")' },
];

const shortMessages = 'short messages: none is ever sent or received';

/** TS 27.005: what smsd and gammu set before they look for messages. */
const ofShortMessages: readonly StoredSetting[] = [
  { ...number('+CMGF', 1, 0), range: '(0,1)', notSimulated: shortMessages },
  { name: '+CNMI', takes: /^\d(,\d){0,4}$/, initial: '0,0,0,0,0', range: '(0-2),(0-3),(0-3),(0-2),(0,1)' },
  { name: '+CSMS', takes: /^[01]$/, initial: '0,1,1,1', range: '(0,1)' },
  { name: '+CSCA', takes: /^"\+?\d{1,20}"(,\d{1,3})?$/, initial: '"+8613800100500",145' },
  { name: '+CSMP', takes: /^\d{1,3}(,[^,]*){0,3}$/, initial: '17,167,0,0' },
];

const longSleep = 'sleeping: the module stays awake whatever is set';

/** HiSilicon modules: AT manuals of BC95, BC28, M5310-A and Lierda NB05; the drivers that read them back. */
const ofHisilicon: readonly StoredSetting[] = [
  { name: '+NCDP', takes: new RegExp(`^${address}(,\\d{1,5})?$`), notSimulated: "the IoT platform's own CoAP client" },
  { ...number('+QREGSWT', 2, 1), range: '(0,1,2)', notSimulated: "the IoT platform's own CoAP client" },
  { ...number('+NNMI', 2, 0), range: '(0,1,2)' },
  { ...number('+NSMI', 1, 0), range: '(0,1)' },
  number('+NITZ', 1, 1),
  number('+NIPINFO', 1, 0),
  number('+NGACTR', 1, 0),
  number('+QLEDMODE', 1, 0),
  number('+QSECSWT', 1),
  { name: '+NLOGLEVEL', takes: /^\w{1,20},\w{1,20}$/ },
  { name: '+NSET', takes: anything, notSimulated: longSleep },
  {
    name: '+NSOCFG',
    takes: /^\d(,\d){1,3}$/,
    range: '(0-6),(0,1),(0,1)',
    notSimulated: 'data of sockets as text: it stays hex',
  },
  { name: '+NPTWEDRXS', takes: new RegExp(`^[0-3](,5(,${bits(4)}){0,2})?$`), initial: '5,"0010","0010"' },
  { name: '+NCPCDPR', takes: /^[01],[01]$/, initial: '0,0' },
  { name: '+NPOWERCLASS', takes: /^\d{1,2},[35]$/, initial: '8,3', range: '(5,8),(3,5)' },
  { name: '+QLWUDATA', takes: /^[01]$/ },
];

/** MT2625 modules. */
const ofMediatek: readonly StoredSetting[] = [
  number('+CTZU', 1, 1),
  { name: '*WAKETIME', takes: /^\d{1,5}$/, initial: '10', notSimulated: longSleep },
  {
    name: '*MCGDEFCONT',
    takes: /^"(IP|IPV6|IPV4V6|NONIP|Non-IP)"(,"[^"]{0,100}"(,"[^"]{0,64}"){0,2})?$/i,
    initial: '"IP","cmnbiot"',
  },
];

const ofMobilePlatform = 'other platforms and bindings than OneNET over UDP';

/** China Mobile's firmware: OneMO LwM2M AT manual V5, chapters 3 and 4. */
const ofChinaMobile: readonly StoredSetting[] = [
  { name: '+MIPLCFG', takes: /^"(platform|binding)",0,\d{1,2}(,\d)?$/i, notSimulated: ofMobilePlatform },
  { ...number('+MIPLUPDATESET', 1), takes: /^0,[01]$/, range: '(0),(0,1)', notSimulated: 'automatic renewal' },
  { name: '+MIPLDTLSNAT', takes: /^0,\d{1,9}$/, initial: '0,120', notSimulated: 'DTLS' },
  { name: '+MIPLFOTACFG', takes: /^"timeout",\d{1,4}$/i, initial: '"timeout",360', notSimulated: 'firmware update' },
  { name: '+MIPLSOTAVER', takes: /^"[^"]{1,64}"$/, notSimulated: 'firmware update' },
  // 3 before the first block of an image, 1 with each (OneNET's description of such an update).
  { name: '+MIPLSOTA', takes: /^[13]$/, notSimulated: 'firmware update' },
];

/** One product alone. */
const ofProduct: Readonly<Partial<Record<ProfileName, readonly StoredSetting[]>>> = {
  // M5311 AT specification v2.4 and the drivers of it: LED, sleep lock, format of received data.
  m5311: [
    { name: '+CMSYSCTRL', takes: /^\d(,\d{1,5}){1,5}$/, initial: '0,2', range: '(0,1),(0-2)' },
    {
      name: '+SM',
      takes: /^"?(LOCK|UNLOCK|LOCK_FOREVER|UNLOCK_FOREVER)"?$/i,
      initial: 'UNLOCK',
      range: '("LOCK","UNLOCK","LOCK_FOREVER")',
      notSimulated: longSleep,
    },
    { name: '*SLEEP', takes: /^\d{1,5}$/, initial: '0', isExecuted: true, notSimulated: longSleep },
    { name: '*MATWAKEUP', takes: /^\d{1,5}$/, initial: '0', isExecuted: true, notSimulated: longSleep },
    { name: '+DNSSER', takes: new RegExp(`^${address}(,${address})?$`), initial: '"114.114.114.114","8.8.8.8"' },
  ],
  // ME3616 AT manual V1.5 and the drivers of it: sleep, LED, format of received data.
  me3616: [
    { name: '*MNBIOTEVENT', takes: /^[01](,[01])?$/, initial: '0,1', range: '(0,1),(1)', notSimulated: longSleep },
    { name: '+ZSLR', takes: /^[01]$/, initial: '1', range: '(0,1)', isExecuted: true, notSimulated: longSleep },
    number('+ZCONTLED', 1, 1),
    number('+ESOSETRPT', 1, 0),
    number('+ESOREADEN', 1, 0),
    { name: '+ZNVSET', takes: anything },
  ],
};

/** The settings a profile keeps, beside those that do something. */
export function storedSettingsOf({ chip, dialect, name }: Profile): readonly StoredSetting[] {
  return [
    ...ofAll,
    ...ofShortMessages,
    ...(chip === 'hisilicon' ? ofHisilicon : ofMediatek),
    ...(dialect === 'cmcc' ? ofChinaMobile : []),
    ...(ofProduct[name] ?? []),
  ];
}
