import type { BilingualName } from '../../../shared/lwm2m.ts';
import { withEntities } from '../../files/entities.ts';
import { visibleLines } from '../../files/visible.ts';
import type { ReportLanguage } from '../../../shared/acceptance.ts';

/**
 * Any text as content or attribute value of HTML and XML. What is not seen becomes visible, lone surrogates a replacement:
 * what a module prints must not dress up as something else.
 */
export function escaped(text: string): string {
  return withEntities(visibleLines(text.toWellFormed()));
}

/** HTML that is finished; everything else is text and gets escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | undefined | readonly Part[];

function written(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return part.map(written).join('');
}

/** A template whose values are escaped unless they are {@link Html} already. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, piece, index) => text + written(parts[index - 1]) + piece));
}

/** Writes texts in the report's language; both stand one after the other. */
export function speaker(language: ReportLanguage): (name: BilingualName) => Html {
  if (language !== 'both') return (name) => markup`${name[language]}`;
  return ({ zh, en }) => {
    if (zh === en) return markup`${zh}`;
    return markup`<span lang="zh-CN">${zh}</span> <span lang="en" class="en">${en}</span>`;
  };
}
