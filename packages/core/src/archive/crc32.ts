const table = Uint32Array.from({ length: 8 * 256 });
for (let byte = 0; byte < 256; byte += 1) {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  table[byte] = value;
}
for (let at = 256; at < table.length; at += 1) {
  const before = table[at - 256] ?? 0;
  table[at] = (before >>> 8) ^ (table[before & 0xff] ?? 0);
}

/** The CRC-32 of zip and gzip, of bytes that pass by. Eight at a time, as one at a time is slower than inflating. */
export function createCrc32() {
  let crc = 0xffffffff;
  const row = (number: number, index: number) => table[number * 256 + (index & 0xff)] as number;
  return {
    update(bytes: Uint8Array): void {
      let value = crc;
      let at = 0;
      for (const end = bytes.length - 7; at < end; at += 8) {
        const b = (index: number) => bytes[at + index] as number;
        const low = value ^ (b(0) | (b(1) << 8) | (b(2) << 16) | (b(3) << 24));
        value = row(7, low) ^ row(6, low >>> 8) ^ row(5, low >>> 16) ^ row(4, low >>> 24) ^ row(3, b(4)) ^ row(2, b(5)) ^ row(1, b(6)) ^ row(0, b(7));
      }
      for (; at < bytes.length; at += 1) value = (value >>> 8) ^ row(0, value ^ (bytes[at] as number));
      crc = value;
    },
    digest: (): number => (crc ^ 0xffffffff) >>> 0,
  };
}
