/** More digits than any number that is written has; what is longer, or hostile in its exponent, costs no time. */
const mostDigits = 400;

/** A number of a JSON text, digit for digit: JSON.parse alone would round 9007199254740993. */
export class ExactNumber {
  /** As it was written. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The number where it has no fraction, `1e3` and `5.0` included; undefined otherwise, or where it is none. */
  get whole(): bigint | undefined {
    if (this.text.length > mostDigits) return undefined;
    const match = /^([+-]?)0*(\d+?)(?:\.(\d*?)0*)?(?:[eE]([+-]?\d{1,4}))?$/.exec(this.text);
    if (!match) return undefined;
    const [, sign = '', digits = '', fraction = '', exponentText = '0'] = match;
    const exponent = Number(exponentText) - fraction.length;
    const all = digits + fraction;
    if (/^0*$/.test(all)) return 0n;
    const zeros = /0*$/.exec(all)?.[0].length ?? 0;
    // What a negative exponent takes away must be zeros.
    if (exponent < -zeros || all.length + exponent > mostDigits) return undefined;
    const unsigned = exponent < 0 ? all.slice(0, exponent) : all + '0'.repeat(exponent);
    return BigInt(`${sign === '-' ? '-' : ''}${unsigned}`);
  }

  toString(): string {
    return this.text;
  }
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Reads JSON; numbers that are members of the name `member` come as {@link ExactNumber}. Throws SyntaxError or RangeError. */
export function parseWithExactNumbers(json: string, member: string): unknown {
  const keep: Reviver = (key, value, { source }) =>
    key === member && typeof value === 'number' && source !== undefined ? new ExactNumber(source) : value;
  return JSON.parse(json, keep as (key: string, value: unknown) => unknown);
}
