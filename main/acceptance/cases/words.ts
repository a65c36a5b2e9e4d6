import type { Fault } from '../../../shared/errors.ts';
import { faultWhat } from '../../../shared/faultWords.ts';
import { lineTranslate } from '../../../shared/lineTexts.ts';
import { speak } from '../../../shared/phrase.ts';
import type { Phrase } from '../../../shared/phrase.ts';
import type { DialectName } from '../../../shared/settings.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';

/** A text in both languages of the report. */
export const say = (zh: string, en: string): BilingualName => ({ zh, en });

const faultWords: Readonly<Partial<Record<Fault['code'], BilingualName>>> = {
  AT_TIMEOUT: say('模组在时限内没有应答', 'the module did not answer in time'),
  AT_SILENT: say('模组对 AT 无应答', 'the module does not answer AT'),
  AT_ERROR: say('模组拒绝了命令', 'the module refused the command'),
  AT_CME: say('模组拒绝了命令（+CME ERROR）', 'the module refused the command (+CME ERROR)'),
  AT_CIS: say('模组拒绝了命令（+CIS ERROR）', 'the module refused the command (+CIS ERROR)'),
  AT_RESTARTED: say('模组已重启', 'the module restarted'),
  MIPL_EVENT_TIMEOUT: say('未收到应有的事件', 'the expected event did not come'),
  MIPL_REFUSED: say('模组上报了失败事件', 'the module reported a failure'),
  MIPL_NOT_REGISTERED: say('设备未注册', 'the device is not registered'),
  MIPL_NOT_OBSERVED: say('平台没有观察该资源', 'the platform does not observe the resource'),
  PORT_NOT_OPEN: say('串口未打开', 'the port is not open'),
  PORT_LOST: say('串口连接丢失', 'the connection was lost'),
  NETWORK_TIMEOUT: say('在时限内没有入网', 'no network within the time limit'),
  NETWORK_DENIED: say('网络拒绝入网', 'the network denied registration'),
  SIM_NOT_READY: say('读不到 SIM 卡', 'the SIM card cannot be read'),
  PLATFORM_KEY: say('平台不接受 api-key', 'the platform does not accept the api-key'),
  PLATFORM_OFFLINE: say('平台显示设备离线', 'the platform shows the device offline'),
  PLATFORM_TIMEOUT: say('平台没有按时应答', 'no answer from the platform in time'),
  PLATFORM_REFUSED: say('平台返回操作失败', 'the platform reported a failure'),
  PLATFORM_BAD_REQUEST: say('平台返回请求有误', 'the platform rejected the call'),
  PLATFORM_UNREACHABLE: say('无法连接平台', 'the platform cannot be reached'),
  PLATFORM_ANSWER: say('平台返回的内容无法识别', "the platform's answer cannot be read"),
  BAD_ARGUMENT: say('条件不成立', 'the condition does not hold'),
  CANCELLED: say('已停止', 'it was stopped'),
};

const [inChinese, inEnglish] = [lineTranslate('zh'), lineTranslate('en')];

/** A sentence that the screen has, too, in both languages of the report. */
export const spoken = (sentence: Phrase): BilingualName => say(speak(sentence, inChinese), speak(sentence, inEnglish));

/** A sentence of the screen, to stand within one: without its full stop. */
function within({ zh, en }: BilingualName): BilingualName {
  return say(zh.replace(/。$/, ''), en.replace(/\.$/, ''));
}

/** What a fault means. What the platform itself has said about it stands behind; the module's own words are in the lines. */
export function faultMeaning(fault: Fault, dialect: DialectName = 'cis'): BilingualName {
  const what = faultWords[fault.code] ?? within(spoken(faultWhat(fault, dialect)));
  const isOfPlatform = fault.code.startsWith('PLATFORM_') && fault.message !== '';
  return isOfPlatform ? because(what, say(fault.message, fault.message)) : what;
}

/** A statement and what is known of its reason. */
export const because = (what: BilingualName, why: BilingualName): BilingualName =>
  say(`${what.zh}：${why.zh}`, `${what.en}: ${why.en}`);

/** What happened and what it kept from happening. */
export const so = (why: BilingualName, what: BilingualName): BilingualName =>
  say(`${why.zh}，因此${what.zh}`, `${why.en}, so ${what.en}`);
