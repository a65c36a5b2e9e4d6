import { Buffer } from 'node:buffer';
import { CodedError } from '../../shared/errors.ts';
import type { LineControl, Link } from './link.ts';

/** How long a close may take before the handle is abandoned. */
export const closeLimitMs = 2000;

/** What a kind of link does in its own way. */
export interface LinkDriver {
  /** Hands bytes to the system; rejects with the system's error. */
  write(bytes: Uint8Array): Promise<void>;
  /** Where the device has a rate that can be set. */
  readonly setBaudRate?: (baudRate: number) => Promise<void>;
  /** Where the device stands on a line that can be set. */
  readonly line?: LineControl;
  /** Lets go of the device; may hang or reject, the link end bears both. */
  close(): Promise<void>;
}

/** A link together with the handles its driver turns. */
export interface LinkEnd {
  readonly link: Link;
  /** Bytes have come; kept until somebody listens, dropped after the end. */
  receive(bytes: Uint8Array): void;
  /** The far end is gone: tells `onClose` once, with the reason. */
  lose(reason?: Error): void;
}

/** The error of a write to a link that has ended. */
export function notOpen(): CodedError {
  return new CodedError('PORT_NOT_OPEN', 'The link is closed.');
}

/**
 * The part all links share: bytes and the end are kept until somebody listens, the end is told once, writes after the
 * end are refused, a close takes at most {@link closeLimitMs}.
 */
export function makeLinkEnd(driver: LinkDriver): LinkEnd {
  let onData: Link['onData'];
  let onClose: Link['onClose'];
  let kept: Uint8Array[] = [];
  let ended: { readonly reason: Error | undefined } | undefined;
  let isTold = false;
  let closing: Promise<void> | undefined;

  const tell = (): void => {
    if (!ended || isTold || !onClose) return;
    isTold = true;
    if (ended.reason) onClose(ended.reason);
    else onClose();
  };
  const end = (reason?: Error): void => {
    if (ended) return;
    ended = { reason };
    tell();
  };
  const letGo = async (): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeLimitMs);
    });
    // A close that fails has still ended the link for us; there is nothing left to do with its error.
    await Promise.race([driver.close().catch(() => undefined), limit]);
    clearTimeout(timer);
  };

  const link: Link = {
    get onData() {
      return onData;
    },
    set onData(listener) {
      onData = listener;
      if (!listener || kept.length === 0) return;
      // As one: what all came before anybody listened is no answer to what a listener sends in the middle of it.
      const [first = new Uint8Array(), ...more] = kept;
      kept = [];
      listener(more.length === 0 ? first : Buffer.concat([first, ...more]));
    },
    get onClose() {
      return onClose;
    },
    set onClose(listener) {
      onClose = listener;
      tell();
    },
    write(bytes) {
      return ended || closing ? Promise.reject(notOpen()) : driver.write(bytes);
    },
    ...(driver.setBaudRate ? { setBaudRate: driver.setBaudRate } : {}),
    ...(driver.line ? { line: driver.line } : {}),
    close() {
      closing ??= letGo().then(() => end());
      return closing;
    },
  };

  return {
    link,
    receive(bytes) {
      if (ended) return;
      if (onData) onData(bytes);
      else kept.push(bytes);
    },
    lose: end,
  };
}
