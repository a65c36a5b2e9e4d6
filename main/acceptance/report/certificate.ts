import { counted } from '../../../shared/plural.ts';
import type { AcceptanceResult } from '../../../shared/acceptanceResult.ts';
import { antennaLetters, bestPosition } from '../../../shared/antenna.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import { signalWord } from '../../../shared/signal.ts';
import { localTime, twoDigits } from '../../../shared/localTime.ts';
import { say } from '../cases/words.ts';
import {
  certificateNumber,
  chaptersOf,
  clipped,
  isPractice,
  outcomeOf,
  stoppedSentence,
  verdictSentence,
} from './certificateFacts.ts';
import type { ChapterFacts } from './certificateFacts.ts';
import { markup } from './markup.ts';
import type { Html } from './markup.ts';
import { qrMatrix } from '../../../shared/qrCode.ts';
import { platformTexts, signalTexts, texts, verdictSigns, verdictTexts } from './texts.ts';

type Say = (name: BilingualName) => Html;

/** What stands in a field that may be long. */
const FIELD_LENGTH = 40;

/** Heading of the first page, also the title of the file. */
export function titleOf(result: AcceptanceResult): BilingualName {
  if (isPractice(result)) return texts.practice;
  return outcomeOf(result) === 'unfinished' ? texts.unfinished : texts.certificate;
}

const quantity = (value: number, unit: string): string => `${String(value).replace('-', '−')} ${unit}`;

const duration = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
};

function verdictBox(speak: Say, result: AcceptanceResult): Html {
  const outcome = outcomeOf(result);
  const sentence = verdictSentence(result);
  const box = (tone: string, sign: string, head: BilingualName, more: readonly BilingualName[]): Html =>
    markup`<section class="verdict-box ${tone}">
      <span class="sign" aria-hidden="true">${sign}</span>
      <div><p class="says">${speak(head)}</p>${more.map((one) => markup`<p class="more">${speak(one)}</p>`)}</div>
    </section>`;
  const stopped = outcome === 'unfinished' ? [stoppedSentence(result)] : [];
  if (isPractice(result)) {
    const { simulated } = result;
    const head = simulated.includes('module')
      ? say('练习：在虚拟模组上运行，不能作为验收凭证', 'PRACTICE: run on a virtual module, not a sign-off')
      : say('练习：使用模拟平台，不能作为验收凭证', 'PRACTICE: with a simulated platform, not a sign-off');
    return box('open', '!', head, [...stopped, sentence]);
  }
  if (outcome === 'unfinished') {
    const [stop = sentence] = stopped;
    return box('open', '!', stop, [sentence]);
  }
  return box(outcome, outcome === 'passed' ? '✓' : '✕', sentence, reasons(result));
}

/** Which chapters were left out and why, or which have failures. */
function reasons(result: AcceptanceResult): readonly BilingualName[] {
  const chapters = chaptersOf(result);
  const bad = chapters.filter(({ verdict }) => verdict === 'failed' || verdict === 'inconclusive');
  const name = ({ chapter, subject }: ChapterFacts): BilingualName =>
    chapter === '' ? subject : say(`${chapter} ${subject.zh}`, `${chapter} ${subject.en}`);
  if (bad.length > 0) {
    const names = bad.map(({ chapter, subject }) => (chapter === '' ? subject : say(chapter, chapter)));
    const [zh, en] = [names.map((one) => one.zh).join('、'), names.map((one) => one.en).join(', ')];
    return [say(`涉及章节：${zh}`, `Chapters concerned: ${en}`)];
  }
  const left = chapters.filter(({ verdict }) => verdict === 'skipped');
  if (left.length > 2) return [say(`跳过 ${left.length} 章，见下表`, `${left.length} chapters skipped: see below`)];
  return left.map((one) => say(`跳过 ${name(one).zh}：${one.found.zh}`, `Skipped: ${name(one).en}: ${one.found.en}`));
}

