import { afterEach, describe, expect, it } from 'vitest';
import type { ModuleIdentity, NetworkState } from '../../shared/state.ts';
import { AtChannel } from '../../main/at/channel.ts';
import { bringUp } from '../../main/device/bringUp.ts';
import type { BringUpOptions } from '../../main/device/bringUp.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { ObjectStore } from '../../main/lwm2m/objectStore.ts';
import { messageTable } from '../../main/mipl/messageTable.ts';
import { dialects } from '../../main/mipl/dialects.ts';
import { Engine } from '../../main/mipl/engine.ts';
import type { EngineListener } from '../../main/mipl/engine.ts';
import { testClock } from '../clock.ts';
import { ScriptedModule } from './scriptedModule.ts';
import type { Script } from './scriptedModule.ts';

const nothing = (): void => undefined;
const channels: AtChannel[] = [];
afterEach(() => {
  for (const channel of channels.splice(0)) channel.close();
});

function bench(script: Script) {
  const module = new ScriptedModule(script);
  const channel = new AtChannel(
    module.link,
    { onUrc: (line) => engine.receive(line), onLine: nothing, onSent: nothing, onRestart: nothing, onSync: nothing },
    { gapMs: 0, table: messageTable, resyncTimeoutMs: 20, resyncSilenceMs: 1 },
  );
  channels.push(channel);
  const listener = new Proxy({} as EngineListener, { get: () => nothing });
  const engine: Engine = new Engine(channel, new ObjectStore(defaultModel), listener, {
    dialect: dialects.cis,
    answerDeadlineMs: 3000,
  });
  const told: string[] = [];
  let network: NetworkState = {};
  let identity: ModuleIdentity = {};
  const abort = new AbortController();
  const run = (options: Partial<BringUpOptions> = {}): Promise<unknown> =>
    bringUp(
      engine,
      {
        onStage: (name, change) => told.push(`${name} ${change}`),
        onAnswering: () => told.push('answering'),
        onKept: () => told.push('kept'),
        onIdentity: (change) => {
          identity = { ...identity, ...change };
          told.push(...Object.keys(change));
        },
        onNetwork: (change) => (network = { ...network, ...change }),
        onDialect: ({ name, evidence }) => told.push(`${name}: ${evidence}`),
      },
      {
        signal: abort.signal,
        answerTimeoutMs: 30,
        simTimeoutMs: 10,
        networkTimeoutMs: 20,
        networkPollMs: 5,
        ...options,
      },
    ).catch((error: unknown) => error);
  return { module, told, run, abort, network: () => network, identity: () => identity };
}

