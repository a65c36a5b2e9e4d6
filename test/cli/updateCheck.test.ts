import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { run } from '../../main/cli/updateCheck.ts';
import { version } from '../../main/cli/version.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { listOf, serveList, signed, testPublicKey } from '../updates/rig.ts';
import { runCommand } from './runCommand.ts';

/** As the product does it, but with a key of this test's. */
async function ask(...args: string[]): Promise<{ code: number; output: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const seenFile = join(await tempDirectory(), 'releases.json');
  const signal = new AbortController().signal;
  const code = await run(args, { stdin, stdout, stderr, signal }, { keys: [testPublicKey], seenFile });
  stdout.end();
  return { code, output: await text(stdout) };
}

it('ends with 1 where there is a newer version, with 0 where there is none', async () => {
  const newer = await ask('--mirror', await serveList(signed(listOf(['99.0.0']))));
  expect(newer).toEqual({
    code: 1,
    output: `Version 99.0.0 of 2027-01-31 is there; this is ${version}. Get it from https://site.example/99.0.0\n`,
  });
  const same = await ask('--mirror', await serveList(signed(listOf([version]))));
  expect(same).toEqual({ code: 0, output: `This is the newest version: ${version}.\n` });
});

it('says it as data', async () => {
  const { output } = await ask('--json', '--mirror', await serveList(signed(listOf(['99.0.0']))));
  expect(JSON.parse(output)).toMatchObject({ verdict: 'newer', running: version, newest: { version: '99.0.0' } });
});

it('ends with 2 and says what to do where it could not be found out', async () => {
  const foreign = await runCommand(['update-check', '--mirror', await serveList(signed(listOf(['99.0.0'])))]);
  expect(foreign).toMatchObject({ code: 2, output: '' });
  expect(foreign.errors).toMatch(/^mipl update-check: UPDATE_SIGNATURE: .*\ndo not install anything from there\n$/);
  const wrong = await runCommand(['update-check', '--mirror', 'mirror.example']);
  expect(wrong).toMatchObject({ code: 2, output: '' });
  expect(wrong.errors).toContain('--mirror is an address such as https://mirror.example/releases.txt');
});