function qrSvg({ imei, imsi }: AcceptanceResult['identity']): Html | undefined {
  if (imei === undefined || imsi === undefined) return undefined;
  const matrix = qrMatrix(`${imei};${imsi}`);
  if (!matrix) return undefined;
  const size = matrix.length + 8;
  const path = matrix
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x + 4} ${y + 4}h1v1h-1z` : '')))
    .join('');
  return markup`<figure>
    <svg class="qr" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" role="img" aria-label="IMEI;IMSI">
      <rect width="${size}" height="${size}" fill="#fff" />
      <path d="${path}" fill="#000" />
    </svg>
    <figcaption>imei;imsi</figcaption>
  </figure>`;
}

type Field = readonly [name: BilingualName, value: Html | string | undefined, small?: Html | string];

function fields(speak: Say, heading: BilingualName, rows: readonly Field[]): Html {
  const known = rows.filter(([, value]) => value !== undefined && value !== '');
  return markup`<section class="fields">
    <h2>${speak(heading)}</h2>
    <dl>
      ${known.map(
        ([name, value, small]) =>
          markup`<div><dt>${speak(name)}</dt>
            <dd>${value}${small === undefined || small === '' ? undefined : markup`<small>${small}</small>`}</dd></div>`,
      )}
    </dl>
  </section>`;
}

const plain = (text: string): BilingualName => say(text, text);

function siteAndDevice(speak: Say, { identity, details, platform, platformHost, simulated }: AcceptanceResult): Html {
  const { manufacturer = '', model = '', firmware = '' } = identity;
  const module = clipped(`${manufacturer} ${model}`.trim(), FIELD_LENGTH);
  const isVirtual = simulated.includes('module');
  const host = simulated.includes('platform') ? undefined : platformHost;
  return fields(speak, texts.siteAndDevice, [
    [texts.site, clipped(details?.site ?? '', FIELD_LENGTH)],
    [
      texts.module,
      isVirtual ? markup`${speak(say('虚拟', 'virtual'))} ${module}` : module,
      clipped(firmware, FIELD_LENGTH),
    ],
    [plain('IMEI'), identity.imei],
    [plain('IMSI'), identity.imsi],
    [plain('ICCID'), identity.iccid],
    [
      texts.platform,
      speak(simulated.includes('platform') ? platformTexts.simulated : platformTexts[platform]),
      host === undefined ? '' : clipped(host, FIELD_LENGTH),
    ],
  ]);
}

function powerSaving({
  activeTimeSeconds,
  periodicTauSeconds,
}: AcceptanceResult['network']): BilingualName | undefined {
  if (activeTimeSeconds === undefined) return undefined;
  if (activeTimeSeconds === 'off') return say('PSM 关', 'PSM off');
  const tau = typeof periodicTauSeconds === 'number' ? `, TAU ${periodicTauSeconds} s` : '';
  return say(
    `PSM 开，${activeTimeSeconds} s 内可达${tau.replace(', ', '，')}`,
    `PSM on, reachable for ${activeTimeSeconds} s${tau}`,
  );
}

function antennaWords({ antenna }: AcceptanceResult): { readonly best: string; readonly all: string } | undefined {
  const best = antenna && bestPosition(antenna);
  if (!antenna || !best) return undefined;
  const whole = (dbm: number): string => String(Math.round(dbm)).replace('-', '−');
  const figures = antennaLetters.map((letter) => {
    const { figures: measured, isFull } = antenna.positions[letter] ?? {};
    return `${letter} ${measured && isFull ? whole(measured.averageDbm) : '–'}`;
  });
  const name = antenna.positions[best.letter]?.name ?? '';
  return { best: clipped(`${best.letter} ${name}`.trim(), FIELD_LENGTH), all: `${figures.join(', ')} dBm` };
}

function lockWords({ lock }: AcceptanceResult['network']): BilingualName | undefined {
  if (lock === undefined) return undefined;
  if (lock === 'none') return say('无', 'none');
  const channel = `EARFCN ${lock.earfcn}`;
  return lock.wasFound
    ? say(`${channel}，此前已锁定`, `${channel}, locked before`)
    : say(`${channel}，本次锁定`, `${channel}, locked on this visit`);
}

function measured(speak: Say, result: AcceptanceResult): Html {
  const { startedMs, finishedMs, signal, answerTimes, network, simulated } = result;
  const [from, to] = [localTime(startedMs), localTime(finishedMs)];
  const until = from.date === to.date ? to.time.slice(0, 5) : `${to.date} ${to.time.slice(0, 5)}`;
  const last = signal.findLast((one) => one.rsrpDbm !== undefined || one.rssiDbm !== undefined);
  const strength = [
    ...(last?.rsrpDbm === undefined ? [] : [`RSRP ${quantity(last.rsrpDbm, 'dBm')}`]),
    ...(last?.rsrpDbm !== undefined || last?.rssiDbm === undefined ? [] : [`RSSI ${quantity(last.rssiDbm, 'dBm')}`]),
    ...(last?.snrDb === undefined ? [] : [`SNR ${quantity(last.snrDb, 'dB')}`]),
  ].join(', ');
  const word = last && signalWord(last);
  const { count, lateCount, p50Ms, p95Ms } = answerTimes;
  const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  const times =
    p50Ms === undefined || p95Ms === undefined ? undefined : `p50 ${inSeconds(p50Ms)}, p95 ${inSeconds(p95Ms)}`;
  const late = say(`超时 ${lateCount} / ${count}`, lateCount === 0 ? 'none late' : `${lateCount} of ${count} late`);
  const psm = powerSaving(network);
  const lock = lockWords(network);
  const antenna = antennaWords(result);
  const unreal = speak(texts.simulated);
  const isVirtual = simulated.includes('module');
  return fields(speak, texts.measured, [
    [texts.date, markup`${from.date} <span class="nowrap">${from.time.slice(0, 5)}–${until}</span>`, `UTC${from.zone}`],
    isVirtual ? [texts.signal, unreal] : [texts.signal, strength, word ? speak(signalTexts[word]) : ''],
    isPractice(result) ? [texts.answersMeasured, unreal] : [texts.answersMeasured, times, speak(late)],
    [texts.antenna, antenna?.best, antenna?.all ?? ''],
    [texts.frequencyLock, lock && speak(lock)],
    isVirtual ? [texts.powerSaving, psm && unreal] : [texts.powerSaving, psm && speak(psm)],
  ]);
}

function chapterRow(
  speak: Say,
  { chapter, subject, count, passed, verdict, found }: ChapterFacts,
  isUnreal: boolean,
): Html {
  const sign = verdict === 'unfinished' ? '○' : verdictSigns[verdict];
  const word = verdict === 'unfinished' ? texts.notRun : verdictTexts[verdict];
  // Where the columns stand one below the other, as on a phone, they have no heads.
  const named = (name: BilingualName): Html => markup`<span class="name">${speak(name)}</span> `;
  return markup`<tr>
    <td class="number">${chapter}</td>
    <td class="subject">${speak(subject)}</td>
    <td class="count">${named(texts.cases)}${count}</td>
    <td class="count">${named(texts.passedCases)}${passed}</td>
    <td class="result"><span class="${verdict}"><b>${sign}</b> ${speak(word)}</span></td>
    <td class="found">${speak(isUnreal && verdict === 'passed' ? texts.simulatedValue : found)}</td>
  </tr>`;
}

function chapterTable(speak: Say, result: AcceptanceResult): Html {
  const { simulated, startedMs, finishedMs, cases } = result;
  const chapters = chaptersOf(result);
  const rows = chapters.map((one) => {
    const isBelowPlatform = one.chapter === '1' || one.chapter === '2';
    return chapterRow(speak, one, simulated.includes(isBelowPlatform ? 'module' : 'platform'));
  });
  const passed = chapters.reduce((sum, one) => sum + one.passed, 0);
  const took = duration(finishedMs - startedMs);
  return markup`<table class="chapters">
    <thead>
      <tr>
        <th class="number">${speak(texts.chapter)}</th>
        <th class="subject">${speak(texts.subject)}</th>
        <th class="count">${speak(texts.cases)}</th>
        <th class="count">${speak(texts.passedCases)}</th>
        <th class="result">${speak(texts.result)}</th>
        <th class="found">${speak(texts.found)}</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
      <tr class="total">
        <td class="number"></td>
        <td class="subject">${speak(texts.total)}</td>
        <td class="count">${cases.length}</td>
        <td class="count">${passed}</td>
        <td class="result"></td>
        <td class="found">${speak(say(`用时 ${took}`, `took ${took}`))}</td>
      </tr>
    </tbody>
  </table>`;
}

/** Lines to sign on, or why there are none. */
function signatures(speak: Say, result: AcceptanceResult, isMasked: boolean): Html {
  const none = (why: BilingualName, advice: BilingualName): Html =>
    markup`<section class="unsigned"><p class="says">${speak(why)}</p><p>${speak(advice)}</p></section>`;
  if (isPractice(result)) return none(texts.practiceUnsigned, texts.practiceAdvice);
  const outcome = outcomeOf(result);
  if (outcome === 'unfinished') return none(texts.unfinishedUnsigned, texts.unfinishedAdvice);
  if (isMasked) return none(texts.maskedUnsigned, texts.maskedAdvice);
  const line = (who: BilingualName, role: BilingualName | undefined, name: string): Html =>
    markup`<div>
      <p class="who">${speak(who)}${role ? markup` <span class="role">${speak(role)}</span>` : undefined}</p>
      <p class="below"><span>${name === '' ? speak(texts.name) : name}</span><span>${speak(texts.date)}</span></p>
    </div>`;
  return markup`<section class="signatures">
    ${line(texts.installer, undefined, clipped(result.details?.operator ?? '', FIELD_LENGTH))}
    ${line(texts.customer, outcome === 'passed' ? texts.accepted : texts.seen, '')}
  </section>`;
}

function foot(speak: Say, { journal }: AcceptanceResult): Html {
  const sum = (journal?.sha256 ?? '').replace(/(.{8})(?=.)/g, '$1 ');
  return markup`<footer>
    <p>${speak(texts.evidenceFollows)}
    ${
      journal &&
      speak(
        say(
          `会话日志 ${clipped(journal.name, 60)}，${journal.lines} 行。`,
          `Journal ${clipped(journal.name, 60)}, ${counted(journal.lines, 'line')}.`,
        ),
      )
    }</p>
    ${sum === '' ? undefined : markup`<p class="sum">SHA-256 ${sum}</p>`}
  </footer>`;
}

/** The first page, A4: verdict, who and what, what was measured, a row a chapter, and who signs. */
export function certificate(speak: Say, result: AcceptanceResult, isMasked: boolean): Html {
  return markup`<article class="certificate">
    <header>
      <h1>${speak(titleOf(result))}</h1>
      <p class="number">
        <span>${speak(texts.certificateNumber)}</span> <b>${certificateNumber(result)}</b>
        ${isMasked ? markup`<span class="share-safe">${speak(texts.shareSafe)}</span>` : undefined}
      </p>
    </header>
    ${verdictBox(speak, result)}
    <div class="facts-row">
      ${siteAndDevice(speak, result)}${isMasked ? undefined : qrSvg(result.identity)}${measured(speak, result)}
    </div>
    ${chapterTable(speak, result)}
    ${signatures(speak, result, isMasked)}
    ${foot(speak, result)}
  </article>`;
}
