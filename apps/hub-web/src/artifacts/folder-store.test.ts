import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chunkListSchema, chunkSizeBytes } from "@tenfold/catalog";
import { expect, test } from "vitest";
import { bigFile, claim, sha256 } from "../../test/sample-starter.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { createFolderStore } from "./folder-store.ts";

async function storeWith(bytes: Uint8Array) {
  const folder = await temporaryFolder();
  const file = join(folder, "given.bin");
  await writeFile(file, bytes);
  return { folder, file, store: await createFolderStore(folder) };
}

test("keeps a file under its digest and lists the digests of its chunks", async () => {
  const bytes = bigFile();
  const { folder, file, store } = await storeWith(bytes);
  const { path, chunkList } = await store.add(file, { sha256: sha256(bytes), sizeBytes: bytes.length });
  expect(path).toBe(`artifacts/sha256/${sha256(bytes)}`);
  expect(sha256(await readFile(join(folder, path)))).toBe(sha256(bytes));
  expect(chunkListSchema.parse(chunkList)).toEqual({
    schemaVersion: 1,
    sha256: sha256(bytes),
    sizeBytes: bytes.length,
    chunkSizeBytes,
    chunks: [0, 1, 2].map((place) => sha256(bytes.subarray(place * chunkSizeBytes, (place + 1) * chunkSizeBytes))),
  });
});

test("a file of exactly one chunk has one chunk", async () => {
  const bytes = bigFile().subarray(0, chunkSizeBytes);
  const { file, store } = await storeWith(bytes);
  expect((await store.add(file)).chunkList.chunks).toEqual([sha256(bytes)]);
});

test("the same file twice is there once", async () => {
  const { folder, file, store } = await storeWith(Buffer.from("twice"));
  expect(await store.add(file)).toEqual(await store.add(file));
  expect(await readdir(join(folder, "artifacts/sha256"))).toEqual([sha256("twice")]);
});

test.each([
  ["another digest", { sha256: claim }, "digest-mismatch"],
  ["another size", { sizeBytes: 4 }, "size-mismatch"],
])("refuses a file of %s and keeps nothing of it", async (_what, expected, code) => {
  const { folder, file, store } = await storeWith(Buffer.from("hello"));
  await expect(store.add(file, expected)).rejects.toMatchObject({ code });
  expect(await readdir(join(folder, "artifacts/sha256"))).toEqual([]);
  expect(await readdir(join(folder, "artifacts/incoming"))).toEqual([]);
});

test("refuses an empty file, a folder, and a file that is not there", async () => {
  const { folder, file, store } = await storeWith(new Uint8Array());
  await expect(store.add(file)).rejects.toMatchObject({ code: "invalid-format" });
  await expect(store.add(folder)).rejects.toMatchObject({ code: "storage-failed" });
  await expect(store.add(join(folder, "none"))).rejects.toMatchObject({ code: "storage-failed", message: expect.stringContaining("none") });
});

test("reads from any position, and knows what it does not have", async () => {
  const { file, store } = await storeWith(Buffer.from("0123456789"));
  await store.add(file);
  const artifact = await store.open(sha256("0123456789"));
  expect(artifact?.sizeBytes).toBe(10);
  const into = new Uint8Array(4);
  expect(await artifact?.read(into, 8)).toBe(2);
  expect(Buffer.from(into.subarray(0, 2)).toString()).toBe("89");
  await artifact?.close();
  expect(await store.open(claim)).toBeUndefined();
});

test("sweeps away what an interrupted import left", async () => {
  const { folder, file } = await storeWith(Buffer.from("x"));
  await writeFile(join(folder, "artifacts/incoming/half"), await readFile(file));
  await createFolderStore(folder);
  expect(await readdir(join(folder, "artifacts/incoming"))).toEqual([]);
});
