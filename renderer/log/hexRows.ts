const bytesARow = 16;

/** Bytes in rows of sixteen, as hex dumps have them: place, digits, and characters that can be seen. Pure. */
export function hexRows(hex: string): { readonly place: string; readonly digits: string; readonly text: string }[] {
  const bytes = hex.match(/../g) ?? [];
  return Array.from({ length: Math.ceil(bytes.length / bytesARow) }, (_, row) => {
    const some = bytes.slice(row * bytesARow, (row + 1) * bytesARow);
    const text = some.map((byte) => {
      const code = Number.parseInt(byte, 16);
      return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '·';
    });
    return {
      place: (row * bytesARow).toString(16).toUpperCase().padStart(4, '0'),
      digits: some.join(' '),
      text: text.join(''),
    };
  });
}
