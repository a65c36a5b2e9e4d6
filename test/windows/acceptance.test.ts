import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { AcceptanceResult } from '../../shared/acceptanceResult.ts';
import { ComPort, baudRate } from './comPort.ts';
import { WindowsMipl, runMipl, testFolder, windowsPath } from './windowsMipl.ts';

it('is run by an operator at a COM port, who is given a call for PowerShell, and writes report and journal', async () => {
  const [port, report] = [await ComPort.plugged(21), path.join(testFolder(), '验收 A & B', 'Bericht 1')];
  const mipl = new WindowsMipl([
    ...['acceptance', '--port', port.name, '--baud', String(baudRate), '--operator', '--only', 'version,execute'],
    ...['--report', windowsPath(report), '--json'],
  ]);
  const call = await mipl.until('the call that the operator has to make', () => {
    const line = /^'([^']*)' \| curl\.exe -sS -m 30 -X POST '([^']+)' -H "api-key: \$env:ONENET_API_KEY" .*\n/m;
    const [, body, url] = line.exec(mipl.errors) ?? [];
    return body === undefined || url === undefined ? undefined : { body, url: new URL(url) };
  });
  // The operator makes the same call, at the platform that this module is registered with.
  const answer = await fetch(`${port.http}${call.url.pathname}${call.url.search}`, { method: 'POST', body: call.body });
  expect(await answer.json()).toMatchObject({ errno: 0 });
  const code = await mipl.exit;
  expect(mipl.errors).toContain('execute: passed');
  expect(code).toBe(0);

  const result = JSON.parse(mipl.output) as AcceptanceResult;
  expect(result.identity.imei).toBe(port.imei);
  const names = await readdir(report);
  const [html = ''] = names.filter((name) => name.endsWith('.html'));
  expect(mipl.errors).toContain(`report: ${windowsPath(path.join(report, html))}`);
  const journal = await readFile(path.join(report, result.journal?.name ?? ''));
  expect(result.journal?.sha256).toBe(createHash('sha256').update(journal).digest('hex'));
  expect(await readFile(path.join(report, html), 'utf8')).toContain(port.imei);
  for (const ending of ['.junit.xml', '.json', '.html', '.mipl.ndjson'])
    expect(names.filter((name) => name.endsWith(ending))).toHaveLength(1);
});

it('reads a plan that was written with the editor of Windows: byte order mark, CR LF, a folder with a blank', async () => {
  const folder = path.join(testFolder(), '我的 计划 & mehr');
  await mkdir(folder);
  const plan = { format: 'mipl-acceptance-plan', version: 1, cases: [{ id: 'own', steps: [{ send: 'AT+CGSN=1' }] }] };
  const file = path.join(folder, 'own.plan.json');
  await writeFile(file, `\ufeff${JSON.stringify(plan, null, 2)}`.replaceAll('\n', '\r\n'));
  const { code, output, errors } = await runMipl([
    ...['acceptance', '--port', 'sim:m5310-seed', '--plan', windowsPath(file), '--report', windowsPath(folder)],
  ]);
  expect(errors).toContain('own: passed');
  expect(output).toContain('passed       own');
  expect(code).toBe(0);
});
