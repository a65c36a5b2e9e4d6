import { Buffer } from 'node:buffer';
import { expect, onTestFinished } from 'vitest';
import { AtChannel } from '../../main/at/channel.ts';
import { LineSplitter } from '../../main/at/lineSplitter.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { ObjectStore } from '../../main/lwm2m/objectStore.ts';
import { messageTable } from '../../main/mipl/messageTable.ts';
import { dialects } from '../../main/mipl/dialects.ts';
import { Engine } from '../../main/mipl/engine.ts';
import { commands } from '../../main/mipl/messages.ts';
import { openEchoServer } from '../../main/sim/echoServer.ts';
import type { EchoServerOptions } from '../../main/sim/echoServer.ts';
import { makeLinkEnd } from '../../main/transport/linkEnd.ts';
import type { Link } from '../../main/transport/link.ts';
import { UdpTool } from '../../main/udp/udpTool.ts';
import type { UdpToolOptions } from '../../main/udp/udpTool.ts';
import type { EchoOptions, UdpDatagram } from '../../shared/udp.ts';
import { Arrivals } from '../sim/host.ts';
import { seedProfile } from '../sim/moduleAndServer.ts';
import { openVirtualModule } from '../../main/sim/virtualModule.ts';

/** The tool on an engine on a channel on a link, as a session joins them. */
export function toolOn(link: Link, options: UdpToolOptions = {}, baudRate?: number) {
  const sent: string[] = [];
  const datagrams = new Map<string, UdpDatagram>();
  const arrivals = new Arrivals<UdpDatagram>();
  const channel: AtChannel = new AtChannel(
    link,
    {
      onUrc: (line) => engine.receive(line),
      onLine: () => undefined,
      onSent: ({ text }) => sent.push(text),
      onRestart: () => tool.end('restarted'),
      onSync: () => undefined,
    },
    { gapMs: 0, resyncSilenceMs: 20, table: messageTable },
  );
  const nothing = (): void => undefined;
  const engine: Engine = new Engine(
    channel,
    new ObjectStore(defaultModel),
    {
      onLine: () => undefined,
      onRequest: nothing,
      onNotification: nothing,
      onObservations: nothing,
      onAttributes: nothing,
      onRegistration: nothing,
      onStanding: nothing,
      onAnswerTimes: nothing,
      onNetworkUrc: (urc) => tool.receive(urc),
      onRemark: nothing,
    },
    { dialect: dialects.cis, answerDeadlineMs: 3000, ...(baudRate === undefined ? {} : { baudRate }) },
  );
  const tool: UdpTool = new UdpTool(
    (spec, params, order) => engine.exec(spec, params, order),
    {
      onState: nothing,
      onDatagram: (datagram) => {
        datagrams.set(datagram.id, datagram);
        if (datagram.direction === 'in') arrivals.push(datagram);
      },
    },
    options,
  );
  return {
    tool,
    engine,
    channel,
    /** Commands as they left. */
    sent,
    arrivals,
    /** Datagrams as the page shows them, oldest first. */
    datagrams: () => [...datagrams.values()],
    socket: (number = 0) => tool.state.sockets.find((socket) => socket.number === number),
    echo: () => tool.state.echo,
    figures: () => tool.state.echo.figures,
    /** Waits until the echo test is over. */
    echoEnd: async () => {
      await expect.poll(() => tool.state.echo.phase, { timeout: 10_000 }).not.toBe('running');
      return tool.state.echo;
    },
  };
}

/** The tool at a virtual module that is on the network. */
export async function startTool(options: UdpToolOptions = {}) {
  const module = openVirtualModule({
    profile: seedProfile(),
    server: { host: '127.0.0.1', port: 9 },
    baudRate: 0,
    radioSpeed: Infinity,
  });
  onTestFinished(() => module.close());
  const station = toolOn(module.link, options);
  onTestFinished(() => station.channel.close());
  const registration = async (): Promise<number | undefined> =>
    (await station.engine.exec(commands.registrationState, {}).catch(() => []))[0]?.status;
  await expect.poll(registration, { timeout: 10_000 }).toBe(1);
  station.sent.length = 0;
  return { ...station, module };
}

/** The tool at a module in the hands of the test: `reply` says what it answers; undefined: nothing. */
export function scripted(
  reply: (command: string) => readonly string[] | undefined,
  options: UdpToolOptions = {},
  baudRate?: number,
) {
  const say = (...lines: readonly string[]): void => {
    for (const line of lines) end.receive(Buffer.from(`\r\n${line}\r\n`));
  };
  const splitter = new LineSplitter(({ text }) => {
    const lines = reply(text);
    if (lines) queueMicrotask(() => say(...lines));
  });
  const end = makeLinkEnd({
    write(bytes) {
      splitter.push(bytes, process.hrtime.bigint());
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
  const station = toolOn(end.link, options, baudRate);
  onTestFinished(() => station.channel.close());
  return { ...station, say };
}

/** An echo server of the test, and an echo test of a few quick datagrams to it. */
export async function startEcho(options: EchoServerOptions = {}) {
  const server = await openEchoServer(options);
  onTestFinished(() => server.close());
  const test: EchoOptions = {
    socket: 0,
    address: '127.0.0.1',
    port: server.port,
    count: 5,
    intervalMs: 0,
    size: 32,
    timeoutMs: 5000,
  };
  return { server, test };
}
