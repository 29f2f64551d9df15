import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { createSha256 } from "./sha256.ts";

const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 13) & 255);

it.each([0, 1, 63, 64, 65, 100_000])("the digest of %i bytes is the same gathered and streamed, in whatever pieces", async (length) => {
  const content = bytes.subarray(0, length);
  const expected = createHash("sha256").update(content).digest("hex");
  for (const mostBytes of [length, 1_000_000, undefined]) {
    for (const pieceBytes of [7, 4096, 1_000_000]) {
      const hash = createSha256(mostBytes);
      // The bytes may change once they were handed over.
      const piece = new Uint8Array(pieceBytes);
      for (let start = 0; start < length; start += pieceBytes) {
        const part = content.subarray(start, start + pieceBytes);
        piece.set(part);
        hash.update(piece.subarray(0, part.length));
        piece.fill(0);
      }
      expect(await hash.digest()).toBe(expected);
    }
  }
});
