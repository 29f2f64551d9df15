import type { ByteSource } from "../formats/gguf/byte-source.ts";
import { inflate, readPieces, type StreamContext } from "./byte-streams.ts";
import { createCrc32 } from "./crc32.ts";

const shortestGzipBytes = 18;

/**
 * What a gzip file holds. Its last eight bytes must be checksum and length of all that came out: else it is several
 * files in a row, or something hangs behind it, of which readers make different things.
 */
export async function* readGzip(source: ByteSource, context: StreamContext): AsyncGenerator<Uint8Array> {
  if (source.sizeBytes < shortestGzipBytes) throw context.refuse("it is too short for gzip", { byte: 0 });
  const crc = createCrc32();
  let sizeBytes = 0;
  for await (const bytes of inflate(readPieces(source, 0, source.sizeBytes, context), "gzip", context)) {
    crc.update(bytes);
    sizeBytes += bytes.length;
    yield bytes;
  }
  const end = source.sizeBytes - 8;
  const trailer = await source.read({ start: end, end: source.sizeBytes });
  const view = new DataView(trailer.buffer, trailer.byteOffset, trailer.length);
  if (trailer.length < 8 || view.getUint32(0, true) !== crc.digest() || view.getUint32(4, true) !== sizeBytes % 2 ** 32) {
    throw context.refuse("it does not end with the checksum of its content", { byte: end });
  }
}
