import type { BilingualName } from '../../shared/lwm2m.ts';

/** How the module ended an exchange. Everything but `OK` is an error code of shared/errors.ts. */
export interface FinalResult {
  readonly code: 'OK' | 'AT_ERROR' | 'AT_CME' | 'AT_CMS' | 'AT_CIS';
  /** The number, or with +CMEE=2 the text, behind `+CME ERROR:` and its like. */
  readonly detail?: string;
}

const ok: FinalResult = { code: 'OK' };
const error: FinalResult = { code: 'AT_ERROR' };
const numbered = /^\+(CME|CMS|CIS) ERROR *(?:: *(.*))?$/i;

const SPACE = 0x20;
const DEL = 0x7f;
const PLUS = 0x2b;
/** Sets the bit that makes an ASCII letter small. */
const SMALL = 0x20;
const LETTER_E = 0x65;
const LETTER_O = 0x6f;
/** Where the blank of `+CME ERROR` stands. */
const NUMBERED_BLANK = 4;

function isFinalInitial(small: number): boolean {
  return small === PLUS || small === LETTER_O || small === LETTER_E;
}

/** A line that begins with such a character has no blank to be taken off before it. */
function isPrinted(code: number): boolean {
  return code > SPACE && code < DEL;
}

/**
 * Reads a whole line as final result code (V.250 §5.7.1, TS 27.007 §9.2, TS 27.005 §3.2.5), or undefined when it is none.
 * Case and outer spaces are tolerated because modules vary; a line that merely contains `OK` is not one.
 */
export function parseFinalResult(line: string): FinalResult | undefined {
  // The one that most commands end with.
  if (line === 'OK') return ok;
  // Most other lines are none, and their first letter tells. Those of the table begin with a plus: the blank tells.
  const initial = line.charCodeAt(0);
  if (initial === PLUS && line.charCodeAt(NUMBERED_BLANK) !== SPACE) return undefined;
  if (isPrinted(initial) && !isFinalInitial(initial | SMALL)) return undefined;
  const text = line.trim();
  const first = text.charCodeAt(0) | SMALL;
  if (first === LETTER_O) return text.length === 2 && text.toUpperCase() === 'OK' ? ok : undefined;
  if (first === LETTER_E) return text.length === 5 && text.toUpperCase() === 'ERROR' ? error : undefined;
  const match = numbered.exec(text);
  if (!match) return undefined;
  const code = `AT_${String(match[1]).toUpperCase()}` as FinalResult['code'];
  return match[2] ? { code, detail: match[2] } : { code };
}

/** Patterns of whole lines. Each begins with three characters that stand for themselves, see {@link bootPlaces}. */
type Marks = readonly string[];
const anyOf = (marks: Marks): RegExp => new RegExp(`^(?:${marks.join('|')})$`, 'i');

/**
 * Said only by a start, or by an end: HiSilicon's reason and loader (BC95, BC28, SARA-N2: `Boot: Unsigned`, `Security B.. Verified`),
 * the word in place of OK, MediaTek's, Xinyi's and SIMCom's farewell, Lierda's loader, Neoway's and Sequans' start.
 */
const starts: Marks = [
  'REBOOT_CAUSE_\\w+',
  'REBOOTING\\.*',
  'RESETT?ING\\.*',
  'Boot: *\\w+',
  ...['Security', 'Protocol', 'Apps'].map((core) => `${core} [A-Z.]+ *Verified`),
  ...['NORMAL POWER', 'POWER', 'UNDER-VOLTAGE POWER', 'OVER-VOLTAGE POWER'].map((power) => `${power}(?:ED)? DOWN`),
  'Bootup Completed!*',
  'MODEM: *STARTUP',
  '\\+PBREADY',
  ...['\\+', '\\^'].flatMap((mark) => ['START(?: [A-Z ]+)?', 'SHDN'].map((end) => `${mark}SYS${end}`)),
  '\\+SHUTDOWN',
];
/**
 * Said by a start, and by some firmware also when it wakes from PSM with its session kept: M5311 and ME3616 (`*MATREADY`), MN31x
 * (`+MATREADY`; Xinyi's build for China Mobile without the plus), BC26 and BC66 (`RDY`, `APP RDY`), EC616 (`ECRDY`, `+POWERON`), Fibocom (`AT command
 * ready`, `+SIM READY`).
 */
