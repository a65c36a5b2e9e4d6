import { eventPhrase } from '../../../shared/explain.ts';
import { lineTranslate } from '../../../shared/lineTexts.ts';
import { speak } from '../../../shared/phrase.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import type { PlatformCall, PlatformOperation, PlatformOperationKind } from '../../../shared/platform.ts';
import type { RequestKind } from '../../../shared/requestKinds.ts';
import { eventMeanings } from '../../mipl/codes.ts';
import { dialects } from '../../mipl/dialects.ts';
import {
  callsOf,
  eventsOf,
  exchangesOf,
  isNoAnswer,
  isOk,
  requestLinesOf,
  numberIn,
  requestsAbout,
  urcsOf,
} from '../run/evidence.ts';
import type { Evidence, SeenExchange } from '../run/evidence.ts';
import { faultSentence, refusalSentence, silenceSentence } from './faultSentence.ts';
import { because, faultMeaning, say, so } from './words.ts';
import type { EvidenceSource } from '../../../shared/acceptance.ts';

/** What a condition came to. `notSeen`: only the platform could tell, and the document does not ask for it. */
export interface Finding {
  readonly outcome: 'met' | 'failed' | 'missing' | 'notSeen';
  readonly reason?: BilingualName;
  /** Lines it was read from, by their sequence numbers. */
  readonly seqs: readonly number[];
}

/** One condition of a criterion: words for people and a pure function of the evidence. */
export interface Check {
  readonly criterion: BilingualName;
  readonly source: EvidenceSource;
  readonly judge: (evidence: Evidence) => Finding;
}

export const met = (...lines: readonly { readonly seq: number }[]): Finding => ({
  outcome: 'met',
  seqs: lines.map(({ seq }) => seq),
});
export const failed = (reason: BilingualName, ...lines: readonly { readonly seq: number }[]): Finding => ({
  outcome: 'failed',
  reason,
  seqs: lines.map(({ seq }) => seq),
});
export const missing = (reason: BilingualName): Finding => ({ outcome: 'missing', reason, seqs: [] });
const notSeen: Finding = { outcome: 'notSeen', seqs: [] };

const linesOf = ({ command, lines, final }: SeenExchange) => [command, ...lines, ...(final ? [final] : [])];

/** Why nothing was asked of the device, or nothing was heard of it; undefined where that says something about the device. */
function unheard({ platform, calls }: Evidence): BilingualName | undefined {
  if (platform === 'operator') return say('无人在平台侧操作', 'nobody made the call on the platform');
  const call = calls.find(isNoAnswer);
  return call && silenceOf(call);
}

const silenceOf = ({ fault }: PlatformCall): BilingualName =>
  fault ? faultMeaning(fault) : say('平台没有按时应答', 'no answer from the platform in time');

/** What went wrong first, as a sentence; undefined where nothing did. */
function firstFault({ faults, lines, dialect }: Evidence): BilingualName | undefined {
  const fault = faults[0]?.fault;
  return fault && faultSentence(fault, lines, dialect);
}

/** Something was not done: what came before it went wrong, or the time was over. */
function notDone(evidence: Evidence, what: BilingualName): Finding {
  // Nobody observes what nobody was asked to.
  const why = evidence.faults[0]?.fault.code === 'MIPL_NOT_OBSERVED' ? unheard(evidence) : undefined;
  if (why) return missing(so(why, what));
  const first = firstFault(evidence);
  if (first) return failed(so(first, what));
  return evidence.isOverdue ? failed(so(say('超过时限', 'the time limit was over'), what)) : missing(what);
}

const notSent = (name: string): BilingualName => say(`没有发送 ${name}`, `${name} was not sent`);

/** The command was answered with something else than OK, or not at all; or it was never sent. */
function refusedOr(evidence: Evidence, title: string, bad: readonly SeenExchange[]): Finding {
  const last = bad.at(-1);
  if (!last) return notDone(evidence, notSent(title));
  const { command, final } = last;
  if (final) return failed(refusalSentence(command, final, evidence.dialect), ...linesOf(last));
  const timeout = evidence.faults.find(({ fault }) => fault.code === 'AT_TIMEOUT')?.fault;
  return failed(silenceSentence(command, timeout?.detail), ...linesOf(last));
}

/** Every exchange of a command ended with OK; there is at least one. */
export function commandOk(name: string, title: string, form?: string): Check {
  return {
    criterion: say(`${title} 返回 OK`, `${title} is answered OK`),
    source: 'at',
    judge(evidence) {
      const exchanges = exchangesOf(evidence, name, form);
      const bad = exchanges.filter((exchange) => !isOk(exchange));
      if (bad.length > 0 || exchanges.length === 0) return refusedOr(evidence, title, bad);
      return met(...exchanges.flatMap(linesOf));
    },
  };
}

/** The last successful exchange of a command printed a line that `holds`. */
export function answerHolds(
  name: string,
  criterion: BilingualName,
  holds: (params: Readonly<Record<string, string | number>>, evidence: Evidence) => boolean,
): Check {
  return {
    criterion,
    source: 'at',
    judge(evidence) {
      const exchanges = exchangesOf(evidence, name);
      const exchange = exchanges.filter(isOk).at(-1);
      if (!exchange) return refusedOr(evidence, `AT${name}`, exchanges);
      const answers = exchange.lines.filter(({ decoded }) => decoded?.params !== undefined);
      if (answers.length === 0) {
        return failed(
          say(`${exchange.command.text} 没有返回内容`, `${exchange.command.text} printed nothing that could be read`),
          ...linesOf(exchange),
        );
      }
      const good = answers.find(({ decoded }) => holds(decoded?.params ?? {}, evidence));
      if (good) return met(exchange.command, good);
      const printed = answers.map(({ text }) => text).join(' ');
      return failed(
        say(`返回的是 ${printed}，应为：${criterion.zh}`, `the answer was ${printed}, expected: ${criterion.en}`),
        ...linesOf(exchange),
      );
    },
  };
}

