import type { Fault } from '../../../shared/errors.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';

/** A text in both languages of the report. */
export const say = (zh: string, en: string): BilingualName => ({ zh, en });

const faultWords: Readonly<Partial<Record<Fault['code'], BilingualName>>> = {
  AT_TIMEOUT: say('模组在时限内没有应答', 'the module did not answer in time'),
  AT_SILENT: say('模组不再应答', 'the module has fallen silent'),
  AT_ERROR: say('模组拒绝了命令', 'the module refused the command'),
  AT_CME: say('模组拒绝了命令（+CME ERROR）', 'the module refused the command (+CME ERROR)'),
  AT_CIS: say('模组拒绝了命令（+CIS ERROR）', 'the module refused the command (+CIS ERROR)'),
  AT_RESTARTED: say('模组重新启动了', 'the module restarted'),
  MIPL_EVENT_TIMEOUT: say('预期的事件没有到来', 'the expected event did not come'),
  MIPL_REFUSED: say('模组报告了失败事件', 'the module told of a failure'),
  MIPL_NOT_REGISTERED: say('设备未注册', 'the device is not registered'),
  MIPL_NOT_OBSERVED: say('平台没有观察该资源', 'the platform does not observe the resource'),
  PORT_NOT_OPEN: say('端口未打开', 'the port is not open'),
  PORT_LOST: say('端口断开', 'the port was lost'),
  NETWORK_TIMEOUT: say('在时限内没有入网', 'no network within the time limit'),
  NETWORK_DENIED: say('网络拒绝注册', 'the network denies registration'),
  SIM_NOT_READY: say('SIM 卡不可用', 'the SIM is not ready'),
  PLATFORM_KEY: say('平台不接受 api-key', 'the platform does not accept the api-key'),
  PLATFORM_OFFLINE: say('平台认为设备不在线', 'to the platform the device is not online'),
  PLATFORM_TIMEOUT: say('平台没有按时应答', 'no answer from the platform in time'),
  PLATFORM_REFUSED: say('平台报告操作未成功', 'the platform says it did not succeed'),
  PLATFORM_BAD_REQUEST: say('平台认为请求有误', 'the platform takes the call for wrong'),
  PLATFORM_UNREACHABLE: say('无法连接平台', 'the platform cannot be reached'),
  PLATFORM_ANSWER: say('平台的应答无法识别', 'the answer of the platform makes no sense'),
  BAD_ARGUMENT: say('条件不成立', 'it does not hold'),
  CANCELLED: say('已停止', 'it was stopped'),
};

/** What a fault means, with the system's own words behind it. */
export function faultText(fault: Fault): BilingualName {
  const { zh, en } = faultWords[fault.code] ?? say(fault.code, fault.code);
  const own = fault.message === '' ? '' : `: ${fault.message}`;
  return say(`${zh}${own}`, `${en}${own}`);
}

/** Joins a text and what belongs behind it. */
export const because = (what: BilingualName, why: BilingualName): BilingualName =>
  say(`${what.zh}（${why.zh}）`, `${what.en} (${why.en})`);
