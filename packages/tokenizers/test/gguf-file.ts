import type { ModelFile } from "@tenfold/core";
import { encodeGguf, type HeaderValue } from "@tenfold/tooling/gguf-header";
import { modelFile } from "./files.ts";

export type GgufEntry = readonly [key: string, value: string | number | boolean | readonly string[] | readonly number[]];

/** A GGUF file with this metadata and no tensors. Lists of numbers are floats unless their key speaks of types. */
export function ggufFile(entries: readonly GgufEntry[]): ModelFile {
  const metadata = Object.fromEntries(entries.map(([key, value]) => [key, headerValue(key, value)]));
  return modelFile("model.gguf", encodeGguf(metadata, []).head);
}

function headerValue(key: string, value: GgufEntry[1]): HeaderValue {
  if (typeof value !== "object") return value;
  if (typeof value[0] === "string") return { strings: value.map(String) };
  const numbers = value.map(Number);
  return key.endsWith("type") ? { int32s: numbers } : { floats: numbers };
}
