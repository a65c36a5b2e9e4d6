import type { CommandHelp } from '../../shared/contract/log.ts';

/** How a form of a command is written: `AT+MIPLVER?`, `AT+MIPLOPEN=`. */
export function writtenForm(help: CommandHelp): string {
  const suffix = { execute: '', read: '?', write: '=', test: '=?' }[help.form];
  return help.name + suffix;
}

/** Commands that begin like the typed text, shortest first; without `AT` in front it is assumed. */
export function completions(commands: readonly CommandHelp[], typed: string, limit = 8): CommandHelp[] {
  const start = typed.trim().toUpperCase();
  if (start === '') return [];
  const wanted =
    'AT'.startsWith(start) || start.startsWith('AT') ? start : `AT${start.startsWith('+') ? '' : '+'}${start}`;
  const seen = new Set<string>();
  return commands
    .filter((help) => {
      const form = writtenForm(help);
      if (!form.startsWith(wanted) || seen.has(form)) return false;
      seen.add(form);
      return true;
    })
    .sort((a, b) => writtenForm(a).length - writtenForm(b).length || (writtenForm(a) < writtenForm(b) ? -1 : 1))
    .slice(0, limit);
}

/** What Tab makes of the typed text: the common beginning of all candidates, or the text as it was. */
export function complete(commands: readonly CommandHelp[], typed: string): string {
  const forms = completions(commands, typed, Number.POSITIVE_INFINITY).map(writtenForm);
  const first = forms[0];
  if (first === undefined) return typed;
  let length = first.length;
  for (const form of forms) {
    while (!form.startsWith(first.slice(0, length))) length -= 1;
  }
  return length >= typed.trim().length ? first.slice(0, length) : typed;
}

/** Parameters of the command being typed and which one the text ends in. */
export interface ParameterHelp {
  readonly name: string;
  readonly params: CommandHelp['params'];
  readonly current: number;
}

/** Help for the parameter at the end of the text: commas inside quotes do not count. */
export function parameterHelp(commands: readonly CommandHelp[], typed: string): ParameterHelp | undefined {
  const match = /^\s*(AT[^=?]*)=(?!\?)(.*)$/is.exec(typed);
  const name = match?.[1]?.trim().toUpperCase();
  if (match === null || name === undefined) return undefined;
  const forms = commands.filter((help) => help.form === 'write' && help.name.toUpperCase() === name);
  if (forms.length === 0) return undefined;
  let current = 0;
  let quoted = false;
  for (const character of match[2] ?? '') {
    if (character === '"') quoted = !quoted;
    else if (character === ',' && !quoted) current += 1;
  }
  const help = forms.find((form) => form.params.length > current) ?? forms[forms.length - 1];
  return help === undefined ? undefined : { name, params: help.params, current };
}

/** Whether a line of the console is no command for the module but the question why it is not online. */
export function asksWhy(typed: string): boolean {
  return /^(?:why\??|为什么[？?]?)$/i.test(typed.trim());
}
