import { join } from 'node:path';
import { peersFolder } from './programs/installed.ts';

/** A program of others: what starts it (see startPeer), and what is known of it. */
export interface KnownPeer {
  readonly name: string;
  readonly command: string;
  /** What it does not do; the test then does without. */
  readonly lacks: ReadonlySet<string>;
  /** What it prints when devices may register; absent: nobody knows. */
  readonly readyWord?: string;
}

/** What is typed at a server's console, by operation. */
export interface ServerLines {
  readonly discover: string;
  readonly read: string;
  readonly write: string;
  readonly execute: string;
  readonly observe: string;
  readonly cancel?: string;
}

/** A server at whose console operations are typed. */
export interface KnownServer extends KnownPeer {
  readonly lines: ServerLines;
  /** How many objects it reads by itself after the registration. */
  readonly readsFirst: number;
}

const wakaama: ServerLines = {
  discover: 'disc 0 /3303/0',
  read: 'read 0 /3303/0/5700',
  write: 'write 0 /3306/0/5850 1',
  execute: 'exec 0 /3303/0/5605 reset',
  observe: 'observe 0 /3303/0/5700',
  cancel: 'cancel 0 /3303/0/5700',
};

const folder = await peersFolder();
/** One that is installed by the suite. */
function installed(script: string, rest: string): string {
  return `"${process.execPath}" "${join(import.meta.dirname, 'programs', script)}" "${folder}" ${rest}`;
}

/** One that a person names in the environment; see docs/peers.md. */
function named(variable: string): readonly KnownPeer[] {
  const command = process.env[variable] ?? '';
  const lacks = (process.env[`${variable}_LACKS`] ?? '').split(',').map((word) => word.trim());
  return command === '' ? [] : [{ name: variable, command, lacks: new Set(lacks) }];
}

const none: ReadonlySet<string> = new Set();

export const lwm2mServers: readonly KnownServer[] = [
  ...(folder === undefined
    ? []
    : [
        {
          name: 'coap-shepherd',
          command: installed('coapShepherd.ts', '{port}'),
          lacks: none,
          readsFirst: 2,
          readyWord: '"ready"',
          lines: {
            discover: 'discover /3303/0',
            read: 'read /3303/0/5700',
            write: 'write /3306/0/5850 true',
            execute: 'execute /3303/0/5605 reset',
            observe: 'observe /3303/0/5700',
            cancel: 'cancel /3303/0/5700',
          },
        },
        {
          name: 'lwm2m-node-lib',
          command: installed('nodeLibServer.ts', '{port}'),
          lacks: new Set(['acknowledgement', 'cancel']),
          readsFirst: 0,
          lines: {
            discover: 'discoverObj 1 3303 0',
            read: 'read 1 /3303/0/5700',
            write: 'write 1 /3306/0/5850 1',
            execute: 'execute 1 /3303/0/5605 reset',
            observe: 'observe 1 3303 0 5700',
          },
        },
      ]),
  ...named('MIPL_PEER_LWM2M_SERVER').map((peer) => ({
    ...peer,
    readsFirst: Number(process.env['MIPL_PEER_LWM2M_SERVER_READS_FIRST'] ?? 0),
    lines: { ...wakaama, ...(JSON.parse(process.env['MIPL_PEER_LWM2M_SERVER_LINES'] ?? '{}') as object) },
  })),
];

export const lwm2mClients: readonly KnownPeer[] = [
  ...(folder === undefined
    ? []
    : [
        {
          name: 'coap-node',
          command: installed('coapNode.ts', '{host} {port} {endpoint}'),
          lacks: new Set(['partialUpdate']),
        },
      ]),
  ...named('MIPL_PEER_LWM2M_CLIENT'),
];

export const bootstrapServers: readonly KnownPeer[] = [
  ...(folder === undefined
    ? []
    : [
        {
          name: 'coap and lwm2m-codec',
          command: installed('coapBootstrap.ts', '{host} {port} {server}'),
          lacks: none,
          readyWord: 'ready',
        },
      ]),
  ...named('MIPL_PEER_BOOTSTRAP'),
];
