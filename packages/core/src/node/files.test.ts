import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Files } from "../platform/files.ts";
import { createNodeFiles } from "./files.ts";

let root: string;
let files: Files;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tenfold-files-"));
  files = createNodeFiles(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (read: Uint8Array) => new TextDecoder().decode(read);

describe("a folder of this computer", () => {
  it("reads whole files and ranges, and no more than there is", async () => {
    await files.writeAtomic("a/b.txt", bytes("0123456789"));
    expect(text(await files.read("a/b.txt"))).toBe("0123456789");
    expect(text(await files.read("a/b.txt", { start: 2, end: 5 }))).toBe("234");
    expect(text(await files.read("a/b.txt", { start: 8, end: 50 }))).toBe("89");
    expect(text(await files.read("a/b.txt", { start: 50, end: 60 }))).toBe("");
  });

  it("replaces a file whole and leaves no draft behind", async () => {
    await files.writeAtomic("file", bytes("old"));
    await files.writeAtomic("file", bytes("new"));
    expect(text(await files.read("file"))).toBe("new");
    expect(await readdir(root)).toEqual(["file"]);
  });

  it("keeps the old content when a write fails, and removes its draft", async () => {
    await files.writeAtomic("folder/inner", bytes("kept"));
    await expect(files.writeAtomic("folder", bytes("x"))).rejects.toMatchObject({ code: "storage-failed" });
    expect(await readdir(root)).toEqual(["folder"]);
    expect(text(await files.read("folder/inner"))).toBe("kept");
  });

  it("writes at any position of an open file and keeps the rest", async () => {
    await files.writeAtomic("file", bytes("aaaaaa"));
    const file = await files.open("file");
    await file.write(bytes("bb"), 2);
    await file.truncate(5);
    await file.sync();
    await file.close();
    expect(text(await files.read("file"))).toBe("aabba");
  });

  it("says nothing is there instead of failing", async () => {
    expect(await files.stat("absent")).toBeUndefined();
    expect(await files.list("absent")).toEqual([]);
    await files.remove("absent");
    await expect(files.read("absent")).rejects.toMatchObject({ code: "storage-failed", message: expect.stringContaining("absent") });
  });

  it("changes a file's stamp when its content changes", async () => {
    await files.writeAtomic("file", bytes("one"));
    const before = await files.stat("file");
    expect((await files.stat("file"))?.stamp).toBe(before?.stamp);
    await writeFile(join(root, "file"), "two");
    expect((await files.stat("file"))?.stamp).not.toBe(before?.stamp);
  });

  it("shows one content under two names without a second copy", async () => {
    await files.writeAtomic("data", bytes("content"));
    await files.link("data", "views/model/name.gguf");
    await files.link("data", "views/model/name.gguf");
    expect(await readFile(join(root, "views/model/name.gguf"), "utf8")).toBe("content");
    expect((await stat(join(root, "data"))).nlink).toBe(2);
    expect(await readdir(join(root, "views/model"))).toEqual(["name.gguf"]);
  });

  it("knows how much space is left", async () => {
    expect(await files.freeBytes()).toBeGreaterThan(0);
  });

  it("lists names in order and removes folders whole", async () => {
    for (const name of ["c", "a", "b/inner"]) await files.writeAtomic(`folder/${name}`, bytes(name));
    expect(await files.list("folder")).toEqual(["a", "b", "c"]);
    await files.remove("folder");
    expect(await files.list("")).toEqual([]);
  });
});
