import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodePlatform } from "@tenfold/core/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { storeBlob, storeModel } from "../../../core/test/stored-model.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../../core/test/temporary-platform.ts";
import { type RunSettings, runTenfold } from "../../test/run-tenfold.ts";

let platform: TemporaryPlatform;
beforeEach(async () => {
  platform = await temporaryPlatform();
  const shared = { path: "tokenizer.json", bytes: new Uint8Array(100_000).fill(1) };
  await storeModel(platform, "one", "q4", [{ path: "one.gguf", bytes: new Uint8Array(3_000_000).fill(2) }, shared]);
  await storeModel(platform, "two", "q8", [{ path: "two.gguf", bytes: new Uint8Array(5_000_000).fill(3) }, shared]);
});
afterEach(() => platform.remove());

const tenfold = (words: string, settings: Partial<RunSettings> = {}) => runTenfold(words.split(" "), { home: platform.home, ...settings });
const installed = async () => JSON.parse((await tenfold("list --installed --json")).stdout) as { model: string }[];

describe("tenfold rm", () => {
  it("shows what goes and what stays, asks, and removes", async () => {
    const outcome = await tenfold("rm one", { input: "y\n", terminal: true });
    expect(outcome.stderr).toBe("one:q4\nfrees 3.0 MB in 1 file\nkeeps 100 kB that two:q8 needs\nRemove? [y/N] ");
    expect(outcome).toMatchObject({ stdout: "Removed one:q4; 3.0 MB are free again.\n", exitCode: 0 });
    expect(await installed()).toMatchObject([{ model: "two" }]);
  });

  it.each(["n\n", "\n", ""])("removes nothing when the answer is %j", async (input) => {
    const outcome = await tenfold("rm one", { input, terminal: true });
    expect(outcome).toMatchObject({ stdout: "", exitCode: 0, stderr: expect.stringContaining("Nothing was removed.") });
    expect(await installed()).toHaveLength(2);
  });

  it("asks nobody with --yes, and refuses to guess where there is no terminal", async () => {
    expect(await tenfold("rm one", { input: "y\n" })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--yes") });
    const { stdout, stderr } = await tenfold("rm one:q4 --yes --json", { input: "" });
    expect(JSON.parse(stdout)).toMatchObject({ removed: [{ model: "one", variant: "q4" }], freedBytes: 3_000_000, kept: [{ neededBy: ["two:q8"] }] });
    expect(stderr).toBe("");
  });

  it("can be interrupted while it asks", async () => {
    const outcome = await tenfold("rm one", { onStderr: (text, interrupt) => text.includes("Remove?") && interrupt() });
    expect(outcome.exitCode).toBe(130);
    expect(await installed()).toHaveLength(2);
  });

  it("exits with 3 for what is not installed, and with 2 for what is pinned", async () => {
    expect(await tenfold("rm three")).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("not installed") });
    expect((await tenfold("store pin one:q4")).stdout).toContain("cannot be removed");
    expect(await tenfold("rm one --yes")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("pinned") });
    expect(JSON.parse((await tenfold("store unpin one:q4 --json")).stdout)).toEqual([]);
    expect((await tenfold("rm one --yes")).exitCode).toBe(0);
  });
});

describe("tenfold store", () => {
  it("du says what each model takes and what nobody needs", async () => {
    await storeBlob(platform, new Uint8Array(70_000).fill(4));
    const { stdout } = await tenfold("store du");
    expect(stdout).toMatch(/^one:q4 +3\.1 MB +100 kB/m);
    expect(stdout).toContain("Needed by no model: 70.0 kB");
    expect(stdout).toMatch(/In all: 8\.2 MB\.\n$/);
    expect(JSON.parse((await tenfold("store du --json")).stdout)).toMatchObject({ sharedBytes: 100_000, orphans: [{ sizeBytes: 70_000 }] });
  });

  it("gc says what it would free, then frees it", async () => {
    const orphan = await storeBlob(platform, new Uint8Array(70_000).fill(4));
    expect((await tenfold("store gc --dry-run")).stdout).toBe(`orphan   70.0 kB  blobs/${orphan}\nWould free 70.0 kB.\n`);
    expect(JSON.parse((await tenfold("store gc --json")).stdout)).toMatchObject({ freedBytes: 70_000 });
    expect((await tenfold("store gc")).stdout).toBe("Freed 0 B.\n");
    await nodePlatform({ home: platform.home }).files.writeAtomic("models/torn/q4.json", new Uint8Array([123]));
    expect((await tenfold("store gc")).stderr).toContain("models/torn/q4.json is damaged");
  });

  it("fsck finds, repairs, and exits with 5 while something is wrong", async () => {
    expect(await tenfold("store fsck")).toMatchObject({ stdout: "The store is consistent.\n", exitCode: 0 });
    await platform.files.remove("views/one");
    expect(await tenfold("store fsck")).toMatchObject({ stdout: expect.stringMatching(/^found: one:q4/), exitCode: 5 });
    expect(await tenfold("store fsck --repair")).toMatchObject({ stdout: expect.stringMatching(/^repaired: one:q4/), exitCode: 0 });
    expect(await tenfold("store fsck --json")).toMatchObject({ stdout: "[]\n", exitCode: 0 });
  });

  it("verify names the bytes that are wrong, and exits with 5", async () => {
    expect(await tenfold("store verify")).toMatchObject({ stdout: "Verified 3 files, 8.1 MB: all as they should be.\n", exitCode: 0 });
    const path = join(platform.home, "views/one/q4/one.gguf");
    const bytes = await readFile(path);
    bytes[5] = 0;
    await writeFile(path, bytes);
    const outcome = await tenfold("store verify one");
    expect(outcome.stdout).toBe("one:q4 one.gguf is damaged at 0–3000000\nVerified 2 files, 3.1 MB: 1 damaged; pull their models again to repair them.\n");
    expect(outcome.exitCode).toBe(5);
    expect(JSON.parse((await tenfold("store verify one --json")).stdout)).toMatchObject({ damaged: [{ badChunks: [{ start: 0, end: 3_000_000 }] }] });
  });

  it("refuses the store of a newer version", async () => {
    await platform.files.writeAtomic("store.json", new TextEncoder().encode('{"schemaVersion":9}'));
    expect(await tenfold("store du")).toMatchObject({ exitCode: 6, stderr: expect.stringContaining("Update Tenfold") });
  });
});
