import { onTestFinished } from 'vitest';
import { CoapEndpoint } from '../../main/sim/coap/endpoint.ts';
import type { CoapMessage } from '../../main/sim/coap/message.ts';
import { locationPathOptions, observeOption, uriPathOptions } from '../../main/sim/coap/options.ts';
import type { CoapPeer } from '../../main/sim/coap/transmission.ts';
import { printEvent } from '../../main/sim/modem/lines.ts';
import { profiles } from '../../main/sim/profiles.ts';
import type { Personality, Profile } from '../../main/sim/profile.ts';
import { openVirtualModule } from '../../main/sim/virtualModule.ts';
import type { VirtualModuleOptions } from '../../main/sim/virtualModule.ts';
import { Arrivals, Host } from './host.ts';

/** The seed profile with other habits. */
export function seedProfile(habits: Partial<Profile> = {}, personality: Partial<Personality> = {}): Profile {
  const seed = profiles['m5310-seed'];
  return { ...seed, ...habits, personality: { ...seed.personality, ...personality } };
}

/** A module that has booted, with a host at it; nothing waits for anything. */
export async function startModule(options: Partial<VirtualModuleOptions> = {}) {
  const module = openVirtualModule({
    profile: seedProfile(),
    server: { host: '127.0.0.1', port: 9 },
    baudRate: 0,
    radioSpeed: Infinity,
    ...options,
  });
  onTestFinished(() => module.close());
  const host = new Host(module.link);
  return { module, host };
}

/** A module that has booted. */
export async function startBooted(options: Partial<VirtualModuleOptions> = {}) {
  const started = await startModule(options);
  const { boot } = options.profile ?? seedProfile();
  for (const line of boot.afterPowerOn) await started.host.urc(line);
  return started;
}

/** A server that answers registrations as told and shows what else comes. */
export async function startServer(answer: (message: CoapMessage) => { code: string } | undefined = () => undefined) {
  const endpoint = await CoapEndpoint.open({
    host: '127.0.0.1',
    port: 0,
    transmission: { ackTimeoutMs: 60, ackRandomFactor: 1, maxRetransmit: 4 },
  });
  onTestFinished(() => endpoint.close());
  const requests = new Arrivals<CoapMessage>();
  const notifications = new Arrivals<CoapMessage>();
  const state: { module: CoapPeer | undefined; acceptsNotifications: boolean } = {
    module: undefined,
    acceptsNotifications: true,
  };
  endpoint.onRequest = (message, peer) => {
    state.module = peer;
    requests.push(message);
    const told = answer(message);
    if (told) return told;
    if (message.code === '0.04') return { code: '2.02' };
    const isRegistration = message.options.filter(({ number }) => number === 11).length === 1;
    return isRegistration ? { code: '2.01', options: locationPathOptions('rd/a1') } : { code: '2.04' };
  };
  endpoint.onNotification = (message) => {
    notifications.push(message);
    return state.acceptsNotifications;
  };
  return { endpoint, requests, notifications, state };
}

/** A module registered with a bare server, with 3303 (two instances) and 3306 (one). */
export async function startRegistered(
  profile: Profile = seedProfile(),
  options: Partial<VirtualModuleOptions> = {},
  beforeCreate: readonly string[] = [],
) {
  const server = await startServer();
  const { module, host } = await startBooted({ profile, server: server.endpoint.address, ...options });
  await host.ask('ATE0');
  for (const line of beforeCreate) await host.must(line);
  const isBare = profile.createForms.includes('bare');
  await host.must(isBare ? 'AT+MIPLCREATE' : 'AT+MIPLCREATEEX="183.230.40.40",0');
  await host.must('AT+MIPLADDOBJ=0,3303,2,"11",6,1');
  await host.must('AT+MIPLADDOBJ=0,3306,1,"1",5,0');
  if (profile.dialect === 'cmcc') await host.must('AT+MIPLDISCOVERRSP=0,3303,1,9,"5700;5701"');
  await host.must('AT+MIPLOPEN=0,3600,30');
  await host.urc(printEvent(profile, 6));
  const peer = (): CoapPeer => {
    if (!server.state.module) throw new Error('The module never spoke');
    return server.state.module;
  };
  /** Asks the module; resolves with its answer. */
  const ask = (code: string, path: string, rest: Partial<Pick<CoapMessage, 'options' | 'payload' | 'token'>> = {}) =>
    server.endpoint.request(
      peer(),
      { code, ...rest, options: [...uriPathOptions(path), ...(rest.options ?? [])] },
      { timeoutMs: 4000 },
    );
  /** Observes a path; resolves with the msgid the host has to notify under. */
  const observe = async (path: string, token = Uint8Array.of(1, 2, 3)): Promise<string> => {
    const answer = ask('0.01', path, { options: [observeOption(0)], token });
    const msgId = msgIdOf(await host.urc('+MIPLOBSERVE'));
    if (profile.dialect === 'cis') await host.must(`AT+MIPLOBSERVERSP=0,${msgId},1`);
    await answer;
    return msgId;
  };
  return { module, host, server, ask, observe, peer };
}

/** The second parameter of a URC. */
export function msgIdOf(urc: string): string {
  return urc.split(',')[1] ?? '';
}
