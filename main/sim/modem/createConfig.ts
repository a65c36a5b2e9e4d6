import { defined } from '../../../shared/defined.ts';
import { readHostPort } from '../../../shared/hostPort.ts';
import { isServerHost } from '../../../shared/places.ts';
import { DEFAULT_PORT, decodeCreateConfig, isBootstrap } from '../../mipl/createConfig.ts';

/** Where a created module goes first. */
export interface ConfiguredServer {
  readonly host: string;
  readonly port: number;
  /** The host tells where to register; otherwise the module registers with it. */
  readonly isBootstrap: boolean;
  readonly authCode?: string;
}

/** Server out of the blob of AT+MIPLCREATE=…; undefined when it is none: it is then taken as it is, as real modules do. */
export function serverOfConfig(blob: Uint8Array): ConfiguredServer | undefined {
  const config = decodeCreateConfig(blob);
  if (!config) return undefined;
  const { host, port = DEFAULT_PORT, userData } = config;
  const authCode = /^AuthCode:([^;]+);/.exec(userData)?.[1];
  return { host, port, isBootstrap: isBootstrap(config), ...defined({ authCode }) };
}

/** `host[:port]`; undefined when it is none. */
export function parseServer(text: string): { readonly host: string; readonly port: number } | undefined {
  const { host, port = DEFAULT_PORT } = readHostPort(text) ?? {};
  return isServerHost(host) ? { host, port } : undefined;
}
