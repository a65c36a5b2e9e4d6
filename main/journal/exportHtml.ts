import { explain } from '../../shared/explain.ts';
import { lineTranslate } from '../../shared/lineTexts.ts';
import { speak } from '../../shared/phrase.ts';
import { defaultSettings } from '../../shared/settings.ts';
import type { DialectName, Language } from '../../shared/settings.ts';
import { RecentTexts } from '../at/recentTexts.ts';
import { Conversation } from '../log/conversation.ts';
import type { LogRow } from '../log/logRow.ts';
import { withEntities } from '../files/entities.ts';
import { visibleLine } from '../files/visible.ts';
import { headFacts, secondsText } from './exportFormats.ts';
import type { Format } from './exportFormats.ts';
import { notePhrase } from './noteWords.ts';
import type { JournalLine } from './journalLines.ts';
import { localTimes } from '../../shared/localTime.ts';

/** A text of the wire as content of an element: no markup, no character that steers the reader's screen. */
function content(text: string): string {
  return withEntities(visibleLine(text.toWellFormed()));
}

/** Lines in one table: a browser lays out only the tables it shows. */
const LINES_PER_TABLE = 1000;

const style = `
:root { color-scheme: light dark; }
body { margin: 0 auto; padding: 16px; max-width: 1200px; font: 13px/1.5 "Segoe UI", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; background: #fff; color: #17202a; }
h1 { font-size: 18px; }
ul { padding-left: 18px; color: #51606f; overflow-wrap: anywhere; }
section { content-visibility: auto; contain-intrinsic-size: auto 20000px; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font: 12px/1.5 "Cascadia Mono", "DejaVu Sans Mono", Consolas, monospace; font-variant-numeric: tabular-nums; }
th { position: sticky; top: 0; background: #f6f8fa; text-align: left; font-weight: 600; }
th, td { padding: 1px 8px; vertical-align: top; border-bottom: 1px solid #e3e8ed; overflow-wrap: anywhere; white-space: pre-wrap; }
.s { width: 7ch; } .t { width: 13ch; } .d { width: 10ch; text-align: right; } .m { width: 3ch; } .i { width: 38%; color: #51606f; }
.command .x { color: #00758a; } .urc .x { color: #7b2fa6; } .note .x { color: #51606f; font-style: italic; }
.problem .x { color: #b3261e; }
@media (prefers-color-scheme: dark) {
  body { background: #0f1419; color: #d7dee6; } th { background: #1c242d; } th, td { border-color: #28323d; }
  ul, .i, .note .x { color: #93a2b2; } .command .x { color: #3fb6c6; } .urc .x { color: #d6a3f0; } .problem .x { color: #f0716a; }
}
@media print { section { content-visibility: visible; } thead { display: table-header-group; } tr { break-inside: avoid; } body { max-width: none; } }`;

const openTable = `<section><table><thead><tr><th class="s">#</th><th class="t">时间 time</th><th class="d">Δ s</th><th class="m"></th><th>内容 text</th><th class="i">说明 meaning</th></tr></thead><tbody>\n`;
const closeTable = `</tbody></table></section>\n`;

const legend = '▶ 发往模组 to the module · ◀ 主动上报 unsolicited (URC) · ◁ 返回 answer · ▲ 异常 problem · # 备注 note';

/** Class and mark of a line: never told by colour alone. */
function lookOf({ kind, problem }: LogRow): [name: string, mark: string] {
  if (kind === 'engine') return ['command', '▶'];
  if (problem) return ['problem', '▲'];
  return kind === 'unasked' ? ['urc', '◀'] : ['answer', '◁'];
}

/** What of a line is the same for all that say and mean the same. */
interface ShownLine {
  /** Its class. */
  readonly name: string;
  /** Mark, text and meaning. */
  readonly cells: string;
}

function cellsOf(mark: string, text: string, said: string): string {
  return `<td class="m">${mark}</td><td class="x">${text}</td><td class="i">${said}</td>`;
}

/** A text of the wire as it is shown, and what it was taken for last: the same text mostly means the same again. */
class ShownText {
  readonly #content: string;
  #last: { readonly row: LogRow; readonly dialect: DialectName; readonly line: ShownLine } | undefined;

  constructor(text: string) {
    this.#content = content(text);
  }

  /** The line, where it is read as `row`. What it means, `say`, follows from how it was read and from the dialect. */
  as(row: LogRow, dialect: DialectName, say: () => string): ShownLine {
    const { row: last, dialect: before, line: known } = this.#last ?? {};
    const isSame = last?.decoded === row.decoded && last.kind === row.kind && last.problem === row.problem;
    if (known && isSame && before === dialect) return known;
    const [name, mark] = lookOf(row);
    const line = { name, cells: cellsOf(mark, this.#content, content(say())) };
    this.#last = { row, dialect, line };
    return line;
  }
}

/**
 * For reading in a browser and on paper: one file without script and without anything from outside, each line with what
 * it means, in the words of the screen. Made anew for each export, since an answer is read with the command before it.
 */
export function htmlFormat(language: Language = 'en'): Format {
  const conversation = new Conversation({ isWhole: true });
  const translate = lineTranslate(language);
  const timeOf = localTimes();
  const shownTexts = new RecentTexts((text) => new ShownText(text));
  let hasLines = false;

  /** Look of a line, and its last cells with the sentence the screen says of it; a note says itself. */
  const shown = ({ direction, text, cut }: JournalLine): ShownLine => {
    if (!cut) return { name: 'note', cells: cellsOf('#', content(text), '') };
    const line = cut.text === text ? cut : { ...cut, text };
    const row = conversation.read(line, direction === 'out' ? 'host' : 'module');
    const { dialect } = conversation;
    return shownTexts
      .of(text)
      .as(row, dialect, () =>
        speak(explain(row, { dialect, deadlineMs: defaultSettings.answerDeadlineMs }), translate),
      );
  };

  return {
    head(head) {
      const [title = '', ...facts] = headFacts(head).map(content);
      return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${style}</style></head>
<body><h1>会话日志 · ${title}</h1>
<ul>${facts.map((fact) => `<li>${fact}</li>`).join('')}</ul>
<p>${legend}</p>
`;
    },
    note(record, text) {
      const told = notePhrase(record);
      return told ? speak(told, translate) : text;
    },
    line(line, deltaMs) {
      const { name, cells } = shown(line);
      const { date, time, zone } = timeOf(line.atMs);
      const startsTable = (line.seq - 1) % LINES_PER_TABLE === 0;
      const table = startsTable ? `${hasLines ? closeTable : ''}${openTable}` : '';
      hasLines = true;
      return `${table}<tr class="${name}"><td class="s">${line.seq}</td><td class="t" title="${date} ${zone}">${time}</td><td class="d">${secondsText(deltaMs)}</td>${cells}</tr>\n`;
    },
    tail: () => `${hasLines ? closeTable : ''}</body></html>\n`,
  };
}