const inChinese = lineTranslate('zh');
/** What an event means, in Chinese as the screen has it. */
function eventWord(number: number): string {
  return speak(eventPhrase(number), inChinese);
}

/** An event came. `refusals` are the events that mean it never will. */
export function eventSeen(number: number, refusals: readonly number[] = []): Check {
  const meaning = eventMeanings[number]?.meaning ?? '';
  return {
    criterion: say(`收到 +MIPLEVENT ${number}（${eventWord(number)}）`, `+MIPLEVENT ${number} (${meaning}) arrives`),
    source: 'event',
    judge(evidence) {
      const found = eventsOf(evidence, number);
      if (found.length > 0) return met(...found);
      const refused = eventsOf(evidence, ...refusals);
      const [sign] = refused;
      if (sign) {
        const said = numberIn(sign, 'event') ?? 0;
        return failed(
          say(`收到 ${sign.text}（${eventWord(said)}）`, `${sign.text} arrived: ${eventMeanings[said]?.meaning}`),
          ...refused,
        );
      }
      const first = evidence.faults[0]?.fault.code === 'MIPL_EVENT_TIMEOUT' ? undefined : firstFault(evidence);
      const none = first
        ? so(first, say(`没有收到事件 ${number}`, `event ${number} could not come`))
        : say(`没有收到事件 ${number}（${eventWord(number)}）`, `event ${number} (${meaning}) did not arrive`);
      return failed(none, ...urcsOf(evidence, '+MIPLEVENT'));
    },
  };
}

/** A request of the platform arrived and was answered with success, OK of the last line seen. */
export function requestAnswered(kind: RequestKind, path: string, urc: string): Check {
  return {
    criterion: say(`收到 ${urc} ${path} 并成功应答`, `${urc} for ${path} arrives and is answered with success`),
    source: 'event',
    judge(evidence) {
      const request = requestsAbout(evidence, kind, path).at(-1);
      if (!request) {
        const none = say(`没有收到 ${urc} ${path}`, `${urc} for ${path} did not arrive`);
        // Some firmware answers by itself and shows nothing: then the platform's word has to do.
        if (isAnsweredByModule(evidence, urc) && evidence.calls.some(({ status }) => status === 'done')) return met();
        const why = unheard(evidence);
        if (why) return missing(because(none, why));
        const told = evidence.calls.find(({ status }) => status === 'failed')?.fault;
        const first = told ? faultMeaning(told) : firstFault(evidence);
        return failed(first ? because(none, first) : none);
      }
      const lines = requestLinesOf(evidence, request);
      if (request.status === 'answered' || request.status === 'shown') return met(...lines);
      if (request.status === 'refused') {
        const result = request.result ?? 0;
        return failed(
          say(
            `设备拒绝了 ${urc} ${path}（结果码 ${result}）`,
            `the device refused ${urc} for ${path} with result ${result}`,
          ),
          ...lines,
        );
      }
      const open = say(
        `对 ${urc} ${path} 的应答没有返回 OK`,
        `the answer to ${urc} for ${path} was not confirmed with OK`,
      );
      return failed(
        request.fault ? because(open, faultSentence(request.fault, lines, evidence.dialect)) : open,
        ...lines,
      );
    },
  };
}

/** How the platform's part of a criterion counts where nobody asks it: the document wants it, or only shows it. */
export type PlatformWeight = 'required' | 'beside';

/** The last call of a kind says that it was done, and its answer `holds`. */
export function platformSays(
  kind: PlatformOperationKind,
  criterion: BilingualName,
  weight: PlatformWeight,
  {
    path,
    holds,
  }: {
    readonly path?: string;
    /** Undefined when it holds, else what is wrong with the answer. */
    readonly holds?: (call: PlatformCall, evidence: Evidence) => BilingualName | undefined;
  } = {},
): Check {
  return {
    criterion,
    source: 'platform',
    judge(evidence) {
      const call = callsOf(evidence, kind, path).at(-1);
      if (evidence.platform === 'operator') {
        if (weight === 'beside') return notSeen;
        return missing(
          say(
            '未取得平台侧结果，请在 OneNET 控制台人工确认',
            'not seen on the platform: check it in the OneNET console',
          ),
        );
      }
      if (!call) return notDone(evidence, say('没有询问平台', 'the platform was not asked'));
      if (isNoAnswer(call)) return missing(silenceOf(call));
      if (call.fault) return failed(faultMeaning(call.fault));
      const wrong = holds?.(call, evidence);
      return wrong ? failed(wrong) : met();
    },
  };
}

export const platformDone = (operation: PlatformOperation): Check =>
  platformSays(operation.kind, say('平台返回 errno 0（成功）', 'the platform answers errno 0 (success)'), 'beside', {
    ...('path' in operation ? { path: operation.path } : {}),
  });

/** True where the firmware answers requests of this name by itself and need not show them. */
export function isAnsweredByModule({ dialect }: Evidence, urc: string): boolean {
  return [...dialects[dialect].answersItself].some((name) => name === urc);
}
