import { profileNames } from './profile.ts';
import type { NetworkHabits, Personality, Profile, ProfileName, Spacing } from './profile.ts';

const cis22: Personality = {
  name: 'cis',
  notifyType: 'nonCon',
  answerSeconds: 30,
  showAtMost: 3,
  maximumMessage: 512,
  maximumWrite: 2048,
  checksListLength: true,
  zeroLifetimeSeconds: 3600,
  zeroLifetimeUpTo: 0,
  observeIds: 'counted',
  registersAgain: true,
  bootstrappedPort: 'configured',
};

/** What the same module would do with a stack that keeps to LwM2M 1.0. */
export const specPersonality: Personality = {
  ...cis22,
  name: 'spec',
  maximumMessage: 1152,
  bootstrappedPort: 'uri',
};

const noSpaces: Spacing = { mipl: '', general: '', otherColon: [], spacedEvents: [], comma: ',' };

/** Events of registration and bootstrap: the ones the document prints with a space. */
const openingEvents = [1, 2, 3, 4, 5, 6, 7, 8];

const hisiliconBoot = {
  afterPowerOn: ['REBOOT_CAUSE_SECURITY_RESET_PIN', 'OK'],
  afterCommand: ['REBOOT_CAUSE_APPLICATION_AT', 'OK'],
  rebooting: 'REBOOTING',
  milliseconds: 3000,
  tellsAddress: false,
};

/** BC95 with HI2110, and what is built like it: `+CEREG:2,0000,00000000,7`, `+CGPADDR:0` (raw log of a BC95). */
const hi2110Network: NetworkHabits = {
  contextId: 0,
  quotesAddress: false,
  accessTechnology: 7,
  unknownPlace: ['0000', '00000000'],
  tellsOperatorMode: false,
};

/** MT2625: context 1, and no place while there is none (27.007 §10.1.22; drivers of M5311 and ME3616). */
const mediatekNetwork: NetworkHabits = {
  contextId: 1,
  quotesAddress: true,
  accessTechnology: 9,
  unknownPlace: undefined,
  tellsOperatorMode: false,
};

/** Commands of China Mobile's dialect alone (mipl-at.md §2, §4, §10, §13). */
const cmccCommands = [
  '+MIPLCREATEEX',
  '+MIPLNMI',
  '+MIPLMGR',
  '+MIPLQMGR',
  '+MIPLDEL',
  '+MIPLDEVINFO',
  '+MIPLLTRDP',
  '+CMDNS',
];
/** Commands of modules that are no HiSilicon. */
const otherCommands = ['+CMRB', '+ZRST', '+ICCID'];
/** TCP sockets, which the document's module does not have. */
const streamCommands = ['+NSOCO', '+NSOSD'];
/** Commands of HiSilicon modules: their UDP sockets, statistics and settings (mipl-at.md §13, §14). */
const hisiliconCommands = [
  '+NRB',
  '+NCCID',
  '+NUESTATS',
  '+NCONFIG',
  '+NEARFCN',
  '+NCSEARFCN',
  '+NBAND',
  '+NPSMR',
  '+NPING',
  '+NSOCR',
  '+NSOST',
  '+NSOSTF',
  '+NSORF',
  '+NSOCL',
  ...streamCommands,
  '+NSONMI',
];

/** The module of the OneNET document of April 2018, printed exactly as there. */
const m5310Seed: Profile = {
  name: 'm5310-seed',
  dialect: 'cis',
  chip: 'hisilicon',
  personality: cis22,
  identity: {
    manufacturer: 'CMCC',
    model: 'M5310',
    firmware: ['SECURITY,V100R100C10B657SP2', 'PROTOCOL,V100R100C10B657SP2', 'APPLICATION,V100R100C10B657SP2'],
    information: ['CMCC', 'M5310', 'Revision:M5310-V1.0'],
  },
  miplVersion: '2.2.0',
  baudRate: 9600,
  echo: false,
  boot: hisiliconBoot,
  unknownCommands: [...cmccCommands, ...otherCommands, '+MIPLCONFIG', ...streamCommands],
  tellsSocketClosed: false,
  network: hi2110Network,
  // The document alone has DISCOVER first; every log of other modules has it the other way round.
  isObservedFirst: false,
  site: { card: 'ready', network: 'home' },
  airMs: 0,
  createForms: ['bare', 'blob'],
  spacing: { ...noSpaces, otherColon: ['+MIPLVER'], spacedEvents: openingEvents },
  openEvents: { direct: [6], bootstrap: [1, 2, 6] },
  deregisteredEvent: 'never',
  answerSentEvent: false,
  requestLines: 1,
  gatherMs: 0,
  readCount: 'never',
  // Xinyi's source and the captured CIS core: whatever the platform wrote is printed in hex.
  write: {
    flag: 'zero',
    hasIndex: true,
    values: 'asSent',
    text: 'hex',
    numberLength: 'width',
    long: 'whole',
  },
  executeArguments: 'spaced',
  attributeList: 'oneDecimal',
  stepName: 'st',
  standardObjects: [],
  unobservedNotify: 'refused',
  errors: {
    report: 1,
    reportUpTo: 1,
    head: '+CIS ERROR:',
    numbers: { parameter: 601, state: 602, exists: 602, missing: 601, unobserved: 601, radio: 602 },
  },
  longRegistrationFromMode: 1,
};

