import { CodedError } from '../../shared/errors.ts';
import type { Link } from './link.ts';
import { makeLinkEnd } from './linkEnd.ts';
import type { LinkEnd } from './linkEnd.ts';

/**
 * Two links tied together: what is written to one arrives at the other, asynchronously, in order, as a copy. Closing one
 * ends the other with `PORT_LOST`, after everything written before.
 */
export function loopback(): [Link, Link] {
  const first: LinkEnd = tiedTo(() => second);
  const second: LinkEnd = tiedTo(() => first);
  return [first.link, second.link];
}

function tiedTo(far: () => LinkEnd): LinkEnd {
  return makeLinkEnd({
    write(bytes) {
      const copy = Uint8Array.from(bytes);
      queueMicrotask(() => far().receive(copy));
      return Promise.resolve();
    },
    close() {
      queueMicrotask(() => far().lose(new CodedError('PORT_LOST', 'The far end was closed.')));
      return Promise.resolve();
    },
  });
}
