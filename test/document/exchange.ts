import type { PlatformOperation } from '../../shared/platform.ts';
import type { UdpFlag } from '../../shared/udp.ts';
import type { commands } from '../../main/mipl/messages.ts';

/** What makes the tool speak where the document's host speaks first. */
export type Act =
  | {
      readonly do: 'exec';
      readonly command: keyof typeof commands;
      readonly params: Readonly<Record<string, string | number>>;
    }
  | { readonly do: 'prepareSuite' | 'register' | 'deregister' | 'deleteSuite' }
  | { readonly do: 'update'; readonly lifetimeSeconds: number; readonly withObjects: boolean }
  | { readonly do: 'notify'; readonly path: string; readonly value: string }
  | { readonly do: 'deleteObject'; readonly objectId: number }
  | { readonly do: 'openSocket'; readonly port: number }
  | { readonly do: 'sendDatagram'; readonly hex: string; readonly flag?: UdpFlag }
  | { readonly do: 'closeSocket' };

/** A call of the HTTP API, as the API has it. `IMEI` and `DEVICE` stand for the module's numbers. */
export interface DocumentCall {
  readonly operation: PlatformOperation;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  /** Whole and exact, but for `{name}`: something without quotes, commas and braces. */
  readonly answer: string;
  /** The document's own form of it, where the platform takes that too. */
  readonly alsoAs?: { readonly method: 'GET' | 'POST'; readonly path: string };
}

/** What the tool must know or have done afterwards; only what is named is looked at. */
export interface ToolKnows {
  /** What the act resolved with. */
  readonly reads?: unknown;
  readonly phase?: string;
  /** All that the session went through. */
  readonly phases?: readonly string[];
  readonly observed?: readonly string[];
  readonly values?: Readonly<Record<string, string>>;
  readonly standings?: readonly string[];
  readonly attributes?: readonly (readonly [path: string, attributes: object])[];
  readonly executed?: readonly string[];
  readonly notes?: readonly string[];
  readonly lastRequest?: object;
  readonly lastNotification?: object;
  readonly network?: readonly object[];
  readonly datagrams?: readonly object[];
  readonly sockets?: readonly object[];
}

/** One exchange of the OneNET document. */
export interface Exchange {
  readonly id: string;
  /** As the document counts: `3.5 (2) B`. */
  readonly section: string;
  /** Sections in which the same lines stand once more. */
  readonly also?: readonly string[];
  readonly title: string;
  /** What the document prints otherwise or leaves out, and why the lines here are right. */
  readonly correction?: string;
  /** Id of the exchange that comes before; nothing does where it is absent. */
  readonly after?: string;
  /**
   * `> ` said by the host, `< ` by the module, exactly as the document prints them. `{name}` is a number: the same one
   * wherever the name stands in one chain of exchanges. `{?name}` is any text.
   */
  readonly lines: readonly string[];
  readonly act?: Act;
  /** With these lines the act that caused them is not over: the tool goes on with the next exchange. */
  readonly goesOn?: true;
  readonly call?: DocumentCall;
  /** Objects of the tool, which then begins with this exchange; default the shipped ones, which are the document's. */
  readonly model?: Readonly<Record<string, readonly [type: string, access: string, value?: string]>>;
  readonly knows?: ToolKnows;
  /** Lines the virtual module prints besides. */
  readonly besides?: readonly string[];
  /** There is a bootstrap server behind the module. */
  readonly isBootstrapped?: true;
  /** The far end is on the network only after a while, as real ones are. */
  readonly hasSlowRadio?: true;
}