/** China Mobile's own firmware: answers observe, discover and write-attributes by itself (mipl-at.md §0). */
const m5310a: Profile = {
  ...m5310Seed,
  name: 'm5310a',
  dialect: 'cmcc',
  personality: { ...cis22, zeroLifetimeSeconds: 86_400, zeroLifetimeUpTo: 9, observeIds: 'plain' },
  identity: {
    manufacturer: 'CMCC',
    model: 'M5310-A',
    firmware: ['M5310A-MBRH0S00'],
    information: ['CMCC', 'M5310-A', 'Revision:M5310A-MBRH0S00'],
  },
  boot: {
    ...hisiliconBoot,
    afterPowerOn: ['REBOOT_CAUSE_SECURITY_RESET_PIN', 'M5310-A', 'OK'],
    afterCommand: ['REBOOT_CAUSE_APPLICATION_AT', 'M5310-A', 'OK'],
  },
  unknownCommands: [...otherCommands, '+MIPLCONFIG'],
  tellsSocketClosed: true,
  // HI2115. OBSERVE first: OneMO manual §5.1.
  network: { ...hi2110Network, accessTechnology: 9, tellsOperatorMode: true },
  isObservedFirst: true,
  createForms: ['blob', 'extended'],
  spacing: noSpaces,
  openEvents: { direct: [6], bootstrap: [2, 6] },
  deregisteredEvent: 'after',
  readCount: 'whole',
  // OneMO's manual §5.1 and the M5311 specification 4.6.11 print text bare: `1,4,abcd,0`, `1,3,123,0`.
  write: {
    flag: 'position',
    hasIndex: false,
    values: 'declared',
    text: 'bare',
    numberLength: 'width',
    long: 'blocks',
  },
  executeArguments: 'bareWithFlag',
  stepName: 'stp',
  errors: {
    report: 1,
    reportUpTo: 1,
    head: '+CIS ERROR: ',
    numbers: { parameter: 601, state: 602, exists: 602, missing: 653, unobserved: 100, radio: 651 },
  },
  longRegistrationFromMode: 2,
};

/** Built on a MediaTek chip: other general commands, no UDP of this kind. */
const m5311: Profile = {
  ...m5310a,
  name: 'm5311',
  chip: 'mediatek',
  identity: {
    manufacturer: 'CMCC',
    model: 'M5311',
    firmware: ['M5311_LV_ML_V100R001'],
    information: ['CMCC', 'M5311', 'Revision:M5311_LV_ML_V100R001'],
  },
  baudRate: 115_200,
  echo: true,
  boot: {
    afterPowerOn: ['*ATREADY: 1', '+CFUN: 1', '+CPIN: READY'],
    afterCommand: ['*ATREADY: 1', '+CFUN: 1', '+CPIN: READY'],
    rebooting: 'OK',
    farewell: 'REBOOTING..',
    milliseconds: 4000,
    tellsAddress: true,
  },
  unknownCommands: [...hisiliconCommands, '+ZRST', '+MIPLCONFIG', '+MIPLLTRDP'],
  network: mediatekNetwork,
  // MIPL lines without, all others with a space; +CMDNS is printed without (OneOS driver).
  spacing: { ...noSpaces, general: ' ', otherColon: ['+CMDNS'] },
  openEvents: { direct: [4, 6], bootstrap: [2, 4, 6] },
  errors: { ...m5310a.errors, reportUpTo: 2 },
};

