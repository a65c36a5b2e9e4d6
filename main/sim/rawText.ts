const reader = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const writer = new TextEncoder();

/** Bytes that are no UTF-8 stand in the text as U+DC80 to U+DCFF, which no UTF-8 can mean: lone halves of a surrogate pair. */
const escapeBase = 0xdc00;
const escapes = /[\udc80-\udcff]/;

/**
 * Text of a line as a module that does not look at encodings passes it through: UTF-8 where it is, otherwise byte by byte,
 * those beyond ASCII escaped so that {@link rawBytes} gives the very same bytes back.
 */
export function rawText(bytes: Uint8Array): string {
  try {
    return reader.decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : escapeBase + byte)).join('');
  }
}

/** Bytes of a text that {@link rawText} may have made; for all other text its UTF-8. */
export function rawBytes(text: string): Uint8Array {
  // A half of a pair that is whole is no escape.
  if (text.isWellFormed() || !escapes.test(text)) return writer.encode(text);
  const bytes = Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return character.length === 1 && escapes.test(character) ? [code - escapeBase] : [...writer.encode(character)];
  });
  return Uint8Array.from(bytes.flat());
}
