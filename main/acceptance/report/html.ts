import type { CaseResult } from '../../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../../shared/acceptanceResult.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import { localTime } from '../../../shared/localTime.ts';
import { certificate, titleOf } from './certificate.ts';
import { certificateNumber, isPractice } from './certificateFacts.ts';
import { certificateStyle } from './certificateStyle.ts';
import { Html, markup, speaker } from './markup.ts';
import { signalChart, signalWords } from './signalChart.ts';
import { reportStyle } from './style.ts';
import { outcomeTexts, platformTexts, sourceTexts, texts, verdictSigns, verdictTexts } from './texts.ts';
import type { ReportLanguage } from '../../../shared/acceptance.ts';

/** How a report is written. */
export interface HtmlOptions {
  readonly language: ReportLanguage;
  /** Identities are stand-ins: said on the page, and no QR code is drawn. */
  readonly isMasked?: boolean;
  /** On paper nothing can be unfolded. */
  readonly isPrinted?: boolean;
}

/** A place in the document must not look like the place in the plan. */
const chapter = ({ section }: Pick<CaseResult, 'section'>): string =>
  section === '' ? '' : `§${section.replaceAll(' ', '')}`;

type Say = (name: BilingualName) => Html;

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(milliseconds < 9950 ? 2 : 1)} s`;

function clock(atMs: number): string {
  const { date, time } = localTime(atMs);
  return `${date} ${time}`;
}

/** A table of names and values; what is not known is left out. */
function facts(say: Say, rows: readonly (readonly [BilingualName, Html | string | number | undefined])[]): Html {
  const known = rows.filter(([, value]) => value !== undefined && value !== '');
  return markup`<table class="facts">
    <tbody>
      ${known.map(
        ([name, value]) =>
          markup`<tr>
            <th scope="row">${say(name)}</th>
            <td>${value}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

const verdictOf = (say: Say, { verdict }: Pick<CaseResult, 'verdict'>): Html =>
  markup`<span class="verdict ${verdict}">${verdictSigns[verdict]} ${say(verdictTexts[verdict])}</span>`;

function device(say: Say, result: AcceptanceResult): Html {
  const { identity, dialect, port, platform, platformHost, plan, startedMs, finishedMs, app, details } = result;
  const asked = markup`${say(platformTexts[platform])}${platformHost === undefined ? '' : ` ${platformHost}`}`;
  const rows = facts(say, [
    [texts.manufacturer, identity.manufacturer],
    [texts.model, identity.model],
    [texts.firmware, identity.firmware],
    [texts.suiteVersion, identity.miplVersion],
    [{ zh: 'IMEI', en: 'IMEI' }, identity.imei],
    [{ zh: 'IMSI', en: 'IMSI' }, identity.imsi],
    [{ zh: 'ICCID', en: 'ICCID' }, identity.iccid],
    [texts.dialect, `${dialect.name}${dialect.evidence === undefined ? '' : ` — ${dialect.evidence}`}`],
    [texts.port, port],
    [texts.platform, asked],
    [texts.plan, plan],
    [texts.site, details?.site],
    [texts.operator, details?.operator],
    [texts.started, clock(startedMs)],
    [texts.duration, seconds(finishedMs - startedMs)],
    [texts.program, `MIPL Field Tool ${app}`],
  ]);
  const notes = details?.notes ?? '';
  return markup`<h2>${say(texts.device)}</h2>
    ${rows}
    ${
      notes === ''
        ? undefined
        : markup`<h2>${say(texts.notes)}</h2>
            <p class="free">${notes}</p>`
    }`;
}

function network(say: Say, { network: state, signal, answerTimes }: AcceptanceResult): Html {
  const times = answerTimes;
  const chart = signalChart(signal);
  const inMs = (value = Number.NaN): string | undefined => {
    if (Number.isNaN(value)) return undefined;
    return value < 1000 ? `${Math.round(value)} ms` : seconds(value);
  };
  return markup`<h2>${say(texts.network)}</h2>
    ${facts(say, [
      [texts.registration, state.registration === undefined ? undefined : `+CEREG ${state.registration}`],
      [texts.area, state.tac],
      [texts.cell, state.cellId],
      [texts.apn, state.apn],
    ])}
    <h2>${say(texts.signal)}</h2>
    ${chart ? markup`<figure>${chart}<figcaption>${say(signalWords(signal))}</figcaption></figure>` : markup`<p>${say(texts.noSignal)}</p>`}
    <h2>${say(texts.answerTimes)}</h2>
    ${facts(say, [
      [texts.answers, times.count],
      [texts.median, inMs(times.p50Ms)],
      [texts.p95, inMs(times.p95Ms)],
      [texts.worst, inMs(times.worstMs)],
      [texts.late, times.lateCount],
    ])}`;
}

function caseTable(say: Say, { cases }: AcceptanceResult): Html {
  const rows = cases.map(
    (one) =>
      markup`<tr>
        <td class="narrow">${one.position}</td>
        <td class="section">${chapter(one)}</td>
        <td>${say(one.title)}</td>
        <td class="verdict">${verdictOf(say, one)}</td>
        <td>
          ${one.reason ? say(one.reason) : ''}
          ${one.note === undefined ? '' : markup`<p>${say(texts.note)}: ${one.note}</p>`}
        </td>
        <td class="time">${one.verdict === 'skipped' ? '' : seconds(one.durationMs)}</td>
      </tr>`,
  );
  return markup`<h2>${say(texts.verdicts)}</h2>
    <table class="cases">
      <thead>
        <tr>
          <th class="narrow">${say(texts.number)}</th>
          <th class="section">${say(texts.section)}</th>
          <th>${say(texts.caseTitle)}</th>
          <th class="verdict">${say(texts.verdict)}</th>
          <th>${say(texts.reason)}</th>
          <th class="time">${say(texts.time)}</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`;
}

const marks = { person: '→', engine: '→', answer: '←', unasked: '⇐', note: '#' } as const;

function linesOf(say: Say, { lines, omittedLines }: CaseResult): Html {
  const rows = lines.map(({ atMs, kind, text, isDecisive }) => {
    const { time } = localTime(atMs);
    const row = `${time} ${marks[kind]} ${text}`;
    return isDecisive ? markup`<mark>${row}</mark>\n` : markup`${row}\n`;
  });
  return markup`<pre>${rows}</pre>
    ${omittedLines > 0 ? markup`${say(texts.omitted)}: ${omittedLines}` : undefined}`;
}

/** Names with what there is to say about them; what there is nothing about is left out. */
function described(
  say: Say,
  className: string,
  rows: readonly (readonly [name: BilingualName, text: Html | undefined])[],
): Html | undefined {
  const known = rows.filter(([, text]) => text !== undefined);
  if (known.length === 0) return undefined;
  return markup`<dl class="${className}">
    ${known.map(
      ([name, text]) =>
        markup`<dt>${say(name)}</dt>
          <dd>${text}</dd>`,
    )}
  </dl>`;
}

function details(say: Say, one: CaseResult, isPrinted: boolean): Html {
  const list = (items: readonly BilingualName[]): Html =>
    markup`<ol>
      ${items.map((item) => markup`<li>${say(item)}</li>`)}
    </ol>`;
  const checks = one.checks.map(
    ({ criterion, outcome, reason }) =>
      markup`<li>${say(criterion)} — ${say(outcomeTexts[outcome])}${reason ? markup`: ${say(reason)}` : ''}</li>`,
  );
  const calls = one.calls.map(
    ({ curl, answer, durationMs }) =>
      markup`<pre>${curl}${answer === undefined ? '' : `\n\n${answer}`}${durationMs === undefined ? '' : `\n${seconds(durationMs)}`}</pre>`,
  );
  const criterion =
    checks.length === 0
      ? say(one.criterion)
      : markup`<ul>
          ${checks}
        </ul>`;
  const seenIn = markup`${one.sources.map((source, index) => markup`${index > 0 ? ' · ' : ''}${say(sourceTexts[source])}`)}`;
  return markup`<details
    id="case-${one.position}"
    ${isPrinted || one.verdict === 'failed' || one.verdict === 'inconclusive' ? new Html(' open') : ''}
  >
    <summary>
      <h3>${one.position}. ${chapter(one)} ${say(one.title)}</h3>
      ${verdictOf(say, one)}
    </summary>
    ${described(say, 'whole', [
      [texts.reason, one.reason && say(one.reason)],
      [texts.preconditions, say(one.preconditions)],
      [texts.steps, list(one.steps)],
      [texts.criterion, criterion],
      [texts.seenIn, seenIn],
      [texts.remarks, one.remarks.length > 0 ? list(one.remarks) : undefined],
    ])}
    ${described(say, 'evidence', [
      [texts.lines, one.lines.length > 0 ? linesOf(say, one) : undefined],
      [texts.calls, calls.length > 0 ? markup`${calls}` : undefined],
    ])}
  </details>`;
}

function closing(say: Say, { deviations, journal }: AcceptanceResult): Html {
  return markup`<h2>${say(texts.deviations)}</h2>
    <ul>
      ${deviations.map((one) => markup`<li>${say(one)}</li>`)}
    </ul>
    <section class="whole">
    <h2>${say(texts.journal)}</h2>
    ${
      journal
        ? facts(say, [
            [texts.journal, journal.name],
            [{ zh: 'SHA-256', en: 'SHA-256' }, journal.sha256 ?? say(texts.unreadable)],
            [texts.left, journal.left?.join('\n')],
            [texts.wentOn, journal.file],
            [texts.hashed, journal.hashedBytes],
            [texts.size, `${journal.lines} / ${journal.bytes} B`],
          ])
        : markup`<p>–</p>`
    }
    </section>`;
}

/** Across every page of a practice. */
const bandWords = (language: ReportLanguage): string =>
  ({ both: '练习 PRACTICE', zh: '练习 PRACTICE', en: 'PRACTICE' })[language];

/**
 * The report as one HTML file: style inside, no script, nothing fetched; its own content policy forbids both. Everything
 * the module or the platform said is escaped.
 */
export function htmlReport(
  result: AcceptanceResult,
  { language, isMasked = false, isPrinted = false }: HtmlOptions,
): string {
  const say = speaker(language);
  const { zh, en } = titleOf(result);
  const title = language === 'both' ? `${zh} ${en}` : { zh, en }[language];
  const tried = result.cases.filter(({ verdict }) => verdict !== 'skipped');
  return markup`<!doctype html>
    <html lang="${language === 'en' ? 'en' : 'zh-CN'}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title} · ${certificateNumber(result)}</title>
        <style>
          ${new Html(reportStyle)}${new Html(certificateStyle)}
        </style>
      </head>
      <body>
        ${isPractice(result) ? markup`<div class="band" data-words="${bandWords(language)}"></div>` : undefined}
        <main>
          ${certificate(say, result, isMasked)}
          ${caseTable(say, result)}${device(say, result)}${network(say, result)}
          ${
            tried.length === 0
              ? undefined
              : markup`<h2>${say(texts.details)}</h2>
                  ${tried.map((one) => details(say, one, isPrinted))}`
          }
          ${closing(say, result)}
        </main>
      </body>
    </html>
`.text;
}
