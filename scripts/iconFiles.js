// @ts-check

/** @typedef {{ size: number, png: Buffer }} Picture */

/**
 * A Windows icon: a header, a directory of 16 bytes per picture, and the pictures as PNG (read since Windows Vista).
 * @param {readonly Picture[]} pictures of at most 256 pixels
 */
export function encodeIco(pictures) {
  const header = Buffer.alloc(6 + 16 * pictures.length);
  header.writeUInt16LE(1, 2); // 1 = icon
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.length;
  pictures.forEach(({ size, png }, index) => {
    const entry = 6 + 16 * index;
    header.writeUInt8(size % 256, entry); // 0 means 256
    header.writeUInt8(size % 256, entry + 1);
    header.writeUInt16LE(1, entry + 4); // colour planes
    header.writeUInt16LE(32, entry + 6); // bits per pixel
    header.writeUInt32LE(png.length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...pictures.map(({ png }) => png)]);
}

/** Names of the blocks of an Apple icon that hold a PNG of that size; the second one is the same size "at 2×". */
const icnsTypes = new Map([
  [32, ['ic11']],
  [64, ['ic12']],
  [128, ['ic07']],
  [256, ['ic08', 'ic13']],
  [512, ['ic09', 'ic14']],
  [1024, ['ic10']],
]);

/** An Apple icon: blocks of a type, a length that counts its own eight bytes, and a PNG. @param {readonly Picture[]} pictures */
export function encodeIcns(pictures) {
  const block = (/** @type {string} */ type, /** @type {Buffer} */ content) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(8 + content.length, 4);
    return Buffer.concat([head, content]);
  };
  const blocks = pictures.flatMap(({ size, png }) => (icnsTypes.get(size) ?? []).map((type) => block(type, png)));
  return block('icns', Buffer.concat(blocks));
}
