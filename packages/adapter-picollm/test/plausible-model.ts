import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InstalledModel } from "@tenfold/core";
import { createRandom } from "@tenfold/tooling/soak";
import { afterAll } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tenfold-pico-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** Bytes that are a .pllm for all that can be told without the vendor: noise. */
export function noise(sizeBytes = 4096, seed = 1): Uint8Array {
  const random = createRandom(seed);
  return new Uint8Array(sizeBytes).map(() => random(256));
}

/** A file on disk that validation lets pass. */
export function plausibleModel(bytes: Uint8Array = noise(), name = "model.pllm"): InstalledModel {
  files += 1;
  const path = join(folder, `${files}-${name}`);
  writeFileSync(path, bytes);
  const read = async (range?: { start: number; end: number }) => {
    const all = new Uint8Array(await readFile(path));
    return range ? all.subarray(range.start, range.end) : all;
  };
  return {
    id: "pico",
    variant: { id: "pllm", format: "pllm", artifacts: [] },
    metadata: { format: "pllm", validation: "opaque" },
    files: [{ path: name, sizeBytes: bytes.length, read, location: () => path }],
  };
}
