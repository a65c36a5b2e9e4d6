import { hexOf } from '../../shared/hex.ts';
import type { CreateSettings } from '../../shared/settings.ts';
import type { ParamsOf } from '../at/codec.ts';
import { createConfigFor, encodeCreateConfig } from './createConfig.ts';
import type { commands } from './messages.ts';

type Server = Omit<CreateSettings, 'form'>;

/** Parameters of MIPLCREATEEX for a server: bit 0 of the flag says that it is a bootstrap server (mipl-at.md §2). */
export function createExParams({ host, port, isBootstrap }: Server): ParamsOf<typeof commands.createEx.params> {
  return { server: `${host}:${port}`, flag: isBootstrap ? 1 : 0 };
}

/** Parameters of MIPLCREATE with a configuration in one of its two layouts, whole in one command. */
export function createConfigParams(
  layout: 'plain' | 'flags',
  { host, port, isBootstrap }: Server,
): ParamsOf<typeof commands.createWithConfig.params> {
  const blob = encodeCreateConfig(createConfigFor(layout, { host, port, isBootstrap }));
  return { totalSize: blob.length, config: hexOf(blob), index: 0, currentSize: blob.length, flag: 0 };
}
