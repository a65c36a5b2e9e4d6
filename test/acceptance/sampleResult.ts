import type { CaseResult, Verdict } from '../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../shared/acceptanceResult.ts';
import { documentCases, infoOf } from '../../main/acceptance/cases/cases.ts';

const startedMs = Date.UTC(2026, 10, 22, 6, 0, 0);
const reasons: Readonly<Record<Verdict, CaseResult['reason']>> = {
  passed: undefined,
  failed: { zh: '终端以结果 11 拒绝', en: 'the device refused it with result 11' },
  inconclusive: { zh: '平台不接受 api-key', en: 'the platform does not accept the api-key' },
  skipped: { zh: '由测试人员跳过：未选择', en: 'skipped by operator: not selected' },
};

/** A result with every verdict in it. Texts of module and platform may be replaced by hostile ones. */
export function sampleResult(hostile = ''): AcceptanceResult {
  const order: readonly Verdict[] = ['passed', 'failed', 'passed', 'inconclusive', 'skipped'];
  const cases = documentCases.map((definition, index): CaseResult => {
    const verdict = order[index % order.length] as Verdict;
    const reason = reasons[verdict];
    return {
      ...infoOf(definition),
      position: index + 1,
      verdict,
      ...(reason ? { reason } : {}),
      checks: definition.checks.map(({ criterion }) => ({
        criterion,
        outcome: verdict === 'failed' ? 'failed' : 'met',
      })),
      lines: [
        { atMs: startedMs + index, kind: 'person', text: `AT+MIPLVER?${hostile}`, isDecisive: true },
        { atMs: startedMs + index + 5, kind: 'unasked', text: `+MIPLREAD:0,${index},3303,0,5700` },
      ],
      omittedLines: index,
      calls: [
        {
          curl: `curl 'http://127.0.0.1/nbiot?imei=869334030000010&obj_id=3303'`,
          status: 'done',
          answer: `{"errno":0}${hostile}`,
        },
      ],
      remarks: [],
      startedMs,
      durationMs: 1234,
    };
  });
  return {
    format: 'mipl-acceptance-result',
    version: 1,
    app: '1.2.3',
    plan: 'OneNET M5310 LwM2M',
    port: `/dev/ttyUSB0${hostile}`,
    platform: 'host',
    platformHost: 'https://api.heclouds.com',
    simulated: [],
    startedMs,
    finishedMs: startedMs + 90_000,
    isComplete: true,
    identity: {
      manufacturer: 'CMCC',
      model: `M5310${hostile}`,
      firmware: 'V100R100C10B657SP2',
      imei: '869334030000010',
      imsi: '460041234567899',
      iccid: '89860469334030000010',
    },
    dialect: { name: 'cis', source: 'detected', evidence: 'AT+MIPLCREATEEX=? → AT_ERROR' },
    network: { registration: 1, tac: '19E6', cellId: '94', apn: 'nbiot' },
    signal: [0, 1, 2, 3].map((step) => ({
      atMs: startedMs + step * 1000,
      rssiDbm: -75 - step,
      rsrpDbm: -86.5,
      snrDb: 14,
    })),
    answerTimes: { count: 12, lateCount: 1, lastMs: 20, p50Ms: 40, p95Ms: 90, worstMs: 3100 },
    deviations: [{ zh: '不锁频', en: 'no frequency is locked' }],
    cases,
    journal: { name: 'session_0010.mipl.ndjson', bytes: 1000, lines: 10, sha256: '0123456789abcdef'.repeat(4) },
  };
}

/** What a module might print to dress up as something else. */
export const hostileText = `<script>alert(1)</script>"'><img src=http://127.0.0.1:9/x onerror=alert(2)>&amp;]]><!--\u0000\u001b[31m\u202e`;
