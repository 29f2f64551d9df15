import { mkdir, mkdtemp, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { paddedGguf } from "../../test/padded-gguf.ts";
import { sha256Of } from "../../test/published-catalog.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { createNodeFiles } from "../node/files.ts";
import { adoptModels, findInHuggingFaceCache, findInLmStudioFolder, findInOllamaFolder } from "./adopt.ts";
import { importModel } from "./import-model.ts";
import { createStore, type Store } from "./store.ts";

const model = paddedGguf(1_500_000);
const other = paddedGguf(1_600_000);

let platform: TemporaryPlatform;
let store: Store;
let outside: string;
beforeEach(async () => {
  platform = await temporaryPlatform();
  store = createStore(platform);
  // Beside the store, so that both lie on one file system.
  outside = await mkdtemp(join(tmpdir(), "tenfold-outside-"));
});
afterEach(async () => {
  await rm(outside, { recursive: true, force: true });
  await platform.remove();
});

async function put(path: string, content: Uint8Array | string): Promise<string> {
  const target = join(outside, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
  return target;
}

const isOneCopy = async (path: string, sha256: string) => {
  const [left, right] = await Promise.all([stat(path), stat(join(platform.home, "blobs", sha256, "data"))]);
  return left.ino === right.ino;
};

describe("importing a model", () => {
  it("finds out what a file is, verifies and installs it", async () => {
    const path = await put("My Model.gguf", model);
    const record = await importModel(platform, store, path);
    expect(record).toMatchObject({ model: "my-model", variant: { format: "gguf" }, files: [{ path: "My Model.gguf", sha256: sha256Of(model) }] });
    expect(await store.installed()).toEqual([record]);
    expect(sha256Of((await store.open(record).files[0]?.read()) ?? new Uint8Array())).toBe(sha256Of(model));
    expect(await store.verify()).toMatchObject({ files: 1, damaged: [] });
    expect(await store.fsck()).toEqual([]);
    expect(await platform.files.list("incoming")).toEqual([]);
    expect(await importModel(platform, store, path)).toEqual(record);
  });

  it("takes a folder with all its files, and the id it is given", async () => {
    await put("folder/model.gguf", model);
    await put("folder/notes/README.md", "notes");
    const record = await importModel(platform, store, join(outside, "folder"), { id: "mine", variant: "v1" });
    expect(record).toMatchObject({ model: "mine", variant: { id: "v1" } });
    expect(record.variant.artifacts.map(({ path, role }) => [path, role])).toEqual([
      ["model.gguf", "weights"],
      ["notes/README.md", "other"],
    ]);
  });

  it("refuses another file under a name that is taken, and keeps what was there", async () => {
    const record = await importModel(platform, store, await put("a.gguf", model));
    await expect(importModel(platform, store, await put("b.gguf", other), { id: "a" })).rejects.toMatchObject({ code: "invalid-input" });
    expect(await store.installed()).toEqual([record]);
    expect((await store.usage()).totalBytes).toBe(model.length);
  });

  it("never writes to the user's file, also when it repairs a copy that was changed", async () => {
    const path = await put("a.gguf", model);
    const sha256 = (await importModel(platform, store, path)).files[0]?.sha256 ?? "";
    await store.blobs.reopen(sha256);
    const partial = await platform.files.open(store.blobs.partialPath(sha256));
    await partial.write(new Uint8Array([0]), 0);
    await partial.close();
    expect(sha256Of(await readFile(path))).toBe(sha256);
  });

  it.each([
    ["nothing that is known", "a.gguf", "not a model", {}, "invalid-format"],
    ["an unknown kind of file", "notes.txt", "not a model", {}, "unsupported-format"],
    ["an empty file", "a.gguf", "", {}, "invalid-format"],
    ["an id that is none", "a.gguf", model, { id: "No Id!" }, "invalid-input"],
  ])("refuses %s, and leaves nothing", async (_what, name, content, options, code) => {
    await expect(importModel(platform, store, await put(name, content), options)).rejects.toMatchObject({ code });
    expect(await store.usage()).toMatchObject({ totalBytes: 0, models: [] });
    expect(await platform.files.list("incoming")).toEqual([]);
  });

  it("says which path does not exist, and stops when told to", async () => {
    await expect(importModel(platform, store, join(outside, "absent"))).rejects.toMatchObject({ code: "invalid-input" });
    const path = await put("a.gguf", model);
    await expect(importModel(platform, store, path, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
  });

  it("leaves what a killed import brought in to the garbage", async () => {
    await put("a.gguf", model);
    await platform.files.bringIn?.(join(outside, "a.gguf"), "incoming/11111111-0000-4000-8000-000000000000/0");
    expect(await store.collectGarbage()).toMatchObject({ garbage: [{ kind: "draft", sizeBytes: model.length }] });
    expect(await platform.files.list("incoming")).toEqual([]);
    expect(sha256Of(await readFile(join(outside, "a.gguf")))).toBe(sha256Of(model));
  });
});

describe("adopting what other programs hold", () => {
  const commit = "c".repeat(40);
  const cache = () => createNodeFiles(outside);
  /** As the Hub's libraries lay it out: content in blobs, named by digest; snapshots of links. */
  async function putInHubCache(repository: string, path: string, content: Uint8Array, name = sha256Of(content)): Promise<string> {
    const folder = `models--${repository.replace("/", "--")}`;
    const blob = await put(`${folder}/blobs/${name}`, content);
    const link = join(outside, folder, "snapshots", commit, path);
    await mkdir(dirname(link), { recursive: true });
    await symlink(blob, link);
    await put(`${folder}/refs/main`, commit);
    return blob;
  }

  it("takes each GGUF file of a Hugging Face repository as a variant, without a second copy", async () => {
    const blob = await putInHubCache("Org/Tiny-GGUF", "tiny-q4.gguf", model);
    await putInHubCache("Org/Tiny-GGUF", "sub/tiny-q8.gguf", other);
    await putInHubCache("Org/Tiny-GGUF", "README.md", new TextEncoder().encode("notes"), "d".repeat(40));
    await put("datasets--org--data/refs/main", commit);
    await put("models--org--half/refs/main", "not a commit");
    await put("version.txt", "1");
    const { adopted, refused } = await adoptModels(platform, store, await findInHuggingFaceCache(cache()));
    expect(refused).toEqual([]);
    expect(adopted.map((record) => [record.model, record.variant.id])).toEqual([
      ["tiny-gguf", "sub-tiny-q8"],
      ["tiny-gguf", "tiny-q4"],
    ]);
    expect(await isOneCopy(blob, sha256Of(model))).toBe(true);
    expect((await store.verify()).damaged).toEqual([]);
  });

  it("refuses a blob that is not what its name says, and takes the rest", async () => {
    await putInHubCache("org/bad", "bad.gguf", model, "a".repeat(64));
    await putInHubCache("org/good", "good.gguf", other);
    const { adopted, refused } = await adoptModels(platform, store, await findInHuggingFaceCache(cache()));
    expect(adopted.map((record) => record.model)).toEqual(["good"]);
    expect(refused).toMatchObject([{ name: "org/bad/bad", error: { code: "digest-mismatch" } }]);
    expect((await store.usage()).totalBytes).toBe(other.length);
  });

  it("takes what Ollama's manifests name, by digest", async () => {
    const blob = await put(`blobs/sha256-${sha256Of(model)}`, model);
    const layer = (mediaType: string, digest: string) => ({ mediaType: `application/vnd.ollama.image.${mediaType}`, digest: `sha256:${digest}`, size: 1 });
    const manifest = { schemaVersion: 2, config: {}, layers: [layer("model", sha256Of(model)), layer("template", "e".repeat(64))] };
    await put("manifests/registry.ollama.ai/library/tiny/1b", JSON.stringify(manifest));
    await put("manifests/registry.ollama.ai/library/gone/latest", JSON.stringify({ layers: [layer("model", "f".repeat(64))] }));
    await put("manifests/registry.ollama.ai/library/torn/latest", "{");
    await put("manifests/stray", "{}");
    const { adopted, refused } = await adoptModels(platform, store, await findInOllamaFolder(cache()));
    expect(refused).toEqual([]);
    expect(adopted).toMatchObject([{ model: "tiny", variant: { id: "1b" }, files: [{ path: "tiny.gguf", sha256: sha256Of(model) }] }]);
    expect(await isOneCopy(blob, sha256Of(model))).toBe(true);
  });

  it("takes what lies in LM Studio's folders, parts of one model together", async () => {
    const path = await put("publisher/Tiny-GGUF/Tiny-Q4.gguf", model);
    await put("publisher/split/big-00001-of-00002.gguf", model);
    await put("publisher/split/big-00002-of-00002.gguf", other);
    await put("publisher/empty/.gitkeep", "");
    const found = await findInLmStudioFolder(cache());
    expect(found.map(({ name, files }) => [name, files.length])).toEqual([
      ["publisher/Tiny-GGUF/Tiny-Q4", 1],
      ["publisher/empty", 1],
      ["publisher/split/big", 2],
    ]);
    const { adopted, refused } = await adoptModels(platform, store, found.slice(0, 2));
    expect(adopted).toMatchObject([{ model: "tiny-gguf", variant: { id: "tiny-q4" } }]);
    expect(refused).toMatchObject([{ name: "publisher/empty", error: { code: "unsupported-format" } }]);
    expect(await isOneCopy(path, sha256Of(model))).toBe(true);
  });

  it("verifies again when another program changes what it shares with the store", async () => {
    const path = await put("publisher/tiny/tiny.gguf", model);
    const { adopted } = await adoptModels(platform, store, await findInLmStudioFolder(cache()));
    const sha256 = adopted[0]?.files[0]?.sha256 ?? "";
    expect(await store.blobs.intact(sha256)).toBeDefined();
    await utimes(path, new Date(), new Date(0));
    expect(await store.blobs.intact(sha256)).toBeUndefined();
    expect((await store.fsck({ repair: true })).map(({ kind, repaired }) => [kind, repaired])).toEqual([["unverified-file", true]]);
  });

  it("finds nothing where there is no cache", async () => {
    for (const find of [findInHuggingFaceCache, findInLmStudioFolder, findInOllamaFolder])
      expect(await find(createNodeFiles(join(outside, "absent")))).toEqual([]);
  });
});
