import { CoapError } from '../coap/exchange.ts';

/**
 * Waits for the network, which may take minutes; `attached` says in the end whether there is one. Rejects with CoapError
 * `NETWORK` when there is none, or with the reason of the abort.
 */
export async function whenAttached(attached: Promise<boolean>, signal: AbortSignal): Promise<void> {
  let leave: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    const isAttached = await Promise.race([attached, aborted]);
    if (!isAttached) throw new CoapError('NETWORK', 'There is no network');
  } finally {
    if (leave) signal.removeEventListener('abort', leave);
  }
}
