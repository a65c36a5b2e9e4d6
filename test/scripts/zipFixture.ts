import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  content?: string;
  /** Unix file mode with its type bits. */
  mode?: number;
  stored?: boolean;
  /** What the archive claims, where that is not the truth. */
  claim?: { crc?: number; size?: number; flags?: number; method?: number };
}

/** Writes a zip archive by the format description, including archives that no packer would make. */
export function zip(entries: ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = '', mode = 0o100644, stored = false, claim = {} } of entries) {
    const plain = Buffer.from(content);
    const packed = stored ? plain : deflateRawSync(plain);
    const method = claim.method ?? (stored ? 0 : 8);
    const nameBytes = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(nameBytes.length, 26);
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(claim.flags ?? 0, 8);
    record.writeUInt16LE(method, 10);
    record.writeUInt32LE(claim.crc ?? crc32(plain), 16);
    record.writeUInt32LE(packed.length, 20);
    record.writeUInt32LE(claim.size ?? plain.length, 24);
    record.writeUInt16LE(nameBytes.length, 28);
    record.writeUInt16LE(mode, 40);
    record.writeUInt32LE(offset, 42);
    locals.push(local, nameBytes, packed);
    directory.push(record, nameBytes);
    offset += local.length + nameBytes.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}
