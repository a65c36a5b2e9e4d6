import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Fact } from '../../main/facts/fact.ts';
import { baseNs, openSample, startedMs } from '../journal/samples.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { runCommand } from './runCommand.ts';

/** A fact and when it happened, milliseconds since the start. */
type Happened = readonly [afterMs: number, fact: Fact];

async function journal(happened: readonly Happened[]): Promise<string> {
  let nowMs = 0;
  const writer = await openSample(await tempDirectory(), { monotonicNs: () => baseNs + BigInt(nowMs) * 1_000_000n });
  writer.fact({ fact: 'anew' });
  for (const [afterMs, fact] of happened) {
    nowMs = afterMs;
    writer.fact(fact);
    await writer.flush();
  }
  await writer.close();
  return writer.file;
}

const at = (ms: number): number => startedMs + ms;

/** Bring-up, creation, registration, two reads. */
function session({ networkMs = 3000, registerMs = 900, readMs = 12, refusedBy = 0 } = {}): Happened[] {
  const opened = networkMs + 200;
  const registered = opened + registerMs;
  const read = (id: string, path: string, ms: number): Happened => [
    ms,
    {
      fact: 'request',
      id,
      change: {
        id,
        kind: 'read',
        msgId: Number(id),
        path,
        arrivedMs: at(ms - readMs),
        status: 'answered',
        result: 1,
        usedMs: readMs,
      },
    },
  ];
  const isRefused = refusedBy > 0;
  const fault = { code: 'MIPL_REFUSED', message: 'refused', detail: String(refusedBy) } as const;
  return [
    [0, { fact: 'stage', name: 'network', change: 'running', atMs: at(0) }],
    [networkMs, { fact: 'stage', name: 'network', change: 'done', atMs: at(networkMs) }],
    [networkMs + 100, { fact: 'registration', registration: { phase: 'creating' }, atMs: at(networkMs + 100) }],
    [opened, { fact: 'registration', registration: { phase: 'opening', ref: 0 }, atMs: at(opened) }],
    [opened + 50, { fact: 'registration', registration: { phase: 'bootstrapping' }, atMs: at(opened + 50) }],
    [
      registered,
      {
        fact: 'registration',
        registration: isRefused ? { phase: 'failed', fault } : { phase: 'registered' },
        atMs: at(registered),
      },
    ],
    ...(isRefused ? [] : [read('1', '/3303/0/5700', registered + 1000), read('2', '/3306/0/5850', registered + 2000)]),
  ];
}

it('two sessions that went the same way are the same, whenever the network let them in', async () => {
  const [a, b] = [
    await journal(session({ networkMs: 25_000 })),
    await journal(session({ networkMs: 110_000, readMs: 40 })),
  ];
  const { code, output } = await runCommand(['compare', a, b]);
  expect(code).toBe(0);
  expect(output.split('\n').map((row) => row.replace(/ {2,}/g, '  ').replace(/\(\d+\)/g, '(n)'))).toEqual([
    '  step  A  B',
    '= stage network  done 25.000 s (n)  done 110.000 s (n)',
    '= create  done 0.100 s (n)  done 0.100 s (n)',
    '= stage onenet  done 0.000 s (n)  done 0.000 s (n)',
    '= register  done 0.900 s (n)  done 0.900 s (n)',
    '= request read  2 times  2 times',
    '6 steps, all the same; drift 0.000 s',
    '',
  ]);
});

it('the first difference is marked, and it ends with 1', async () => {
  const [a, b] = [await journal(session()), await journal(session({ refusedBy: 7 }))];
  const { code, output } = await runCommand(['compare', a, b]);
  expect(code).toBe(1);
  const rows = output.split('\n').map((row) => row.replace(/ {2,}/g, '  ').replace(/\(\d+\)/g, '(n)'));
  expect(rows).toContain('! stage onenet  done 0.000 s (n)  –  missing, the first difference');
  expect(rows).toContain('! register  done 0.900 s (n)  MIPL_REFUSED 7 0.900 s (n)  result');
  expect(rows).toContain('! request read  /3303/0/5700 answered 1 0.012 s (n)  –  missing');
  const { output: json } = await runCommand(['compare', a, b, '--json']);
  expect(JSON.parse(json)).toMatchObject({ isSame: false, firstDifference: 2 });
});

it('a slower registration and a slower answer are told with the drift that they make', async () => {
  const [a, b] = [await journal(session()), await journal(session({ registerMs: 2900, readMs: 700 }))];
  const compared = JSON.parse((await runCommand(['compare', a, b, '--json'])).output) as Record<string, unknown>;
  expect(compared['driftMs']).toBe(2000);
  expect(compared['steps']).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ step: 'register', verdict: 'slower', driftMs: 2000 }),
      expect.objectContaining({ step: 'request read', verdict: 'slower' }),
    ]),
  );
});

it('what a session brought along from the one before it is no step of it', async () => {
  const request = { kind: 'read', msgId: 9, path: '/3303', arrivedMs: at(0), status: 'answered', result: 1 } as const;
  const known = { id: '9', acknowledgedLines: 1, totalLines: 1, late: false, repeats: 0 };
  const earlier: Happened[] = [[0, { fact: 'entry', part: 'requests', key: '9', value: { ...request, ...known } }]];
  const [a, b] = [await journal([...earlier, ...session()]), await journal(session())];
  expect((await runCommand(['compare', a, b])).code).toBe(0);
});

it('the log of another tool is compared by results', async () => {
  const folder = await tempDirectory();
  const [log, a, b] = [join(folder, 'a.log'), join(folder, 'a.mipl.ndjson'), join(folder, 'b.mipl.ndjson')];
  const samples = join(import.meta.dirname, '..', 'imports');
  await runCommand(['import', join(samples, 'socat.log'), '-o', a]);
  await runCommand(['import', join(samples, 'nordic.log'), '-o', b]);
  expect(await runCommand(['compare', a, b])).toMatchObject({ code: 0, errors: '' });
  await writeFile(log, 'AT+MIPLOPEN=0,3600\nOK\n+MIPLEVENT:0,1\n+MIPLEVENT:0,7\n');
  await runCommand(['import', log, '-o', b]);
  const { code, output } = await runCommand(['compare', a, b]);
  expect([code, output]).toEqual([1, expect.stringMatching(/! register .* MIPL_REFUSED 7 /)]);
});

it('needs two journals that can be read', async () => {
  const a = await journal(session());
  expect((await runCommand(['compare', a])).code).toBe(2);
  expect(await runCommand(['compare', a, `${a}x`])).toMatchObject({
    code: 2,
    errors: expect.stringContaining('FILE_NOT_FOUND'),
  });
});
