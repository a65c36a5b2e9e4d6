/** A version as in Semantic Versioning 2.0.0 §2, §9; what stands behind a plus counts for nothing (§10). */
const version =
  /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Whether a text is a version. */
export const isVersion = (text: string): boolean => version.test(text);

/** Whether a version is a trial one, such as `1.3.0-rc.1`. */
export const isTrial = (text: string): boolean => version.exec(text)?.[4] !== undefined;

/** Identifiers of numbers alone are compared as numbers and stand before others (§11.4). */
function compareIdentifiers(one: string, other: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (isNumber && isOtherNumber) return Number(one) - Number(other);
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Above zero where the first version takes precedence (Semantic Versioning 2.0.0 §11). Both must be versions. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [version.exec(one), version.exec(other)];
  for (const place of [1, 2, 3]) {
    const difference = Number(left?.[place]) - Number(right?.[place]);
    if (difference !== 0) return difference;
  }
  const [ours, theirs] = [left?.[4]?.split('.') ?? [], right?.[4]?.split('.') ?? []];
  if (ours.length === 0 || theirs.length === 0) return theirs.length - ours.length;
  for (const [place, identifier] of ours.entries()) {
    const facing = theirs[place];
    if (facing === undefined) return 1;
    const difference = compareIdentifiers(identifier, facing);
    if (difference !== 0) return difference;
  }
  return ours.length - theirs.length;
}
