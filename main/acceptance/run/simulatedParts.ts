import type { SimulatedPart } from '../../../shared/acceptanceResult.ts';
import { parsePlatformHost } from '../../../shared/platform.ts';
import type { TestSetup } from './testSetup.ts';

/**
 * What of a run is not real. A virtual module never meets another platform than the simulated one, whoever makes the calls;
 * and no OneNET answers at an address of this computer.
 */
export function simulatedParts({
  state,
  platform,
}: {
  readonly state: Pick<TestSetup['state'], 'connection' | 'simulator'>;
  readonly platform: Pick<TestSetup['platform'], 'kind' | 'host'>;
}): readonly SimulatedPart[] {
  const isVirtual = state.connection.port?.kind === 'virtual';
  const isLocal = platform.host !== undefined && parsePlatformHost(platform.host)?.isLoopback === true;
  return [
    ...(isVirtual ? (['module'] as const) : []),
    ...(isVirtual || platform.kind === 'simulated' || isLocal ? (['platform'] as const) : []),
  ];
}
