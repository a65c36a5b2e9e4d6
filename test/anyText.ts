import fc from 'fast-check';

/** Any code point that may stand in text (no half of a surrogate pair), those that mean something to a terminal often. */
const anyCharacter = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0x7f }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 0x10_ffff - 0x800 }) },
);
const unit = anyCharacter.map((code) => String.fromCodePoint(code < 0xd800 ? code : code + 0x800));

/** Any text of whole code points. fast-check's own unit `binary` first lists them all, which takes seconds of each file. */
export function anyText(limits: { readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.string({ unit, ...limits });
}