const readies: Marks = [
  '\\*MATREADY: *1',
  '\\*ATREADY: *1',
  '\\+MATREADY(?:: *\\d+)?',
  'MATREADY',
  'RDY',
  ...['EC', '\\+EC', 'APP', 'AT'].flatMap((core) => [`${core}RDY`, `${core} RDY`]),
  'AT READY',
  'AT COMMAND READY',
  '\\+SIM READY',
  '\\+POWERON: *\\d+',
];
/** What follows the name of a board: `BC95-G`, `BC28-CNV`, `BC95-B8`, `ME3616-G1A`. */
const variant = '(?:-[A-Z0-9]+)*';
/** Names that a start prints alone on a line. */
const banners: Marks = [
  'Neul',
  'Lierda',
  'Quectel',
  'u-blox',
  'SIMCOM',
  ...['M531[0-3]', 'MN31\\d', 'ME3616'].map((board) => `${board}${variant}`),
  ...[2, 3, 6, 9].map((digit) => `BC${digit}\\d{1,2}[A-Z]{0,3}${variant}`),
  ...['73', '86', '08'].flatMap((board) => ['NB', 'WH-NB'].map((family) => `${family}${board}${variant}`)),
  'SIM70\\d\\d[A-Z]*',
];
const [startMarks, readyMarks, bootBanners] = [anyOf(starts), anyOf(readies), anyOf(banners)];
/**
 * TS 27.007 §8.2 and §8.3 have these as answers only; unasked and both together, the module starts (M5311, ME3616, BC26), whatever
 * its card does.
 */
const startSetting = /^\+C(?:(FUN: *1)|PIN: *(?:READY|SIM PIN|SIM PUK|NOT (?:READY|INSERTED)))$/i;
const settingLetters: ReadonlySet<number> = new Set(['f', 'p'].map((letter) => letter.charCodeAt(0)));

const PLACES = 1024;
/** Marked where a line that begins as a boot line does is, by {@link placeOf}. Most stand elsewhere and need no regular expression. */
const bootPlaces = new Uint8Array(PLACES);
for (const mark of [...starts, ...readies, ...banners]) bootPlaces[placeOf(mark.replaceAll('\\', ''))] = 1;

/** A number of the first three characters, whatever their case. */
function placeOf(text: string): number {
  const [first, second, third] = [text.charCodeAt(0) | SMALL, text.charCodeAt(1) | SMALL, text.charCodeAt(2) | SMALL];
  return ((first * 31 + second) * 31 + third) % PLACES;
}

/** The word that takes the place of OK, or follows it, when a command restarts the module (mipl-at.md §1). */
export function isRestartResult(line: string): boolean {
  return isBootLine(line) && /^(?:REBOOT|RESETT?)ING\.*$/i.test(line.trim());
}

/** A line a module prints when it starts, and that may equally be its answer to a question for maker or model. */
export function isBootBanner(line: string): boolean {
  return bootBanners.test(line.trim());
}

/**
 * A line a module prints when it starts (marks seen on M5310, M5311, ME3616, MN31x and HiSilicon boards): all it knew of
 * objects and sessions is gone.
 */
export function isBootLine(line: string): boolean {
  if (isPrinted(line.charCodeAt(0)) && bootPlaces[placeOf(line)] === 0) return false;
  const text = line.trim();
  return startMarks.test(text) || readyMarks.test(text) || bootBanners.test(text);
}

/** A boot line that some firmware says also when it wakes from power saving with everything kept. */
export function isReadyMark(line: string): boolean {
  return readyMarks.test(line.trim());
}

/** Which of the two settings that a start prints together a line has; undefined for any other line. */
export function startSettingOf(line: string): number | undefined {
  // Most lines are told by their third character.
  if (isPrinted(line.charCodeAt(0)) && !settingLetters.has(line.charCodeAt(2) | SMALL)) return undefined;
  const match = startSetting.exec(line.trim());
  if (!match) return undefined;
  return match[1] === undefined ? 1 : 0;
}

