import { asCoapError, CoapError } from './exchange.ts';
import { startRetransmission, type TransmissionParameters } from './transmission.ts';

interface InFlight {
  readonly acknowledged: () => void;
  readonly failed: (error: CoapError) => void;
}

/** Confirmable messages on their way, by {@link import('./transmission.ts').messageKey}: repeated until something ends them. */
export class Confirmables {
  readonly #transmission: TransmissionParameters;
  readonly #random: () => number;
  readonly #inFlight = new Map<string, InFlight>();

  constructor(transmission: TransmissionParameters, random: () => number) {
    this.#transmission = transmission;
    this.#random = random;
  }

  /**
   * Transmits now and again until the message is acknowledged (resolves), or rejected, given up or impossible to send
   * (rejects with CoapError; `TIMEOUT` names `peerName`).
   */
  send(key: string, transmit: () => Promise<void>, peerName: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (conclude: () => void): void => {
        this.#inFlight.delete(key);
        stop();
        conclude();
      };
      const inFlight: InFlight = {
        acknowledged: () => finish(resolve),
        failed: (error) => finish(() => reject(error)),
      };
      const stop = startRetransmission(
        () => {
          transmit().catch((error: unknown) => inFlight.failed(asCoapError(error)));
        },
        () => inFlight.failed(new CoapError('TIMEOUT', `${peerName} does not acknowledge`)),
        this.#transmission,
        this.#random,
      );
      this.#inFlight.set(key, inFlight);
    });
  }

  /** It has arrived; nothing when there is none such. */
  acknowledge(key: string): void {
    this.#inFlight.get(key)?.acknowledged();
  }

  /** It is not wanted; false when there is none such. */
  reject(key: string, error: CoapError): boolean {
    const inFlight = this.#inFlight.get(key);
    inFlight?.failed(error);
    return inFlight !== undefined;
  }

  /** Ends all of them. */
  end(error: CoapError): void {
    for (const { failed } of [...this.#inFlight.values()]) failed(error);
  }
}