describe('bringUp', () => {
  it('tells the module’s identity as far as it is known and the dialect with its evidence', async () => {
    const { run, told } = bench(() => undefined);
    expect(await run()).toBeUndefined();
    expect(told).toEqual([
      'module running',
      'answering',
      'manufacturer',
      'model',
      'firmware',
      'imei',
      'cis: AT+MIPLCREATEEX=? → AT_ERROR',
      'module done',
      'sim running',
      'imsi',
      'iccid',
      'sim done',
      'network running',
      'network done',
    ]);
  });

  it('goes on with a module that answers its questions with ERROR', async () => {
    const { run, told } = bench((line) =>
      /CGM|CGSN|NCCID|CSCON|CGDCONT|NUESTATS|CSQ/.test(line) ? ['ERROR'] : undefined,
    );
    expect(await run()).toBeUndefined();
    expect(told).not.toContain('model');
    expect(told).toContain('network done');
  });

  it.each([
    [
      'broken bytes in a line: asked again',
      [
        ['M53\ufffd0', '\ufffdK', 'OK'],
        ['M5310', 'OK'],
      ],
      'M5310',
      2,
    ],
    ['broken bytes every time: left out', [['M5310', 'rev \ufffd', 'OK']], 'M5310', 3],
    ['a line that is said twice', [['M5310', 'M5310', 'OK']], 'M5310', 1],
  ])('makes the model of whole lines, each once: %s', async (_, answers, model, asked) => {
    let times = 0;
    const { run, module, identity } = bench((line) =>
      line === 'AT+CGMM' ? answers[Math.min(times++, answers.length - 1)] : undefined,
    );
    expect(await run()).toBeUndefined();
    expect(identity()).toMatchObject({ model });
    expect(module.heard.filter((line) => line === 'AT+CGMM')).toHaveLength(asked);
  });

  it('tells China Mobile firmware by its extended create', async () => {
    const { run, told } = bench((line) => (line === 'AT+MIPLCREATEEX=?' ? ['OK'] : undefined));
    await run();
    expect(told).toContain('cmcc: AT+MIPLCREATEEX=? → OK');
  });

  it('is patient with a module that is still starting', async () => {
    let tries = 0;
    const { run, told } = bench((line) => (line === 'AT' && ++tries < 3 ? ['ERROR'] : undefined));
    expect(await run({ answerTimeoutMs: 5000 })).toBeUndefined();
    expect(told).toContain('module done');
  });

  it('stops at the SIM card when there is none', async () => {
    const { run, told } = bench((line) => (line === 'AT+CIMI' ? ['+CME ERROR: 10'] : undefined));
    expect(await run()).toMatchObject({ code: 'SIM_NOT_READY', stage: 'sim', detail: '10' });
    expect(told.at(-1)).toBe('sim running');
  });

  it('waits for a SIM card that comes late', async () => {
    let tries = 0;
    const { run } = bench((line) => (line === 'AT+CIMI' && ++tries < 2 ? ['+CME ERROR: 14'] : undefined));
    expect(await run({ simTimeoutMs: 5000 })).toBeUndefined();
  });

  it.each([
    ['forth', 7_200_000],
    ['back', -7_200_000],
  ])('goes on looking for the network when somebody sets the clock %s meanwhile', async (_, byMs) => {
    const clock = testClock();
    let looks = 0;
    const { run } = bench((line) => {
      if (line !== 'AT+CEREG?') return undefined;
      clock.pass(1000);
      if (++looks === 3) clock.setWall(byMs);
      return [looks < 100 ? '+CEREG:1,2' : '+CEREG:1,1', 'OK'];
    });
    expect(await run({ clock, networkTimeoutMs: 120_000, networkPollMs: 0 })).toBeUndefined();
    expect(looks).toBe(100);
  });

  it('gives up the network after its time also when somebody sets the clock back meanwhile', async () => {
    const clock = testClock();
    let looks = 0;
    const { run } = bench((line) => {
      if (line !== 'AT+CEREG?') return undefined;
      clock.pass(1000);
      clock.setWall(-60_000);
      looks++;
      return ['+CEREG:1,2', 'OK'];
    });
    expect(await run({ clock, networkTimeoutMs: 120_000, networkPollMs: 0 })).toMatchObject({
      code: 'NETWORK_TIMEOUT',
    });
    expect(looks).toBe(121);
  });

  it('gives up the network after its time with the last status', async () => {
    const { run } = bench((line) => (line === 'AT+CEREG?' ? ['+CEREG:1,2', 'OK'] : undefined));
    expect(await run()).toMatchObject({ code: 'NETWORK_TIMEOUT', stage: 'network', detail: '2' });
  });

  it('takes a roaming network as a network', async () => {
    const { run, network } = bench((line) => (line === 'AT+CEREG?' ? ['+CEREG:1,5', 'OK'] : undefined));
    expect(await run()).toBeUndefined();
    expect(network()).toMatchObject({ registration: 5 });
  });

  it('shows no figure where the module has not measured yet', async () => {
    const answers: Readonly<Record<string, string[]>> = {
      'AT+CSQ': ['+CSQ:99,99', 'OK'],
      'AT+NUESTATS': ['Signal power:-32768', 'SNR:-32768', 'ECL:255', 'OK'],
    };
    const { run, network } = bench((line) => answers[line]);
    await run();
    expect(network()).not.toHaveProperty('rssiDbm');
    expect(network()).not.toHaveProperty('rsrpDbm');
    expect(network()).not.toHaveProperty('snrDb');
    expect(network()).not.toHaveProperty('coverageLevel');
  });

  it('stops at the objects when the module has no room for them', async () => {
    const { run, told } = bench((line) => (line.startsWith('AT+MIPLADDOBJ') ? ['+CIS ERROR:601'] : undefined));
    const register = { lifetimeSeconds: 3600, timeoutSeconds: 30 };
    expect(await run({ register })).toMatchObject({ code: 'AT_CIS', stage: 'objects', detail: '601' });
    expect(told).toContain('miplVersion');
  });

  it('ends as CANCELLED when it is told to stop', async () => {
    const { run, abort } = bench((line) => (line === 'AT+CEREG?' ? ['+CEREG:1,2', 'OK'] : undefined));
    const running = run({ networkTimeoutMs: 60_000 });
    abort.abort();
    expect(await running).toMatchObject({ code: 'CANCELLED' });
  });
});
