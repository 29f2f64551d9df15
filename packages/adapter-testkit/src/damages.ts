/** A way in which a file can be wrong. */
export interface Damage {
  title: string;
  change(bytes: Uint8Array): Uint8Array;
}

const anyFormat: readonly Damage[] = [
  { title: "nothing in it", change: () => new Uint8Array(0) },
  { title: "its second half missing", change: (bytes) => bytes.slice(0, bytes.length >> 1) },
  { title: "its last byte missing", change: (bytes) => bytes.slice(0, -1) },
  { title: "only 100 bytes", change: (bytes) => bytes.slice(0, 100) },
  { title: "its first 16 bytes turned over", change: (bytes) => altered(bytes, (copy) => copy.set(copy.slice(0, 16).map((byte) => byte ^ 0xff))) },
  { title: "a web page in place of it", change: () => new TextEncoder().encode("<!doctype html><title>Not found</title>".repeat(100)) },
];

const gguf: readonly Damage[] = [
  { title: "no attention heads", change: (bytes) => valueAfter(bytes, ".attention.head_count", 0) },
  { title: "no layers", change: (bytes) => valueAfter(bytes, ".block_count", 0) },
  { title: "more layers than it has", change: (bytes) => valueAfter(bytes, ".block_count", 60) },
  { title: "another width", change: (bytes) => valueAfter(bytes, ".embedding_length", 31) },
  { title: "2^32 - 1 metadata entries", change: (bytes) => altered(bytes, (copy) => new DataView(copy.buffer).setUint32(16, 2 ** 32 - 1, true)) },
  { title: "a version from the future", change: (bytes) => altered(bytes, (copy) => copy.set([99], 4)) },
];

/** Ways for a file of a format to be wrong; some end a careless framework's process. */
export function damagesOf(format: string): readonly Damage[] {
  return format === "gguf" ? [...anyFormat, ...gguf] : anyFormat;
}

function altered(bytes: Uint8Array, change: (copy: Uint8Array<ArrayBuffer>) => void): Uint8Array {
  const copy = new Uint8Array(bytes);
  change(copy);
  return copy;
}

/** Overwrites the 32-bit value of a GGUF key, which follows the key's end and its type. */
function valueAfter(bytes: Uint8Array, keyEnd: string, value: number): Uint8Array {
  const wanted = new TextEncoder().encode(keyEnd);
  return altered(bytes, (copy) => {
    const limit = Math.min(copy.length - wanted.length - 8, 4096);
    for (let at = 0; at < limit; at += 1) {
      // The type 4, a 32-bit number, tells the key from a longer one.
      if (wanted.every((byte, index) => copy[at + index] === byte) && copy[at + wanted.length] === 4) {
        new DataView(copy.buffer).setUint32(at + wanted.length + 4, value, true);
        return;
      }
    }
    throw new Error(`The file has no key that ends with ${keyEnd}`);
  });
}
