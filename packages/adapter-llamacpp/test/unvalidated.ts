import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Adapter } from "@tenfold/core";
import { createNodeBinding } from "../src/bindings/node.ts";

/** Hands llama.cpp a copy of a model that says it has no attention heads, which validation would refuse. */
export function unvalidated(): Adapter {
  return {
    framework: "llama.cpp",
    formats: ["gguf"],
    probe: async () => ({ available: true, frameworkVersion: "", accelerators: ["cpu"] }),
    async load(model, { log }) {
      const bytes = await readFile(model.files[0]?.location?.() ?? "");
      const key = Buffer.from("llama.attention.head_count");
      // The key, its type (32 bits), its value.
      bytes.writeUInt32LE(0, bytes.indexOf(Buffer.concat([key, Buffer.from([4, 0, 0, 0])])) + key.length + 4);
      const path = join(tmpdir(), `tenfold-headless-${process.pid}.gguf`);
      await writeFile(path, bytes);
      try {
        const library = await createNodeBinding(false).open(log);
        const settings = { contextSize: 64, sequences: 1, threads: 1, batchSize: 32, gpuLayers: 0, mmap: false, mlock: false, flashAttention: false } as const;
        await library.load({ files: [], path, ...settings, embeddings: false, onProgress: () => {} });
      } finally {
        await rm(path, { force: true });
      }
      throw new Error("llama.cpp survived.");
    },
  };
}
