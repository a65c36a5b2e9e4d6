/** A request that is answered without the host, with this CoAP code; undefined where the stack says nothing at all. */
export class RequestError extends Error {
  readonly code: string | undefined;

  constructor(code: string | undefined, message: string) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
  }
}
