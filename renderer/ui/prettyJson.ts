import { isShallowJson } from '../../shared/jsonDepth.ts';

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

const pair: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/**
 * JSON text with line breaks and indents, every number as it was written: JSON.parse would make `0` of `0.0` and round
 * 64-bit integers. Short innermost arrays and objects stay on one line. Undefined for what is no JSON or is nested too deep.
 */
export function prettyJson(text: string, width = 60): string | undefined {
  if (!isShallowJson(text)) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const tokens = text.match(token) ?? [];
  let place = 0;

  function write(indent: string): string {
    const first = tokens[place++] ?? '';
    const end = pair[first];
    if (end === undefined) return first;
    const members: string[] = [];
    while (tokens[place] !== end) {
      if (tokens[place] === ',') place += 1;
      let member = write(`${indent}  `);
      if (tokens[place] === ':') {
        place += 1;
        member += `: ${write(`${indent}  `)}`;
      }
      members.push(member);
    }
    place += 1;
    if (members.length === 0) return first + end;
    const line = members.join(', ');
    const space = first === '{' ? ' ' : '';
    if (line.length + indent.length <= width && !line.includes('\n')) return `${first}${space}${line}${space}${end}`;
    return `${first}\n${members.map((member) => `${indent}  ${member}`).join(',\n')}\n${indent}${end}`;
  }

  return write('');
}

/** A value of a parsed JSON text that keeps how its number was written. */
export interface WrittenNumber {
  readonly source: string;
}

/** JSON.parse, but numbers stay as they were written; undefined for what is no JSON or is nested too deep. */
export function parseAsWritten(text: string): unknown {
  if (!isShallowJson(text)) return undefined;
  try {
    return JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' ? { source: context?.source ?? String(value) } : value,
    ) as unknown;
  } catch {
    return undefined;
  }
}
