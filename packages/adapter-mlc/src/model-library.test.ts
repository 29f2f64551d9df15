import { createHash } from "node:crypto";
import type { InstalledFile, InstalledModel } from "@tenfold/core";
import { expect, test } from "vitest";
import { hollowLibrary } from "../test/hollow-library.ts";
import { checkVersion, findLibrary, refusalOf } from "./model-library.ts";

const webLlm = { version: "0.2.86", libraryVersion: "v0_2_86/base" };
const library = hollowLibrary();
const sha256 = createHash("sha256").update(library).digest("hex");
const nobody = async () => {
  throw new Error("nothing is read from elsewhere");
};

const file = (path: string, bytes = library): InstalledFile => ({ path, sizeBytes: bytes.length, read: async () => bytes });
const model = (files: InstalledFile[], artifacts: InstalledModel["variant"]["artifacts"] = []): InstalledModel => ({
  id: "some",
  variant: { id: "q4f16_1", format: "mlc", artifacts },
  metadata: { format: "mlc" },
  files,
});

test("the library is the .wasm among the files, and its version stands in its path", async () => {
  const found = findLibrary(model([file("mlc-chat-config.json"), file("v0_2_86/base/some-webgpu.wasm")]), undefined, nobody);
  expect(found).toMatchObject({ name: "v0_2_86/base/some-webgpu.wasm", version: "v0_2_86" });
  expect(await found.read(undefined)).toEqual(library);
  checkVersion(found, webLlm);
});

test("the variant names its library by its role, and where it comes from tells the version", () => {
  const url = "https://models.example/web-llm-models/v0_2_80/some-webgpu.wasm";
  const artifacts: InstalledModel["variant"]["artifacts"] = [{ path: "library.wasm", role: "library", sources: [{ kind: "https", url }] }];
  const found = findLibrary(model([file("other.wasm"), file("library.wasm")], artifacts), undefined, nobody);
  expect(found).toMatchObject({ name: "library.wasm", version: "v0_2_80" });
  expect(() => checkVersion(found, webLlm)).toThrow("was compiled for v0_2_80; @mlc-ai/web-llm 0.2.86 takes v0_2_86/base");
});

test("a library of another version is refused before a byte of it is read", () => {
  const found = findLibrary(model([]), { from: "https://models.example/v0_2_80/some.wasm", sha256 }, nobody);
  expect(() => checkVersion(found, webLlm)).toThrow(
    expect.objectContaining({ code: "load-failed", remedy: expect.stringContaining("Compile the library anew") }),
  );
});

test("core learns of another version before it fetches anything, and hears nothing against a variant without a library", () => {
  const variant = (path: string): InstalledModel["variant"] => ({ id: "q4", format: "mlc", artifacts: [{ path, role: "library", sources: [] }] });
  expect(refusalOf(variant("v0_2_80/some.wasm"))).toMatchObject({ code: "load-failed", message: expect.stringMatching(/for v0_2_80; .* takes v0_2_86\./) });
  for (const path of ["v0_2_86/base/some.wasm", "some.wasm", "params_shard_0.bin"]) expect(refusalOf(variant(path))).toBeUndefined();
});

test.each([
  ["there is none", model([file("params_shard_0.bin")]), undefined, "load-failed", "no .wasm among its files"],
  ["nothing tells its version", model([file("some.wasm")]), undefined, "invalid-format", "for which version"],
  ["it comes from elsewhere without a digest", model([]), { from: "https://models.example/v0_2_86/some.wasm" }, "invalid-input", "no digest"],
] as const)("a library is refused where %s", (_what, from, option, code, words) => {
  expect(() => findLibrary(from, option, nobody)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));
});

test("a library that is named is read from where it lies, and held against its digest", async () => {
  const read = async () => library;
  const option = { from: "elsewhere.wasm", version: "v0_2_86", sha256 };
  expect(await findLibrary(model([]), option, read).read(undefined)).toEqual(library);
  const other = findLibrary(model([]), { ...option, sha256: "0".repeat(64) }, read);
  await expect(other.read(undefined)).rejects.toMatchObject({ code: "digest-mismatch", message: expect.stringContaining(sha256) });
});

test.each([
  ["empty", new Uint8Array(0)],
  ["cut off in its first words", library.slice(0, 4)],
  ["text", new TextEncoder().encode("<!doctype html>")],
])("a library that is %s is no WebAssembly", async (_what, bytes) => {
  await expect(findLibrary(model([file("v0_2_86/some.wasm", bytes)]), undefined, nobody).read(undefined)).rejects.toMatchObject({ code: "invalid-format" });
});

test("a library of absurd size is not read", async () => {
  const huge: InstalledFile = { path: "v0_2_86/some.wasm", sizeBytes: 2 ** 40, read: nobody };
  await expect(findLibrary(model([huge]), undefined, nobody).read(undefined)).rejects.toMatchObject({ code: "invalid-format" });
});
