import type { BilingualName } from '../../../shared/lwm2m.ts';
import { withEntities } from '../../journal/entities.ts';
import type { ReportLanguage } from '../../../shared/acceptance.ts';

/**
 * Any text as content or attribute value of HTML and XML. Control characters become their symbols, marks that turn the
 * direction of writing and lone surrogates a replacement: what a module prints must not dress up as something else.
 */
export function escaped(text: string): string {
  return withEntities(
    text
      .toWellFormed()
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, (sign) => String.fromCharCode(0x2400 + sign.charCodeAt(0)))
      .replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, '\ufffd'),
  );
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
