import { lineTexts } from './lineTexts.ts';
import { phrase } from './phrase.ts';
import type { Phrase } from './phrase.ts';
import { visible } from './wording.ts';

/** What stands in a rule is a piece of the file, of any length. */
const MAX_PIECE = 120;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

interface Rule {
  readonly key: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

/** The English sentence is what a file is refused with; where it is one of ours it can be said in the language of the screen. */
const rules: readonly Rule[] = Object.entries(lineTexts.en.fileRule).map(([key, template]) => {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const pattern = template
    .split(/\{\w+\}/)
    .map(escaped)
    .join('([^]*?)');
  return { key, names, pattern: new RegExp(`^${pattern}$`) };
});

const cut = (text: string): string => visible(text.length > MAX_PIECE ? `${text.slice(0, MAX_PIECE)}…` : text);

/** Why a file, or a line of it, was refused or taken otherwise, for the screen; a sentence of others stays as it is. */
export function fileRule(text: string): Phrase | string {
  for (const { key, pattern, names } of rules) {
    const match = pattern.exec(text);
    if (!match) continue;
    return phrase(`fileRule.${key}`, Object.fromEntries(names.map((name, at) => [name, cut(match[at + 1] as string)])));
  }
  return cut(text);
}

/** The reason in the message of a fault, whose detail is `<file>:<line> <field>` and which begins with the same. */
export function ruleOfFault(message: string, detail: string): Phrase | string {
  const [place, ...field] = detail.split(' ');
  const head = `${[place, ...field].join(': ')}: `;
  return fileRule(message.startsWith(head) ? message.slice(head.length) : message);
}
