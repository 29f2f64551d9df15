import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Misbehaviour } from "./fault.ts";
import type { ByteRange } from "./requested-range.ts";
import type { ServedFile } from "./served-file.ts";

/** What happens at this point of the body: bytes, or the connection's end, or silence. */
export type BodyStep = Uint8Array | "drop" | "stall";

/** The body in the order it is sent, with the misbehaviour worked in. */
export async function* responseBody(file: ServedFile, range: ByteRange, misbehaviour: Misbehaviour | undefined): AsyncGenerator<BodyStep> {
  const pieces = () => file.read(range.start, range.end);
  switch (misbehaviour?.kind) {
    case "drop":
    case "stall":
      yield* interrupted(pieces(), misbehaviour.afterBytes, misbehaviour.kind);
      return;
    case "endless":
      for (;;) yield* pieces();
    case "gzip":
      yield gzipSync(Buffer.concat(await collect(pieces())));
      return;
    case "content-length":
      yield* pieces();
      yield "drop";
      return;
    case "flip":
      yield* flipped(pieces(), misbehaviour.atByte - range.start);
      return;
    case "throttle":
      yield* paced(pieces(), misbehaviour.bytesPerSecond);
      return;
    default:
      yield* pieces();
  }
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

async function* interrupted(pieces: AsyncIterable<Uint8Array>, afterBytes: number, step: "drop" | "stall"): AsyncGenerator<BodyStep> {
  let left = afterBytes;
  let done = false;
  for await (const piece of pieces) {
    if (!done && piece.byteLength >= left) {
      if (left > 0) yield piece.subarray(0, left);
      yield step;
      done = true;
      yield piece.subarray(left);
    } else {
      yield piece;
      left -= piece.byteLength;
    }
  }
}

async function* flipped(pieces: AsyncIterable<Uint8Array>, atByte: number): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for await (const piece of pieces) {
    const copy = Uint8Array.from(piece);
    const at = atByte - offset;
    const value = copy[at];
    if (value !== undefined) copy[at] = value ^ 1;
    offset += piece.byteLength;
    yield copy;
  }
}

async function* paced(pieces: AsyncIterable<Uint8Array>, bytesPerSecond: number): AsyncGenerator<Uint8Array> {
  const stepBytes = Math.max(1, Math.floor(bytesPerSecond / 50));
  for await (const piece of pieces) {
    for (let offset = 0; offset < piece.byteLength; offset += stepBytes) {
      const step = piece.subarray(offset, offset + stepBytes);
      yield step;
      await pause((step.byteLength / bytesPerSecond) * 1000);
    }
  }
}
