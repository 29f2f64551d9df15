import type { InstalledFile } from "@tenfold/core";
import { afterEach, expect, test } from "vitest";
import { type MlcFolder, mlcFolder } from "../test/mlc-folder.ts";
import { cacheBytesPerPosition, taskOf } from "./chat-config.ts";
import { readMlcFiles } from "./model-files.ts";

let made: MlcFolder | undefined;
afterEach(async () => {
  await made?.remove();
  made = undefined;
});

/** The model with one of its files changed. */
async function changed(path: string, change: (file: InstalledFile) => InstalledFile, config?: object) {
  made = await mlcFolder(config ? { config } : {});
  const model = await made.open();
  return { ...model, files: model.files.map((file) => (file.path === path ? change(file) : file)) };
}

const bytes =
  (content: Uint8Array | string) =>
  (file: InstalledFile): InstalledFile => {
    const read = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return { ...file, sizeBytes: read.length, read: async () => read };
  };

test("a folder is served by the names that web-llm asks for, whatever the list of its shards is called", async () => {
  const model = await changed("tensor-cache.json", (file) => ({ ...file, path: "ndarray-cache.json" }));
  const { served, weightsBytes, config } = await readMlcFiles(model);
  expect(weightsBytes).toBe(3 * 4096);
  expect([...served.keys()]).toEqual(expect.arrayContaining(["tensor-cache.json", "mlc-chat-config.json", "tokenizer.json", "params_shard_2.bin"]));
  expect(JSON.parse(new TextDecoder().decode(await served.get("tensor-cache.json")?.()))).toHaveProperty("records");
  expect(await served.get("params_shard_1.bin")?.()).toHaveLength(4096);
  // 2 (keys, values) × 2 layers × 2 heads × 16 × 4 bytes.
  expect(cacheBytesPerPosition(config)).toBe(2 * 2 * 2 * 16 * 4);
});

test("a shard with one other byte is found by its digest", async () => {
  const { served } = await readMlcFiles(await changed("params_shard_1.bin", bytes(new Uint8Array(4096).fill(2).fill(3, 4000, 4001))));
  await expect(served.get("params_shard_1.bin")?.()).rejects.toMatchObject({ code: "digest-mismatch", message: expect.stringContaining("params_shard_1.bin") });
  expect(await served.get("params_shard_0.bin")?.()).toHaveLength(4096);
});

test("a shard that ends early is found before its digest", async () => {
  const { served } = await readMlcFiles(await changed("params_shard_1.bin", (file) => ({ ...file, read: async () => new Uint8Array(9) })));
  await expect(served.get("params_shard_1.bin")?.()).rejects.toThrow("has 9 bytes in place of 4096");
});

test("what the store has verified is not hashed again", async () => {
  const { served } = await readMlcFiles(await changed("params_shard_1.bin", (file) => ({ ...bytes(new Uint8Array(4096))(file), sha256: "0".repeat(64) })));
  expect(await served.get("params_shard_1.bin")?.()).toEqual(new Uint8Array(4096));
});

test.each([
  ["", "it is empty"],
  ["{", "not JSON"],
  ["[]", "object"],
  ['{"model_type":"llama"}', "vocab_size"],
  ['{"model_type":"llama","vocab_size":-1}', "vocab_size"],
])("a configuration that is %j is refused, saying where", async (text, words) => {
  const model = await changed("mlc-chat-config.json", bytes(text));
  await expect(readMlcFiles(model)).rejects.toMatchObject({ code: "invalid-format", message: expect.stringContaining(words) });
});

test("a configuration of absurd size is not read", async () => {
  const model = await changed("mlc-chat-config.json", (file) => ({ ...file, sizeBytes: 2 ** 40 }));
  await expect(readMlcFiles(model)).rejects.toMatchObject({ code: "invalid-format", message: expect.stringContaining("is the most") });
});

test("encoders embed, others answer", async () => {
  const { config } = await readMlcFiles(await changed("", (file) => file));
  expect(taskOf(config)).toBe("chat");
  expect(taskOf({ ...config, model_type: "bert" })).toBe("embeddings");
  expect(taskOf({ ...config, model_task: "embedding" })).toBe("embeddings");
});
