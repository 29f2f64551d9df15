import { describe, expect, it } from "vitest";
import { chunkListSchema, chunkSizeBytes } from "./artifact.ts";
import { catalogJsonSchema } from "./json-schema.ts";
import { asksForConsent, manifestSchema } from "./model.ts";
import { parse, parseJson } from "./parse.ts";
import { channelSchema, releaseSchema } from "./release.ts";
import { filePathSchema, idSchema } from "./values.ts";
import { variantSizeBytes } from "./variant-size.ts";

const digest = "a".repeat(64);
const verified = { kind: "verified", by: "hub", at: "2026-01-01T00:00:00Z" };

function exampleManifest() {
  return {
    schemaVersion: 1,
    id: "example",
    name: "Example",
    publisher: "Somebody",
    description: "",
    licence: { id: "Apache-2.0", gated: false },
    capabilities: ["chat"],
    variants: [
      {
        id: "gguf-q8_0",
        format: "gguf",
        artifacts: [
          {
            path: "example.gguf",
            role: "weights",
            sources: [{ kind: "hub" }],
            sizeBytes: { value: 10, evidence: verified },
            sha256: { value: digest, evidence: verified },
          },
        ],
      },
    ],
  };
}

describe("a manifest", () => {
  it("is accepted as published", () => {
    expect(parse(manifestSchema, exampleManifest(), "manifest")).toEqual(exampleManifest());
  });

  it("asks for consent where it says so, else where its source is gated", () => {
    expect([true, false].map((gated) => asksForConsent({ id: "x", gated }))).toEqual([true, false]);
    expect([true, false].map((requiresConsent) => asksForConsent({ id: "x", gated: !requiresConsent, requiresConsent }))).toEqual([true, false]);
  });

  it("passes over sources and capabilities of kinds that this version does not know, and keeps formats and frameworks that it does not", () => {
    const newer = {
      ...exampleManifest(),
      capabilities: ["telepathy", "chat"],
      variants: exampleManifest().variants.map((variant) => ({
        ...variant,
        format: "holograph",
        frameworks: ["one-of-tomorrow"],
        artifacts: variant.artifacts.map((artifact) => ({ ...artifact, sources: [{ kind: "torrent", magnet: "x" }, ...artifact.sources] })),
      })),
    };
    const read = parse(manifestSchema, newer, "manifest");
    expect(read.capabilities).toEqual(["chat"]);
    expect(read.variants[0]).toMatchObject({ format: "holograph", frameworks: ["one-of-tomorrow"], artifacts: [{ sources: [{ kind: "hub" }] }] });
  });

  it.each([
    ["sources that have no kind", "sources", [{ url: "x" }]],
    ["sources that are none", "sources", "hub"],
    ["an archive of a kind that is not known", "archive", { kind: "rar", members: [] }],
  ])("is refused with %s", (_what, field, value) => {
    const manifest = exampleManifest();
    Object.assign(manifest.variants[0]?.artifacts[0] ?? {}, { [field]: value });
    expect(() => parse(manifestSchema, manifest, "manifest")).toThrow(expect.objectContaining({ code: "invalid-manifest" }));
  });

  it("drops fields that this version does not know, so that an older client reads a newer hub", () => {
    const newer = { ...exampleManifest(), mood: "happy" };
    expect(parse(manifestSchema, newer, "manifest")).toEqual(exampleManifest());
  });

  it.each<[string, (manifest: ReturnType<typeof exampleManifest>) => unknown, string]>([
    ["a digest that is none", (one) => Object.assign(one.variants[0]?.artifacts[0]?.sha256 ?? {}, { value: "xyz" }), "variants[0].artifacts[0].sha256.value"],
    [
      "a digest without evidence",
      (one) => Object.assign(one.variants[0]?.artifacts[0] ?? {}, { sha256: { value: digest } }),
      "variants[0].artifacts[0].sha256.evidence",
    ],
    [
      "a path that leaves the model",
      (one) => Object.assign(one.variants[0]?.artifacts[0] ?? {}, { path: "../../etc/passwd" }),
      "variants[0].artifacts[0].path",
    ],
    [
      "a source that is a local file",
      (one) => one.variants[0]?.artifacts[0]?.sources.push({ kind: "https", url: "file:///etc/passwd" } as never),
      "sources[1].url",
    ],
    [
      "the same path twice, in other letters",
      (one) => one.variants[0]?.artifacts.push({ ...one.variants[0]?.artifacts[0], path: "EXAMPLE.gguf" } as never),
      "variants[0]",
    ],
    [
      "a file that an archive brings and another artifact is",
      (one) => {
        const [first] = one.variants[0]?.artifacts ?? [];
        const member = { path: "Example.GGUF", role: "weights", sizeBytes: 1, sha256: "a".repeat(64) };
        one.variants[0]?.artifacts.push({ ...first, path: "more.zip", archive: { kind: "zip", members: [member] } } as never);
      },
      "variants[0]",
    ],
    ["the same variant twice", (one) => one.variants.push(one.variants[0] as never), "variants"],
    ["no variants", (one) => one.variants.splice(0), "variants"],
    ["a size below zero", (one) => Object.assign(one.variants[0]?.artifacts[0]?.sizeBytes ?? {}, { value: -1 }), "sizeBytes.value"],
  ])("is refused with %s, and the error says where", (_what, spoil, path) => {
    const manifest = exampleManifest();
    spoil(manifest);
    expect(() => parse(manifestSchema, manifest, "manifest of example")).toThrow(
      expect.objectContaining({
        code: "invalid-manifest",
        message: expect.stringMatching(new RegExp(`manifest of example.*${path.replace(/[[\].]/g, "\\$&")}`)),
      }),
    );
  });

  it.each([null, [], "text", 3, {}, { schemaVersion: 0 }, { schemaVersion: "2" }, { schemaVersion: 1.5 }])("is refused when it is %j", (data) => {
    expect(() => parse(manifestSchema, data, "manifest")).toThrow(expect.objectContaining({ code: "invalid-manifest" }));
  });

  it.each([manifestSchema, releaseSchema, channelSchema, chunkListSchema])("of a newer version is said to be that, as every document is", (schema) => {
    expect(() => parse(schema, { schemaVersion: 2 }, "document")).toThrow(
      expect.objectContaining({ code: "unsupported-schema-version", remedy: expect.stringContaining("Update Tenfold") }),
    );
  });

  it("names a few of many mistakes and counts the rest", () => {
    const manifest = { ...exampleManifest(), variants: Array.from({ length: 50 }, () => ({})) };
    expect(() => parse(manifestSchema, manifest, "manifest")).toThrow(/and \d+ more/);
  });
});

