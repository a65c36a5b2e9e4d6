import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpCallOf } from '../../main/platform/calls.ts';
import { curlText, posixWord, powershellWord } from '../../main/platform/curl.ts';
import type { PlatformOperation } from '../../shared/platform.ts';
import { secretKey, startServer } from './rig.ts';
import { anyText } from '../anyText.ts';

const origin = 'http://127.0.0.1:41234';
const callOf = (operation: PlatformOperation) =>
  httpCallOf(operation, { imei: '869976030050010', typeOf: () => 'string' });
const observe = callOf({
  kind: 'observe',
  path: '/3303/0/5700',
  attributes: { pmin: 15, pmax: 60, gt: 50, lt: 0, st: 2 },
});
const hasShell = process.platform !== 'win32';
const hasCurl = hasShell && spawnSync('curl', ['--version']).status === 0;

/** The words a shell makes of a command, with curl replaced by something that prints them. */
function wordsOf(command: string, shell: string): string[] {
  const script = `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}\n`;
  const printed = execFileSync(shell, ['-c', script], { env: { ...process.env, ONENET_API_KEY: secretKey } });
  return printed.toString().split('\0').slice(0, -1);
}

describe('a call as curl', () => {
  it('leaves &gt and &lt as they are and the key out', () => {
    expect(curlText(observe, origin)).toBe(
      [
        `curl -sS -m 45 -X POST '${origin}/nbiot/observe?imei=869976030050010&cancel=false&obj_id=3303&obj_inst_id=0&res_id=5700&pmin=15&pmax=60&gt=50&lt=0&st=2' \\`,
        `  -H "api-key: $ONENET_API_KEY" \\`,
        `  -H 'Content-Type: application/json' \\`,
        `  --data-raw '{}'`,
      ].join('\n'),
    );
  });

  it('has a form for PowerShell, whose programs lose quotes in arguments', () => {
    const write = callOf({
      kind: 'write',
      path: '/3306/0',
      mode: 'update',
      values: [{ resourceId: 5750, value: `it's 阀` }],
    });
    expect(curlText(write, origin, 'powershell')).toBe(
      `'{"data":[{"res_id":5750,"val":"it''s \\u9600"}]}' | curl.exe -sS -m 30 -X POST ` +
        `'${origin}/nbiot?imei=869976030050010&obj_id=3306&obj_inst_id=0&mode=2' ` +
        `-H "api-key: $env:ONENET_API_KEY" -H 'Content-Type: application/json' --data-binary '@-'`,
    );
    const read = callOf({ kind: 'read', path: '/3303/0/5700' });
    expect(curlText(read, origin, 'powershell')).toMatch(/^curl\.exe -sS -m 30 -X GET 'http/);
  });

  it('quotes any text for PowerShell so that every quote is doubled', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const word = powershellWord(text);
        const inner = word.slice(1, -1);
        expect(word.startsWith("'") && word.endsWith("'")).toBe(true);
        expect(inner.replace(/(['\u2018\u2019\u201a\u201b])\1/g, '$1')).toBe(text);
      }),
    );
  });

  it.runIf(hasShell)('makes one word of any text for a POSIX shell', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', '!', '&', ' ', '\n', '*', '~') }),
          ),
          { minLength: 1, maxLength: 8 },
        ),
        (texts) => {
          const words = texts.map((text) => text.replace(/\0/g, ''));
          expect(wordsOf(`curl ${words.map(posixWord).join(' ')}`, 'sh')).toEqual(words);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.runIf(hasShell)('carries any value whole through the shell', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (value) => {
        const call = callOf({ kind: 'write', path: '/3306/0', mode: 'update', values: [{ resourceId: 5750, value }] });
        const words = wordsOf(curlText(call, origin), 'sh');
        expect(words.slice(0, 6)).toEqual(['-sS', '-m', '30', '-X', 'POST', `${origin}${call.path}`]);
        expect(words[7]).toBe(`api-key: ${secretKey}`);
        expect(JSON.parse(words.at(-1) ?? '')).toEqual({ data: [{ res_id: 5750, val: value }] });
      }),
      { numRuns: 40 },
    );
  });

  it.runIf(hasCurl)('run by curl itself is the call of the client', async () => {
    const seen: { method?: string | undefined; url?: string | undefined; key: unknown; type: unknown; body: string }[] =
      [];
    const server = await startServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part));
      request.on('end', () => {
        const { method, url, headers } = request;
        seen.push({ method, url, key: headers['api-key'], type: headers['content-type'], body });
        response.end('{"errno":0,"error":"succ"}');
      });
    });
    const execute = callOf({ kind: 'execute', path: '/3303/0/5605', args: `it's "5" $HOME \`x\` & 阀` });
    for (const call of [observe, execute, callOf({ kind: 'read', path: '/3303' })]) {
      const child = runCommand(curlText(call, server.origin));
      expect(await child).toBe('{"errno":0,"error":"succ"}');
      const { method, path, body = '' } = call;
      expect(seen.at(-1)).toEqual({
        method,
        url: path,
        key: secretKey,
        type: call.body === undefined ? undefined : 'application/json',
        body,
      });
    }
  });
});

/** Runs a command without blocking the server of the test. */
async function runCommand(command: string): Promise<string> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ONENET_API_KEY: secretKey, no_proxy: '127.0.0.1' };
    execFile('sh', ['-c', command], { env }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}
