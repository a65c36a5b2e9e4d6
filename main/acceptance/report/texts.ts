import type { CaseResult, EvidenceSource, Verdict } from '../../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../../shared/acceptanceResult.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import type { SignalWord } from '../../../shared/signal.ts';
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
  failed: '✕',
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

/** What a chapter of the document is about; the empty one is for cases of one's own. */
export const chapterTexts: Readonly<Record<string, BilingualName>> & { readonly '': BilingualName } = {
  '1': say('上电、入网', 'Power-on and network'),
  '2': say('UDP 通信', 'UDP'),
  '3.2': say('创建、添加对象、注册、更新', 'Create, objects, register, update'),
  '3.3': say('数据上报', 'Notify values'),
  '3.4': say('Bootstrap', 'Bootstrap'),
  '3.5': say('发现、读写、执行、写属性、观察、取消观察', 'Discover, read, write, execute, attributes, observe'),
  '3.6': say('注销、删除、再次注册', 'Deregister, delete, register again'),
  '': say('附加用例', 'Cases of this plan'),
};

export const signalTexts: Readonly<Record<SignalWord, BilingualName>> = {
  good: say('良好', 'good'),
  fair: say('一般', 'fair'),
  weak: say('较弱', 'weak'),
  poor: say('很差', 'poor'),
};

/** Every fixed text of the report. */
export const texts = {
  certificate: say('OneNET 接入验收证书', 'Certificate of acceptance, OneNET access'),
  practice: say('OneNET 接入验收练习', 'Practice run of the OneNET acceptance'),
  unfinished: say('OneNET 接入验收（未完成）', 'OneNET acceptance, not finished'),
  certificateNumber: say('编号', 'No.'),
  siteAndDevice: say('地点与设备', 'Site and device'),
  module: say('模组', 'Module'),
  measured: say('测量', 'Measured'),
  date: say('日期', 'Date'),
  answersMeasured: say('应答用时', 'Answer times'),
  powerSaving: say('省电', 'Power saving'),
  simulated: say('模拟', 'simulated'),
  simulatedValue: say('模拟值', 'simulated'),
  chapter: say('章节', 'Chapter'),
  subject: say('内容', 'Subject'),
  cases: say('项', 'Cases'),
  passedCases: say('通过', 'Passed'),
  result: say('结果', 'Result'),
  found: say('测得', 'Found'),
  total: say('合计', 'Total'),
  notRun: say('未执行', 'not run'),
  installer: say('施工方', 'Installer'),
  accepted: say('验收', 'accepted'),
  seen: say('已阅', 'seen'),
  name: say('姓名', 'Name'),
  practiceUnsigned: say('练习运行没有签字栏。', 'A practice run cannot be signed.'),
  practiceAdvice: say(
    '在真实模组和真实平台上重新执行验收，才能签字。',
    'Run the acceptance on a real module and the real platform.',
  ),
  unfinishedUnsigned: say('测试未完成，没有证书。', 'The run is not finished: there is no certificate.'),
  unfinishedAdvice: say(
    '继续执行剩余用例后，重新导出报告。',
    'Go on with the cases that are left, then export the report again.',
  ),
  maskedUnsigned: say('脱敏副本没有签字栏。', 'A share-safe copy cannot be signed.'),
  maskedAdvice: say(
    'IMEI、IMSI、ICCID 已替换，地点和人员已省略。签字使用原始报告。',
    'IMEI, IMSI and ICCID are replaced, site and people left out. The full report is the one to sign.',
  ),
  shareSafe: say('脱敏副本', 'share-safe copy'),
  evidenceFollows: say('证据见第 2 页起。', 'Evidence from page 2 on.'),
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
  antenna: say('天线位置', 'Antenna'),
  frequencyLock: say('频点锁定', 'Frequency lock'),
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
  customer: say('客户代表', 'Customer'),
  hashed: say('校验的字节数（文件开头）', 'Bytes in the checksum, from the beginning'),
  site: say('测试地点', 'Site'),
  operator: say('测试人员', 'Technician'),
  notes: say('说明', 'Notes'),
  note: say('说明', 'Note'),
  size: say('行数 / 字节数', 'Lines / bytes'),
} as const;
