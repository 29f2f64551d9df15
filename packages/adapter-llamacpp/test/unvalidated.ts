import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Adapter } from "@tenfold/core";
import { openNative } from "./open-native.ts";

/** Hands llama.cpp a copy of a model that says it has no attention heads, which validation would refuse. */
export function unvalidated(): Adapter {
  return {
    framework: "llama.cpp",
    formats: ["gguf"],
    probe: async () => ({ available: true, frameworkVersion: "", accelerators: ["cpu"] }),
    async load(model) {
      const bytes = await readFile(model.files[0]?.location?.() ?? "");
      const key = Buffer.from("llama.attention.head_count");
      // The key, its type (32 bits), its value.
      bytes.writeUInt32LE(0, bytes.indexOf(Buffer.concat([key, Buffer.from([4, 0, 0, 0])])) + key.length + 4);
      const path = join(tmpdir(), `tenfold-headless-${process.pid}.gguf`);
      await writeFile(path, bytes);
      try {
        await openNative(path);
      } finally {
        await rm(path, { force: true });
      }
      throw new Error("llama.cpp survived.");
    },
  };
}
