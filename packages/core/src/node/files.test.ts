import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { filesCases } from "../../test/files-cases.ts";
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

describe("a folder of this computer", () => {
  it.each(filesCases)("$name", async ({ run, expected }) => expect(await run(files)).toEqual(expected));

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
});
