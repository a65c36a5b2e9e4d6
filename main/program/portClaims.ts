import { realpath } from 'node:fs/promises';
import { posix } from 'node:path';
import { CodedError } from '../../shared/errors.ts';
import { virtualProfile } from '../../shared/virtualPort.ts';
import { usualName } from '../device/ports.ts';
import type { PortClaim } from '../device/programParts.ts';
import { windowsPort } from '../transport/windowsPort.ts';

/**
 * The one name of what stands behind a path, by whichever of its names a person or a list calls it: a link of an adapter
 * (`/dev/serial/by-id/…`), the other name of macOS, `\\.\com5`. An address of a serial server is its own name.
 */
export async function onePortName(path: string, platform: NodeJS.Platform = process.platform): Promise<string> {
  if (platform === 'win32') return windowsPort(path) ?? path;
  const name = await usualName(path, platform);
  return posix.isAbsolute(name) ? realpath(name).catch(() => name) : name;
}

interface Kept {
  readonly name: string;
  readonly by: string;
  leaving?: Promise<unknown>;
}

/** Others who may be at a port. */
export interface PortClaimsParts {
  /** The station of this window has let go of it, or never had it; false where it tests a device there. */
  readonly isLeft: (name: string) => Promise<boolean>;
  /** A search for a module makes way; resolves once it is at the port no more. */
  readonly endSearch: (name: string) => Promise<void>;
}

/**
 * Which device has which port, by {@link onePortName}. A port is claimed before it is opened, so that of two who want it at
 * the same moment one has it and the other is told so: a serial server takes any number of connections, and each would get some
 * of the bytes.
 */
export class PortClaims {
  readonly #parts: PortClaimsParts;
  /** A device has two of one port while it opens it anew. */
  readonly #kept = new Set<Kept>();

  constructor(parts: PortClaimsParts) {
    this.#parts = parts;
  }

  /** @param by the device, by its id @throws CodedError `PORT_OPEN_HERE` where another one has it, or the station. */
  async claim(path: string, by: string): Promise<PortClaim> {
    // Each virtual module is one of its own, and is told of all the same: a station leaves alone what a tab has.
    if (virtualProfile(path) !== undefined) return this.#keep(path, by);
    const name = await onePortName(path);
    for (let others = this.#others(name, by); others.length > 0; others = this.#others(name, by)) {
      if (others.some(({ leaving }) => leaving === undefined))
        throw new CodedError('PORT_OPEN_HERE', 'Another device of this program has the port', path);
      await Promise.all(others.map(({ leaving }) => leaving));
    }
    // Nothing was awaited since the last look.
    const claim = this.#keep(name, by);
    if (!(await this.#parts.isLeft(name))) {
      claim.free();
      throw new CodedError('PORT_OPEN_HERE', 'The station of this window tests a device there', path);
    }
    await this.#parts.endSearch(name);
    return claim;
  }

  /** Whether a device has it. */
  has(name: string): boolean {
    return [...this.#kept].some((kept) => kept.name === name);
  }

  #keep(name: string, by: string): PortClaim {
    const kept: Kept = { name, by };
    this.#kept.add(kept);
    const free = (): void => void this.#kept.delete(kept);
    return {
      free,
      freeAfter(closing) {
        kept.leaving = closing.then(free, free);
      },
    };
  }

  #others(name: string, by: string): Kept[] {
    return [...this.#kept].filter((kept) => kept.name === name && kept.by !== by);
  }
}
