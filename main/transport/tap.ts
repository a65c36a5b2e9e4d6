import type { Link } from './link.ts';
import { makeLinkEnd } from './linkEnd.ts';
import { systemClock } from '../time/clock.ts';

/** Hears every byte of a link. Must not throw. */
export interface TapListener {
  /**
   * @param direction `in` from the module, `out` to it.
   * @param bytes valid during the call; copy to keep.
   * @param monotonicNs monotonic clock, nanoseconds, taken before anybody else sees the bytes.
   * @param wallMs wall clock, milliseconds since 1970.
   */
  onBytes(direction: 'in' | 'out', bytes: Uint8Array, monotonicNs: bigint, wallMs: number): void;
}

/**
 * The same link with all bytes both ways reported first, also those that nobody listens to yet. From here on use only the
 * returned link.
 */
export function tap(link: Link, listener: TapListener): Link {
  const end = makeLinkEnd({
    write(bytes) {
      listener.onBytes('out', bytes, systemClock.monotonicNs(), systemClock.wallMs());
      return link.write(bytes);
    },
    close: () => link.close(),
  });
  link.onData = (bytes) => {
    listener.onBytes('in', bytes, systemClock.monotonicNs(), systemClock.wallMs());
    end.receive(bytes);
  };
  link.onClose = (reason) => end.lose(reason);
  return end.link;
}
