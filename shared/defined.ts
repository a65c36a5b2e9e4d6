/** The members of a thing that may be undefined, as members that may be missing. */
export type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/**
 * The members that are there: one that is undefined is left out, so that what is optional is either a value or missing.
 * Null, 0, false and '' are values. For members that the program names; what comes from outside may be called __proto__.
 */
export function defined<T extends object>(members: T): Defined<T> {
  const left: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined) left[name] = value;
  return left as Defined<T>;
}
