import { describe, expect, it } from 'vitest';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { antennaRequests } from '../../shared/contract/antenna.ts';
import { acceptanceRequests } from '../../shared/contract/acceptance.ts';
import { channelOf } from '../../shared/contract/channel.ts';
import { rowOf } from '../../shared/contract/contract.ts';
import { logRequests } from '../../shared/contract/log.ts';
import { eventNames, requestNames } from '../../shared/contract/names.ts';
import { macroRequests } from '../../shared/contract/macros.ts';
import { networkRequests } from '../../shared/contract/network.ts';
import { modelRequests } from '../../shared/contract/models.ts';
import { objectRequests } from '../../shared/contract/objects.ts';
import { platformRequests } from '../../shared/contract/platform.ts';
import { programRequests } from '../../shared/contract/program.ts';
import { registrationRequests } from '../../shared/contract/registration.ts';
import { holdRequests } from '../../shared/contract/requestsOnHold.ts';
import { sessionRequests } from '../../shared/contract/session.ts';
import { keptSessionRequests } from '../../shared/contract/sessions.ts';
import { siteBatchRequests } from '../../shared/contract/siteBatch.ts';
import { stationRequests } from '../../shared/contract/stations.ts';
import { udpRequests } from '../../shared/contract/udp.ts';
import { read } from '../../shared/schema.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { applyPatch } from '../../shared/statePatch.ts';
import { examplesOf, hostileTo } from './hostileValues.ts';

describe('the contract', () => {
  it('names each request and event once, on a channel of its own', () => {
    const channels = [...requestNames, ...eventNames].map(channelOf);
    expect(new Set(channels).size).toBe(channels.length);
    expect(channels).toContain('mipl:getSnapshot');
  });

  it('has every row of every topic, and none of them hides another', () => {
    const topics = [
      programRequests,
      sessionRequests,
      registrationRequests,
      networkRequests,
      antennaRequests,
      modelRequests,
      macroRequests,
      objectRequests,
      holdRequests,
      logRequests,
      platformRequests,
      udpRequests,
      acceptanceRequests,
      keptSessionRequests,
      siteBatchRequests,
      stationRequests,
    ];
    expect(topics.flatMap((rows) => Object.keys(rows)).sort()).toEqual([...requestNames].sort());
  });

  it('lets everything through a run that only looks, and nothing that speaks with the module by itself', () => {
    const refused = requestNames.filter((name) => rowOf(name).duringRun === 'refused');
    expect(refused).toEqual(expect.arrayContaining(['register', 'sendCommand', 'setValue', 'sendUdp', 'holdRequests']));
    for (const name of ['getSnapshot', 'readLog', 'stopAcceptance', 'closePort', 'answerRequest', 'stopEcho'] as const)
      expect(refused).not.toContain(name);
  });

  it.each(requestNames)('takes of %s what its row says, as it is, and refuses the rest', (name) => {
    const { argument } = rowOf(name);
    if (!argument) return;
    const examples = examplesOf(argument);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(read(argument, example)).toEqual(example);
    for (const [index, value] of hostileTo(argument).entries()) {
      let code: unknown = 'taken';
      try {
        read(argument, value);
      } catch (error) {
        code = faultOf(error).code;
      }
      expect([index, code]).toEqual([index, expect.stringMatching(/^(BAD_ARGUMENT|LWM2M_BAD_PATH)$/)]);
    }
  });
});

describe('a fault', () => {
  it('keeps code, message and detail of our errors', () => {
    expect(faultOf(new CodedError('PORT_BUSY', 'locked', 'COM3'))).toEqual({
      code: 'PORT_BUSY',
      message: 'locked',
      detail: 'COM3',
    });
    expect(faultOf(new CodedError('PORT_BUSY', 'locked', 'COM3', { holder: 'minicom (12)' }))).toMatchObject({
      holder: 'minicom (12)',
    });
    expect(faultOf(new CodedError('AT_ERROR', 'no'))).toEqual({ code: 'AT_ERROR', message: 'no' });
  });

  it('is INTERNAL for anything else that was thrown', () => {
    expect(faultOf(new TypeError('x'))).toEqual({ code: 'INTERNAL', message: 'x' });
    expect(faultOf('text')).toEqual({ code: 'INTERNAL', message: 'text' });
  });
});

describe('a patch', () => {
  const state = initialDeviceState();

  it('replaces whole parts and leaves the others as they are', () => {
    const next = applyPatch(state, { network: { registration: 1 } });
    expect(next.network).toEqual({ registration: 1 });
    expect(next.module).toBe(state.module);
  });

  it('merges keyed parts by key, and null removes', () => {
    const one = applyPatch(state, { attributes: { '/1': { pmin: 1 }, '/2': { pmin: 2 } } });
    expect(applyPatch(one, { attributes: { '/1': null, '/3': { pmin: 3 } } }).attributes).toEqual({
      '/2': { pmin: 2 },
      '/3': { pmin: 3 },
    });
  });

  it('ignores parts that are there but undefined', () => {
    const changes = { network: undefined } as never;
    expect(applyPatch(state, changes).network).toBe(state.network);
  });
});
