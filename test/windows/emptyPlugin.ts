const section = 0x1000;
const alignment = 512;

/** An export directory as Windows reads it, for functions that all are the first byte of the section: `ret`. */
function sectionOf(name: string, functions: readonly string[]): Buffer {
  const names = functions.toSorted();
  const count = names.length;
  const directory = 16;
  const addresses = directory + 40;
  const pointers = addresses + 4 * count;
  const ordinals = pointers + 4 * count;
  const texts = [`${name}\0`, ...names.map((one) => `${one}\0`)];
  const offsets = texts.map((_, index) => ordinals + 2 * count + texts.slice(0, index).join('').length);
  const body = Buffer.alloc(ordinals + 2 * count + texts.join('').length);
  body.writeUInt8(0xc3, 0);
  for (const [index, value] of [
    ...[0, 0, 0, section + (offsets[0] ?? 0), 1, count, count],
    ...[section + addresses, section + pointers, section + ordinals],
  ].entries())
    body.writeUInt32LE(value, directory + 4 * index);
  for (let index = 0; index < count; index += 1) {
    body.writeUInt32LE(section, addresses + 4 * index);
    body.writeUInt32LE(section + (offsets[index + 1] ?? 0), pointers + 4 * index);
    body.writeUInt16LE(index, ordinals + 2 * index);
  }
  body.write(texts.join(''), ordinals + 2 * count, 'latin1');
  return Buffer.concat([body, Buffer.alloc((alignment - (body.length % alignment)) % alignment)]);
}

/**
 * A library of 64-bit Windows whose functions return at once: a plug-in that the compiler of installers finds, and that
 * does nothing. PE/COFF, with one section and no table but that of exports.
 */
export function emptyPlugin(name: string, functions: readonly string[]): Buffer {
  const body = sectionOf(name, functions);
  const head = Buffer.alloc(alignment);
  head.write('MZ', 0, 'latin1');
  head.writeUInt32LE(64, 60);
  head.write('PE\0\0', 64, 'latin1');
  const coff = 68;
  head.writeUInt16LE(0x8664, coff);
  head.writeUInt16LE(1, coff + 2);
  head.writeUInt16LE(240, coff + 16);
  head.writeUInt16LE(0x2022, coff + 18);
  const optional = coff + 20;
  head.writeUInt16LE(0x20b, optional);
  const fields: readonly (readonly [offset: number, value: number])[] = [
    [4, body.length],
    [20, section],
    [32, section],
    [36, alignment],
    [56, section + Math.ceil(body.length / section) * section],
    [60, alignment],
    [108, 16],
    [112, section + 16],
    [116, body.length - 16],
  ];
  for (const [offset, value] of fields) head.writeUInt32LE(value, optional + offset);
  head.writeBigUInt64LE(0x180000000n, optional + 24);
  for (const version of [40, 48]) head.writeUInt16LE(6, optional + version);
  head.writeUInt16LE(2, optional + 68);
  for (const [index, size] of [0x100000n, 0x1000n, 0x100000n, 0x1000n].entries())
    head.writeBigUInt64LE(size, optional + 72 + 8 * index);
  const row = optional + 240;
  head.write('.text', row, 'latin1');
  for (const [index, value] of [body.length, section, body.length, alignment].entries())
    head.writeUInt32LE(value, row + 8 + 4 * index);
  head.writeUInt32LE(0x60000020, row + 36);
  return Buffer.concat([head, body]);
}