/** `+CME ERROR` numbers, TS 27.007 §9.2; 159 as Quectel's HiSilicon modules use it. */
const cmeMeanings: Readonly<Record<number, BilingualName>> = {
  0: { zh: '模组故障', en: 'module failure' },
  1: { zh: '与模组无连接', en: 'no connection to the module' },
  3: { zh: '不允许该操作', en: 'operation not allowed' },
  4: { zh: '不支持该操作', en: 'operation not supported' },
  5: { zh: '需要 PH-SIM PIN（机卡锁）', en: 'PH-SIM PIN required (locked to another module)' },
  10: { zh: '未插入 SIM 卡', en: 'SIM not inserted' },
  11: { zh: '需要 SIM PIN', en: 'SIM PIN required' },
  12: { zh: '需要 SIM PUK', en: 'SIM PUK required' },
  13: { zh: 'SIM 卡故障', en: 'SIM failure' },
  14: { zh: 'SIM 卡忙', en: 'SIM busy' },
  15: { zh: 'SIM 卡错误', en: 'SIM wrong' },
  16: { zh: '密码错误', en: 'incorrect password' },
  17: { zh: '需要 SIM PIN2', en: 'SIM PIN2 required' },
  18: { zh: '需要 SIM PUK2', en: 'SIM PUK2 required' },
  20: { zh: '存储器已满', en: 'memory full' },
  21: { zh: '索引无效', en: 'invalid index' },
  22: { zh: '未找到', en: 'not found' },
  23: { zh: '存储器故障', en: 'memory failure' },
  24: { zh: '文本过长', en: 'text string too long' },
  25: { zh: '文本含无效字符', en: 'invalid characters in text string' },
  30: { zh: '无网络服务', en: 'no network service' },
  31: { zh: '网络超时', en: 'network timeout' },
  32: { zh: '网络不允许（仅紧急呼叫）', en: 'network not allowed – emergency calls only' },
  50: { zh: '参数错误', en: 'incorrect parameters' },
  51: { zh: '命令当前不可用', en: 'command currently disabled' },
  52: { zh: '命令被用户中止', en: 'command aborted by user' },
  53: { zh: '功能受限，未附着网络', en: 'not attached to network due to MT functionality restrictions' },
  55: { zh: '功能受限，不允许该操作', en: 'operation not allowed because of MT functionality restrictions' },
  100: { zh: '未知错误', en: 'unknown error' },
  103: { zh: 'SIM 卡被网络拒绝（非法用户）', en: 'SIM card rejected by the network (illegal MS)' },
  106: { zh: '设备被网络拒绝（非法设备）', en: 'device rejected by the network (illegal ME)' },
  107: { zh: '不允许分组业务', en: 'GPRS services not allowed' },
  111: { zh: '不允许该运营商网络', en: 'PLMN not allowed' },
  112: { zh: '不允许该位置区', en: 'location area not allowed' },
  113: { zh: '该位置区不允许漫游', en: 'roaming not allowed in this location area' },
  132: { zh: '不支持该业务选项', en: 'service option not supported' },
  133: { zh: '未签约该业务选项', en: 'requested service option not subscribed' },
  134: { zh: '业务选项暂时不可用', en: 'service option temporarily out of order' },
  148: { zh: '分组业务未知错误', en: 'unspecified GPRS error' },
  149: { zh: 'PDP 鉴权失败', en: 'PDP authentication failure' },
  159: { zh: '上行忙（流控）', en: 'uplink busy, flow control' },
};

/** `+CMS ERROR` numbers, TS 27.005 §3.2.5; the few that a data-only module prints. */
const cmsMeanings: Readonly<Record<number, BilingualName>> = {
  300: { zh: '模组故障', en: 'ME failure' },
  302: { zh: '不允许该操作', en: 'operation not allowed' },
  303: { zh: '不支持该操作', en: 'operation not supported' },
  304: { zh: 'PDU 模式参数无效', en: 'invalid PDU mode parameter' },
  305: { zh: '文本模式参数无效', en: 'invalid text mode parameter' },
  310: { zh: '未插入 SIM 卡', en: 'SIM not inserted' },
  311: { zh: '需要 SIM PIN', en: 'SIM PIN required' },
  313: { zh: 'SIM 卡故障', en: 'SIM failure' },
  314: { zh: 'SIM 卡忙', en: 'SIM busy' },
  320: { zh: '存储器故障', en: 'memory failure' },
  321: { zh: '存储索引无效', en: 'invalid memory index' },
  322: { zh: '存储器已满', en: 'memory full' },
  330: { zh: '短信中心地址未知', en: 'SMSC address unknown' },
  331: { zh: '无网络服务', en: 'no network service' },
  332: { zh: '网络超时', en: 'network timeout' },
  500: { zh: '未知错误', en: 'unknown error' },
};

/** What a standard error number means, or undefined when the standard has none. `+CIS` numbers: main/mipl/codes.ts. */
export function resultMeaning(code: 'AT_CME' | 'AT_CMS', number: number): BilingualName | undefined {
  return (code === 'AT_CME' ? cmeMeanings : cmsMeanings)[number];
}
