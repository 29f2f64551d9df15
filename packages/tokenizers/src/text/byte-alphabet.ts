/**
 * The alphabet that byte-level vocabularies are written in: printable characters of Latin-1 stand for themselves, other bytes for
 * the characters from U+0100 on, in order.
 */
const characterOfByte: string[] = [];
const byteOfCharacter = new Int16Array(0x180).fill(-1);

for (let byte = 0, next = 0x100; byte < 256; byte += 1) {
  const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte < 0x100 && byte !== 0xad);
  const unit = printable ? byte : next;
  if (!printable) next += 1;
  characterOfByte.push(String.fromCharCode(unit));
  byteOfCharacter[unit] = byte;
}

/** What a token of a byte-level vocabulary stands for; undefined when it is not written in the alphabet. */
export function fromByteAlphabet(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let index = 0; index < token.length; index += 1) {
    const byte = byteOfCharacter[token.charCodeAt(index)] ?? -1;
    if (byte < 0) return undefined;
    bytes[index] = byte;
  }
  return bytes;
}

export function toByteAlphabet(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += characterOfByte[byte];
  return text;
}
