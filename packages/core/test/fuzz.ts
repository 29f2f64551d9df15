import { TenfoldError } from "@tenfold/catalog";
import { fullTests } from "@tenfold/tooling/requirement";
import { createRandom } from "@tenfold/tooling/soak";
import type { ModelFile } from "../src/formats/format-handler.ts";

const words = [0n, 1n, 2n, 4n, 7n, 8n, 127n, 128n, 255n, 65_535n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

export interface FuzzOptions {
  original: Uint8Array;
  /** Where counts, lengths and offsets lie; damage is aimed at them as often as anywhere else. */
  structure?: readonly number[];
  /** Bytes from the start that damage is done to; the whole file by default. */
  headBytes?: number;
  /** How many; `fuzzRounds` by default, fewer for large files. */
  rounds?: number;
  /** Most bytes that one validation may read, all told. */
  mostReadBytes: number;
  validate(file: { bytes: Uint8Array; sizeBytes: number; read: ModelFile["read"] }): Promise<unknown>;
}

export const fuzzRounds: number = fullTests ? 100_000 : 1000;
export const fuzzTimeoutMs: number = fullTests ? 3_600_000 : 120_000;

/** Damages a file in many ways. Each must be accepted or refused with `invalid-format`, reading no more than is allowed. */
export async function fuzz({
  original,
  structure = [],
  headBytes = original.length,
  rounds = fuzzRounds,
  mostReadBytes,
  validate,
}: FuzzOptions): Promise<{ accepted: number; refused: number }> {
  const random = createRandom(20_260_101);
  const outcomes = { accepted: 0, refused: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const bytes = damaged(original, random, structure, headBytes);
    let readBytes = 0;
    const read: ModelFile["read"] = async (range) => {
      const part = bytes.slice(range?.start ?? 0, range?.end ?? bytes.length);
      readBytes += part.length;
      return part;
    };
    try {
      await validate({ bytes, sizeBytes: bytes.length, read });
      outcomes.accepted += 1;
    } catch (error) {
      if (!TenfoldError.is(error, "invalid-format")) throw new Error(`round ${round}: ${String(error)}`, { cause: error });
      outcomes.refused += 1;
    }
    if (readBytes > mostReadBytes) throw new Error(`round ${round} read ${readBytes} bytes`);
  }
  return outcomes;
}

function damaged(original: Uint8Array, random: (below: number) => number, structure: readonly number[], headBytes: number): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let change = random(3); change >= 0; change -= 1) {
    const end = Math.max(9, Math.min(headBytes, bytes.length) - 8);
    const target = structure.length > 0 && random(2) === 0 ? (structure[random(structure.length)] ?? 0) : random(end);
    const at = Math.max(0, Math.min(target, bytes.length - 8));
    const word = words[random(words.length)] ?? 0n;
    if (bytes.length < 16) break;
    switch (random(6)) {
      case 0:
        bytes.writeBigUInt64LE(word, at);
        break;
      case 1:
        bytes.writeUInt32LE(Number(word % 2n ** 32n), at);
        break;
      case 2:
        bytes[at] = random(256);
        break;
      case 3:
        bytes.copyWithin(at, random(end), Math.min(bytes.length, random(end) + random(64)));
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + random(64)))]);
        break;
      default:
        bytes = random(3) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
    }
  }
  return bytes;
}
