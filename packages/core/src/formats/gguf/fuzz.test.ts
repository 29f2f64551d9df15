import { readFileSync } from "node:fs";
import { TenfoldError } from "@tenfold/catalog";
import { fullTests } from "@tenfold/tooling/requirement";
import { createRandom } from "@tenfold/tooling/soak";
import { expect, test } from "vitest";
import { readGguf } from "./reader.ts";
import { validateGguf } from "./validate.ts";

const original = readFileSync(new URL("../../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q4_0.gguf", import.meta.url));
const rounds = fullTests ? 100_000 : 2000;

const words = [
  0n,
  1n,
  2n,
  3n,
  7n,
  8n,
  9n,
  12n,
  13n,
  31n,
  255n,
  65_535n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/** Places where the header keeps a number or a length: just before and just after every name in it. */
async function structuralOffsets(): Promise<number[]> {
  const gguf = await readGguf({ sizeBytes: original.length, read: async ({ start, end }) => original.subarray(start, end) });
  const offsets = [0, 4, 8, 16];
  for (const key of gguf.metadata.keys()) {
    const at = original.indexOf(key);
    offsets.push(at - 8, at + key.length, at + key.length + 4, at + key.length + 8);
  }
  for (const { name, shape } of gguf.tensors) {
    const at = original.indexOf(name);
    const end = at + name.length;
    offsets.push(at - 8, end, ...shape.map((_, dimension) => end + 4 + 8 * dimension), end + 4 + 8 * shape.length, end + 8 + 8 * shape.length);
  }
  return offsets;
}

test(`${rounds} damaged headers are accepted or refused, never more`, { timeout: fullTests ? 3_600_000 : 120_000 }, async () => {
  const offsets = await structuralOffsets();
  const gguf = await readGguf({ sizeBytes: original.length, read: async ({ start, end }) => original.subarray(start, end) });
  const headerBytes = gguf.dataOffset;
  const random = createRandom(20_260_101);
  const outcomes = { accepted: 0, refused: 0 };

  for (let round = 0; round < rounds; round += 1) {
    let header = Buffer.from(original.subarray(0, headerBytes));
    let sizeBytes = original.length;
    for (let change = random(3); change >= 0; change -= 1) {
      const at = offsets[random(offsets.length)] ?? 0;
      switch (random(6)) {
        case 0:
          header.writeBigUInt64LE(words[random(words.length)] ?? 0n, Math.min(at, header.length - 8));
          break;
        case 1:
          header.writeUInt32LE(Number(words[random(words.length)] ?? 0n) % 2 ** 32, Math.min(at, header.length - 8));
          break;
        case 2:
          header[random(header.length)] = random(256);
          break;
        case 3:
          header.copyWithin(random(header.length), random(header.length), random(header.length));
          break;
        case 4: {
          const cut = random(header.length);
          header = Buffer.concat([header.subarray(0, cut), header.subarray(Math.min(header.length, cut + random(64)))]);
          if (header.length < 64) header = Buffer.from(original.subarray(0, headerBytes));
          break;
        }
        default:
          sizeBytes = random(2) === 0 ? random(sizeBytes) : sizeBytes;
      }
    }
    let readBytes = 0;
    const source = {
      sizeBytes,
      async read({ start, end }: { start: number; end: number }) {
        const stop = Math.min(end, sizeBytes);
        readBytes += Math.max(0, stop - start);
        return start < header.length && stop <= header.length
          ? header.subarray(start, stop)
          : Buffer.concat([header.subarray(start), original.subarray(Math.max(start, header.length), stop)]);
      },
    };
    try {
      await validateGguf(source);
      outcomes.accepted += 1;
    } catch (error) {
      if (!TenfoldError.is(error, "invalid-format")) throw new Error(`round ${round}: ${String(error)}`, { cause: error });
      outcomes.refused += 1;
    }
    // What is read bounds what is held: a few times the file, however large its counts claim to be.
    expect(readBytes).toBeLessThan(4 * original.length);
  }
  expect(outcomes.accepted + outcomes.refused).toBe(rounds);
  expect(outcomes.refused).toBeGreaterThan(rounds / 2);
  expect(outcomes.accepted).toBeGreaterThan(0);
});
