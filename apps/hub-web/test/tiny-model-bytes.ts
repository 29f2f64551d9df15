import { readFileSync } from "node:fs";

/** A file of the tiny model that the test kit of adapters carries: "gguf/tenfold-tiny-q8_0.gguf". */
export function tinyModelBytes(path: string): Buffer {
  return readFileSync(new URL(`../../../packages/adapter-testkit/models/tenfold-tiny/${path}`, import.meta.url));
}
