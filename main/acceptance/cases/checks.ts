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
import { because, faultText, say } from './words.ts';
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
  fault ? faultText(fault) : say('平台没有按时应答', 'no answer from the platform in time');

/** A command that was not sent: what came before it went wrong, or the time was over. */
function notSent(evidence: Evidence, name: string): Finding {
  const [first] = evidence.faults;
  const what = say(`${name} 没有发送`, `${name} was not sent`);
  // Nobody observes what nobody was asked to.
  const why = first?.fault.code === 'MIPL_NOT_OBSERVED' ? unheard(evidence) : undefined;
  if (why) return missing(because(what, why));
  if (first) return failed(because(what, faultText(first.fault)));
  return evidence.isOverdue ? failed(because(what, say('超过时限', 'the time limit was over'))) : missing(what);
}

/** The command was answered with something else than OK, or not at all; or it was never sent. */
function refusedOr(evidence: Evidence, title: string, bad: readonly SeenExchange[]): Finding {
  const last = bad.at(-1);
  if (!last) return notSent(evidence, title);
  const { command, final } = last;
  return failed(
    final === undefined
      ? say(`${command.text} 没有应答`, `${command.text} was not answered`)
      : say(`${command.text} 返回 ${final.text}`, `${command.text} was answered ${final.text}`),
    ...linesOf(last),
  );
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
      return failed(say(`返回的是 ${printed}`, `the answer was ${printed}`), ...linesOf(exchange));
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
      const [first] = refused;
      if (first) {
        const said = numberIn(first, 'event') ?? 0;
        return failed(
          say(`收到 ${first.text}（${eventWord(said)}）`, `${first.text} arrived: ${eventMeanings[said]?.meaning}`),
          ...refused,
        );
      }
      const none = say('未收到', 'it did not arrive');
      const fault = evidence.faults[0]?.fault;
      return failed(fault ? because(none, faultText(fault)) : none, ...urcsOf(evidence, '+MIPLEVENT'));
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
        const none = say('未收到', 'it did not arrive');
        // Some firmware answers by itself and shows nothing: then the platform's word has to do.
        if (isAnsweredByModule(evidence, urc) && evidence.calls.some(({ status }) => status === 'done')) return met();
        const why = unheard(evidence);
        if (why) return missing(because(none, why));
        const told = evidence.calls.find(({ status }) => status === 'failed')?.fault;
        return failed(told ? because(none, faultText(told)) : none);
      }
      const lines = requestLinesOf(evidence, request);
      if (request.status === 'answered' || request.status === 'shown') return met(...lines);
      if (request.status === 'refused') {
        const result = request.result ?? 0;
        return failed(say(`设备拒绝（结果码 ${result}）`, `the device refused it with result ${result}`), ...lines);
      }
      const open = say('应答命令未返回 OK', 'the answer was not confirmed with OK');
      return failed(request.fault ? because(open, faultText(request.fault)) : open, ...lines);
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
            `未取得平台侧结果，请在 OneNET 控制台人工确认${call ? `：${call.curl}` : ''}`,
            `not seen on the platform: check it in the OneNET console${call ? `: ${call.curl}` : ''}`,
          ),
        );
      }
      if (!call) return notSent(evidence, kind);
      if (isNoAnswer(call)) return missing(silenceOf(call));
      if (call.fault) return failed(faultText(call.fault));
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
