/** What became of the fields of a thing: those not named stand as they were, null takes one away. No field itself is ever null. */
export type Change<T> = { readonly [K in keyof T]?: T[K] | null };

type Fields = Readonly<Record<string, unknown>>;

/**
 * The change that makes the one out of the other, two things of a type of ours; all of it where there was nothing before. A
 * field that holds an object has changed when it is another object.
 */
export function changeOf<T extends object>(before: T | undefined, after: T): Change<T> {
  const [old, now] = [(before ?? {}) as Fields, after as Fields];
  const change: Record<string, unknown> = {};
  for (const name of Object.keys(now)) {
    const value = now[name];
    if (value !== undefined && value !== old[name]) change[name] = value;
  }
  // What every object has by birth, such as valueOf, is no field of it.
  for (const name of Object.keys(old)) if (!Object.hasOwn(now, name) || now[name] === undefined) change[name] = null;
  return change as Change<T>;
}

/** The thing after a change. Pure. */
export function changed<T extends object>(before: T | undefined, change: Change<T>): T {
  // Spread, not set field by field: a name such as __proto__ stays a name.
  const after: Record<string, unknown> = { ...before, ...change };
  for (const name of Object.keys(change)) if (after[name] === null) Reflect.deleteProperty(after, name);
  return after as T;
}