const bc28: Profile = {
  ...m5310Seed,
  name: 'bc28',
  identity: {
    manufacturer: 'Quectel',
    model: 'BC28',
    firmware: ['BC28JAR01A10'],
    information: ['Quectel', 'BC28', 'Revision:BC28JAR01A10'],
  },
  // The reason, then OK, as a BC95 with B656 prints it.
  boot: hisiliconBoot,
  unknownCommands: [...cmccCommands, ...otherCommands],
  network: { ...hi2110Network, tellsOperatorMode: true },
  // Logs of Quectel modules and the drivers of BC28 and BC95, which wait for OBSERVE, then DISCOVER.
  isObservedFirst: true,
  createForms: ['bare'],
  // Only MIPL lines: `+CGATT:1`, `+CEREG:0,1`, `+NSONMI:0,17` are read by columns (log of a BC95, four drivers).
  spacing: { ...noSpaces, mipl: ' ' },
  openEvents: { direct: [4, 6], bootstrap: [1, 2, 4, 6] },
  deregisteredEvent: 'after',
  write: { ...m5310Seed.write, flag: 'position' },
  executeArguments: 'quoted',
  errors: {
    report: 0,
    reportUpTo: 1,
    head: '+CME ERROR: ',
    numbers: { parameter: 50, state: 3, exists: 3, missing: 3, unobserved: 50, radio: 30 },
  },
  longRegistrationFromMode: 2,
};

const me3616: Profile = {
  ...m5310Seed,
  name: 'me3616',
  chip: 'mediatek',
  identity: {
    manufacturer: 'GOSUNCN',
    model: 'ME3616',
    firmware: ['ME3616G1AV1.0B06'],
    information: ['GOSUNCN', 'ME3616', 'ME3616G1AV1.0B06'],
  },
  miplVersion: '2.1.1',
  baudRate: 115_200,
  echo: true,
  boot: {
    afterPowerOn: ['*MATREADY: 1', '+CFUN: 1', '+CPIN: READY'],
    afterCommand: ['*MATREADY: 1', '+CFUN: 1', '+CPIN: READY'],
    rebooting: 'OK',
    milliseconds: 4000,
    tellsAddress: true,
  },
  unknownCommands: [...hisiliconCommands, ...cmccCommands, '+CMRB', '+MIPLCONFIG'],
  network: { ...mediatekNetwork, quotesAddress: false },
  // The session in its manual, section 21.23.
  isObservedFirst: true,
  spacing: { mipl: ' ', general: ' ', otherColon: [], spacedEvents: [], comma: ', ' },
  openEvents: { direct: [4, 6], bootstrap: [1, 2, 4, 6] },
  deregisteredEvent: 'after',
  // MT2625's source: `"%s"` for text, hex for bytes, no length for numbers; flag 0 on every line.
  write: { ...m5310Seed.write, text: 'quoted', numberLength: 'empty' },
  executeArguments: 'quoted',
  attributeList: 'sixDecimals',
  unobservedNotify: 'event',
  errors: {
    report: 1,
    reportUpTo: 2,
    head: '+CIS ERROR: ',
    numbers: { parameter: 652, state: 653, exists: 653, missing: 655, unobserved: 655, radio: 653 },
  },
  longRegistrationFromMode: 2,
};

const nb73: Profile = {
  ...m5310Seed,
  name: 'nb73',
  identity: {
    manufacturer: 'WH',
    model: 'WH-NB73',
    firmware: ['NB73-V1.0.2'],
    information: ['WH', 'WH-NB73', 'Revision:NB73-V1.0.2'],
  },
  // As Lierda's firmware of the same chip, with a single CR LF between the lines.
  boot: {
    ...hisiliconBoot,
    afterPowerOn: ['REBOOT_CAUSE_SECURITY_RESET_UNKNOWN', 'Lierda', 'OK'],
    afterCommand: ['REBOOT_CAUSE_APPLICATION_AT', 'Lierda', 'OK'],
    isBlock: true,
  },
  network: { ...hi2110Network, unknownPlace: ['0000', '0'] },
  // The logged session of an NB73.
  isObservedFirst: true,
  createForms: ['bare'],
  spacing: noSpaces,
  openEvents: { direct: [4, 6], bootstrap: [1, 2, 4, 6] },
  deregisteredEvent: 'beforeDelete',
  write: { ...m5310Seed.write, flag: 'position' },
  executeArguments: 'bare',
  stepName: 'stp',
  longRegistrationFromMode: 2,
};

/** All profiles by name. Sources: the OneNET document; mipl-at.md §1, §9, §11 and public-drivers.md §3. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  'm5310-seed': m5310Seed,
  m5310a,
  m5311,
  bc28,
  me3616,
  nb73,
};

/** The profile of that name; undefined when there is none. */
export function profileOf(name: string): Profile | undefined {
  return (profileNames as readonly string[]).includes(name) ? profiles[name as ProfileName] : undefined;
}
