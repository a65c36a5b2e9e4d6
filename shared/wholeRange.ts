/** A range of whole numbers, both ends in it. */
export interface WholeRange {
  readonly min: number;
  readonly max: number;
}

/** True for a whole number of the range, whatever was given. */
export function isInRange(value: unknown, { min, max }: WholeRange): value is number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

/** Reads decimal digits, blanks around them dropped; undefined when it is no whole number of the range. */
export function readWhole(text: string, range: WholeRange): number | undefined {
  const digits = text.trim();
  const value = /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
  return isInRange(value, range) ? value : undefined;
}
