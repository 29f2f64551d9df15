import { createHash } from "node:crypto";
import { type ChunkList, chunkSizeBytes } from "@tenfold/catalog";

/** Prime, so that no two chunks of a file that repeats it are alike. */
const blockBytes = 16_777_259;

/** The block that the file of the bench repeats: pseudo-random and the same in every process. */
export function benchBytes(): Buffer {
  const block = new Uint32Array(Math.ceil(blockBytes / 4));
  let state = 1;
  for (let index = 0; index < block.length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    block[index] = state ^ (state << 13);
  }
  return Buffer.from(block.buffer, 0, blockBytes);
}

export function benchChunkList(sizeBytes: number): ChunkList {
  const block = benchBytes();
  const whole = createHash("sha256");
  const chunks: string[] = [];
  for (let start = 0; start < sizeBytes; start += chunkSizeBytes) {
    const chunk = createHash("sha256");
    for (let position = start; position < Math.min(start + chunkSizeBytes, sizeBytes); ) {
      const from = position % blockBytes;
      const piece = block.subarray(from, Math.min(blockBytes, from + Math.min(start + chunkSizeBytes, sizeBytes) - position));
      chunk.update(piece);
      whole.update(piece);
      position += piece.length;
    }
    chunks.push(chunk.digest("hex"));
  }
  return { schemaVersion: 1, sha256: whole.digest("hex"), sizeBytes, chunkSizeBytes, chunks };
}
