import type { CaseResult, EvidenceSource, Verdict } from '../../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../../shared/acceptanceResult.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import { say } from '../cases/words.ts';

export const verdictTexts: Readonly<Record<Verdict, BilingualName>> = {
  passed: say('通过', 'passed'),
  failed: say('未通过', 'failed'),
  inconclusive: say('无法判定', 'inconclusive'),
  skipped: say('跳过', 'skipped'),
};

/** Verdicts are never told by colour alone. */
export const verdictSigns: Readonly<Record<Verdict, string>> = {
  passed: '✓',
  failed: '✗',
  inconclusive: '?',
  skipped: '–',
};

export const outcomeTexts: Readonly<Record<CaseResult['checks'][number]['outcome'], BilingualName>> = {
  met: say('满足', 'met'),
  failed: say('不满足', 'not met'),
  missing: say('缺少依据', 'no evidence'),
  notSeen: say('未检查', 'not checked'),
};

export const sourceTexts: Readonly<Record<EvidenceSource, BilingualName>> = {
  at: say('AT 应答', 'AT answers'),
  event: say('模组事件', 'events'),
  platform: say('平台返回', 'platform answers'),
};

export const platformTexts: Readonly<Record<AcceptanceResult['platform'], BilingualName>> = {
  simulated: say('内置模拟平台', 'built-in simulated platform'),
  host: say('平台 API', "the platform's API"),
  operator: say('人工操作', 'by hand'),
};

/** Every fixed text of the report. */
export const texts = {
  title: say('OneNET 接入验收报告', 'OneNET acceptance report'),
  summary: say('总体结论', 'Summary'),
  allPassed: say('全部通过', 'All passed'),
  notAllPassed: say('未全部通过', 'Not everything passed'),
  incomplete: say('测试中途停止，报告不完整', 'The run was stopped; this report is incomplete'),
  device: say('设备', 'Device'),
  manufacturer: say('厂商', 'Manufacturer'),
  model: say('型号', 'Model'),
  firmware: say('固件', 'Firmware'),
  suiteVersion: say('通信套件版本', 'Communication suite version'),
  dialect: say('AT 指令集', 'AT command set'),
  port: say('串口', 'Port'),
  platform: say('平台', 'Platform'),
  plan: say('验收计划', 'Plan'),
  started: say('开始', 'Started'),
  duration: say('用时', 'Duration'),
  program: say('程序', 'Program'),
  network: say('网络', 'Network'),
  registration: say('入网状态', 'Network registration'),
  cell: say('小区', 'Cell'),
  area: say('跟踪区', 'Tracking area'),
  apn: say('APN', 'APN'),
  signal: say('信号', 'Signal'),
  noSignal: say('没有测量值', 'Nothing was measured'),
  answerTimes: say('应答用时', 'Answer times'),
  answers: say('应答数', 'Answers'),
  median: say('p50（中位数）', 'p50 (median)'),
  p95: say('p95', 'p95'),
  worst: say('最长', 'Worst'),
  late: say('超时（超过应答时限）', 'Late (after the deadline)'),
  verdicts: say('用例', 'Cases'),
  number: say('序号', 'No.'),
  section: say('章节', 'Section'),
  caseTitle: say('用例', 'Case'),
  verdict: say('结论', 'Verdict'),
  time: say('用时', 'Time'),
  reason: say('原因', 'Reason'),
  details: say('判定依据', 'Evidence'),
  preconditions: say('前提', 'Preconditions'),
  steps: say('步骤', 'Steps'),
  criterion: say('判定标准', 'Criterion'),
  seenIn: say('依据来源', 'Evidence from'),
  remarks: say('备注', 'Remarks'),
  lines: say('AT 日志', 'AT log'),
  omitted: say('省略的行数', 'Lines left out'),
  calls: say('平台调用', 'Platform calls'),
  deviations: say('与文档的差异', 'Deviations from the document'),
  journal: say('会话日志文件', 'Journal'),
  unreadable: say('日志文件无法读取', 'The journal cannot be read'),
  left: say('测试期间被删除或移走的日志', 'Journal removed or moved during the run'),
  wentOn: say('日志继续写入', 'The journal went on in'),
  qr: say('设备标识（IMEI;IMSI）', 'Identity (IMEI;IMSI)'),
  signatures: say('签字', 'Signatures'),
  technician: say('测试人员', 'Technician'),
  customer: say('客户代表', 'Customer'),
  dateAndName: say('签名、日期', 'Signature, date'),
  hashed: say('校验的字节数（文件开头）', 'Bytes in the checksum, from the beginning'),
  site: say('测试地点', 'Site'),
  operator: say('测试人员', 'Technician'),
  notes: say('说明', 'Notes'),
  note: say('说明', 'Note'),
  size: say('行数 / 字节数', 'Lines / bytes'),
  masked: say('已脱敏，可对外分享，不作签字依据', 'Masked copy: may be shared, not for sign-off'),
} as const;