describe("JSON from outside", () => {
  it.each(["", "   ", "{", '{"a":', "\u0000", "[".repeat(200_000)])("that is broken (%#) gets a clear error", (text) => {
    expect(() => parseJson(channelSchema, text, "channel stable")).toThrow(
      expect.objectContaining({ code: "invalid-manifest", message: expect.stringContaining("Invalid channel stable") }),
    );
  });

  it("that nests deeply but well is refused by its shape", () => {
    const depth = 5_000;
    expect(() => parseJson(channelSchema, "[".repeat(depth) + "]".repeat(depth), "channel")).toThrow(expect.objectContaining({ code: "invalid-manifest" }));
  });
});

describe("a chunk list", () => {
  const list = { schemaVersion: 1, sha256: digest, sizeBytes: chunkSizeBytes + 1, chunkSizeBytes, chunks: [digest, digest] };
  it("has exactly the chunks that its size asks for", () => {
    expect(chunkListSchema.safeParse(list).success).toBe(true);
    for (const chunks of [[digest], [digest, digest, digest], []]) expect(chunkListSchema.safeParse({ ...list, chunks }).success).toBe(false);
  });
});

describe("paths and ids", () => {
  it.each(["model.gguf", "a/b/c.bin", "Data/com.apple.CoreML/model.mlmodel", "modèle.gguf", ".hidden"])("accepts the path %s", (path) => {
    expect(filePathSchema.safeParse(path).success).toBe(true);
  });

  it.each([
    "",
    "/etc/passwd",
    "..",
    "a/../b",
    "a//b",
    "a/",
    "./a",
    "C:\\x",
    "a\\b",
    "nul",
    "AUX.txt",
    "a/com1",
    "trailing.",
    "space ",
    "a\u0000b",
    "x".repeat(1025),
  ])("refuses the path %j", (path) => {
    expect(filePathSchema.safeParse(path).success).toBe(false);
  });

  it.each(["", "-a", "a-", "A", "a/b", "a:b", "..", "x".repeat(129)])("refuses the id %j", (id) => {
    expect(idSchema.safeParse(id).success).toBe(false);
  });
});

describe("the JSON Schema", () => {
  it("describes every document under its name, in one dialect", () => {
    const schema = catalogJsonSchema();
    expect(Object.keys(schema.$defs).sort()).toEqual([
      "Channel",
      "ChunkList",
      "Compatibility",
      "Device",
      "FrameworkProfile",
      "Manifest",
      "Measurement",
      "Release",
    ]);
    expect(schema.$defs.Manifest).toMatchObject({ type: "object", required: expect.arrayContaining(["id", "variants"]) });
    expect(JSON.stringify(schema).match(/"\$schema"/g)).toHaveLength(1);
  });
});

describe("the size of a variant", () => {
  const artifact = (value?: number) => ({
    path: "a",
    role: "weights" as const,
    sources: [],
    ...(value === undefined ? {} : { sizeBytes: { value, evidence: { kind: "claimed" as const, by: "test" } } }),
  });
  it("is the sum of its files, and unknown while one of them is", () => {
    expect(variantSizeBytes({ artifacts: [artifact(3), artifact(4)] })).toBe(7);
    expect(variantSizeBytes({ artifacts: [artifact(3), artifact()] })).toBeUndefined();
    expect(variantSizeBytes({ artifacts: [] })).toBe(0);
  });
});
