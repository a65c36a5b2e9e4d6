import type { HttpCall } from './calls.ts';

/** The command line a text is meant for. */
export type Shell = 'posix' | 'powershell';

/** The variable the key is expected in: the text itself never carries one. */
export const keyVariable = 'ONENET_API_KEY';

/** One word of a POSIX shell that stands for exactly this text. */
export function posixWord(text: string): string {
  return /^[A-Za-z0-9_./:=@-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}

/** One word of PowerShell that stands for exactly this text; it takes typographic quotes for quotes, too. */
export function powershellWord(text: string): string {
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}

/** JSON without a letter beyond ASCII: what Windows PowerShell pipes into a program is ASCII. */
function asciiJson(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * A call as a curl command, ready to paste. `&gt=` and `&lt=` stay as they are: the text is for a command line, never
 * for HTML. The key is left to the variable {@link keyVariable} of the one who runs it.
 */
export function curlText(call: HttpCall, origin: string, shell: Shell = 'posix'): string {
  const url = `${origin}${call.path}`;
  const seconds = String(Math.ceil(call.timeoutMs / 1000));
  if (shell === 'powershell') {
    // A body as an argument loses its quotes in Windows PowerShell 5; through the pipe it arrives whole everywhere.
    const data = call.body === undefined ? '' : ` -H 'Content-Type: application/json' --data-binary '@-'`;
    const pipe = call.body === undefined ? '' : `${powershellWord(asciiJson(call.body))} | `;
    const head = `curl.exe -sS -m ${seconds} -X ${call.method} ${powershellWord(url)}`;
    return `${pipe}${head} -H "api-key: $env:${keyVariable}"${data}`;
  }
  const lines = [
    `curl -sS -m ${seconds} -X ${call.method} ${posixWord(url)}`,
    `-H "api-key: $${keyVariable}"`,
    ...(call.body === undefined ? [] : [`-H 'Content-Type: application/json'`, `--data-raw ${posixWord(call.body)}`]),
  ];
  return lines.join(' \\\n  ');
}
