import { expect, onTestFinished } from 'vitest';
import type { CommandSpec } from '../../main/at/codec.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { ObjectStore } from '../../main/lwm2m/objectStore.ts';
import { commands } from '../../main/mipl/messages.ts';
import { readPlatformAnswer } from '../../main/platform/answers.ts';
import { httpCallOf } from '../../main/platform/calls.ts';
import { sendCall } from '../../main/platform/client.ts';
import { UdpTool } from '../../main/udp/udpTool.ts';
import type { UdpDatagram } from '../../shared/udp.ts';
import { modelOf, rig, settle } from '../mipl/rig.ts';
import { startServer } from '../platform/rig.ts';
import { playTranscript } from '../transcript.ts';
import type { TranscriptLine } from '../transcript.ts';
import type { Act, DocumentCall, Exchange } from './exchange.ts';
import { chainOf, filled } from './table.ts';
import type { DialectName } from './table.ts';

const testServer = { address: '183.230.40.150', port: 36000 } as const;

/** Numbers for the document's placeholders: ids of observations pass 65535, all others do not. */
function numbering(): (name: string, isText: boolean) => string {
  const numbers = new Map<string, string>();
  return (name, isText) => {
    if (isText) return '2.1.1';
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const count = numbers.size + 1;
    const number = String(45_900 + count + (name.startsWith('o') ? count * 65_536 : 0));
    numbers.set(name, number);
    return number;
  };
}

/** The tool with a module that says the lines of the exchanges. */
function start(dialect: DialectName, exchanges: readonly Exchange[], model: Exchange['model']) {
  const valueOf = numbering();
  const lines = exchanges.flatMap((exchange) =>
    exchange.lines.map((line): TranscriptLine => ({
      from: line.startsWith('> ') ? 'host' : 'module',
      text: filled(line.slice(2), valueOf),
      line: 0,
      section: exchange.section,
      added: false,
    })),
  );
  const player = playTranscript(lines);
  const station = rig({
    dialect,
    link: player.link,
    closeEventMs: { tells: 5000, unknown: 10, silent: 10 },
    channel: { resyncSilenceMs: 20 },
    ...(model ? { model: modelOf(model) } : {}),
    onNetworkUrc: (urc) => udp.receive(urc),
  });
  onTestFinished(() => station.channel.close());
  const datagrams = new Map<string, UdpDatagram>();
  const udp: UdpTool = new UdpTool((spec, params, order) => station.engine.exec(spec, params, order), {
    onState: () => undefined,
    onDatagram: (datagram) => datagrams.set(datagram.id, datagram),
  });
  const executed: string[] = [];
  station.store.onExecute((path, args) => executed.push(`${path} ${args}`));
  return { ...station, player, udp, executed, datagrams: () => [...datagrams.values()] };
}

type Station = ReturnType<typeof start>;

function perform({ engine, udp }: Station, act: Act): Promise<unknown> {
  switch (act.do) {
    case 'exec':
      return engine.exec(commands[act.command] as CommandSpec, act.params);
    case 'prepareSuite':
      return engine.prepareSuite();
    case 'register':
      return engine.register({ lifetimeSeconds: 3600, timeoutSeconds: 30 });
    case 'update':
      return engine.update(act);
    case 'notify':
      return engine.notify({ ...act, confirmed: false });
    case 'deregister':
      return engine.deregister();
    case 'deleteSuite':
      return engine.deleteSuite();
    case 'deleteObject':
      return engine.deleteObject(act.objectId);
    case 'openSocket':
      return udp.open({ port: act.port, report: 1 });
    case 'sendDatagram':
      return udp.send({ ...testServer, socket: 0, hex: act.hex, ...(act.flag ? { flag: act.flag } : {}) });
    case 'closeSocket':
      return udp.close(0);
  }
}

/** What the tool knows now, as far as the table asks. */
function knowledge(station: Station, reads: unknown, { values = {} }: NonNullable<Exchange['knows']>) {
  const { engine, store, udp } = station;
  return {
    reads,
    phase: engine.registration.phase,
    observed: engine.observations.map(({ path }) => path),
    values: Object.fromEntries(Object.keys(values).map((path) => [path, store.valueOf(path)])),
    standings: station.standings,
    attributes: station.attributes,
    executed: station.executed,
    notes: station.notes,
    lastRequest: station.requests().at(-1),
    phases: station.phases(),
    lastNotification: station.notifications().at(-1),
    network: station.network,
    datagrams: station.datagrams(),
    sockets: udp.state.sockets,
  };
}

/**
 * Plays the exchange, after all that comes before it, as the module: fails unless the tool says exactly the document's
 * lines and knows what it must know then.
 */
export async function toolSays(dialect: DialectName, exchange: Exchange): Promise<void> {
  const chain = exchange.model ? [exchange] : chainOf(dialect, exchange);
  const station = start(dialect, chain, exchange.model);
  let reads: unknown;
  const { finished } = station.player;
  const wrongLine = finished.then(() => new Promise<never>(() => undefined));
  station.player.start();
  for (const { act } of chain) {
    await settle();
    if (!act) continue;
    const acting = perform(station, act).catch((error: unknown) => error);
    reads = await Promise.race([acting, exchange.goesOn ? finished : wrongLine]);
  }
  await finished;
  await settle();
  const { knows = {} } = exchange;
  expect(station.faults).toEqual([]);
  expect(knowledge(station, reads, knows)).toMatchObject(knows);
}

/** Has the tool make the call: fails unless it says what the document says, with the key, and reads the document's answer. */
export async function toolCalls({ operation, method, path, body, answer }: DocumentCall): Promise<void> {
  const store = new ObjectStore(defaultModel);
  const call = httpCallOf(operation, { imei: 'IMEI', typeOf: (resource) => store.typeOf(resource) });
  expect([call.method, call.path, call.body]).toEqual([method, path, body]);
  const text = filled(answer, () => '1221');
  const seen: unknown[] = [];
  const { origin } = await startServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const content = Buffer.concat(chunks);
      const { 'api-key': key, 'content-length': length = '0' } = request.headers;
      seen.push([request.method, request.url, key, content.toString(), Number(length) === content.length]);
      response.end(text);
    });
  });
  const answered = await sendCall({ origin, key: 'of-OneNET' }, call);
  expect(seen).toEqual([[method, path, 'of-OneNET', body ?? '', true]]);
  expect(readPlatformAnswer(answered.status, answered.text)).toEqual({
    errno: 0,
    ...((JSON.parse(text) as { data?: unknown }).data === undefined ? {} : { data: expect.anything() }),
  });
}
