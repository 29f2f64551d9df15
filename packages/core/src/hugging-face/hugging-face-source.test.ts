import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TenfoldError } from "@tenfold/catalog";
import { type HostedRepository, type HuggingFaceServer, type HuggingFaceServerOptions, startHuggingFaceServer } from "@tenfold/tooling/test-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ggufReader } from "../../test/gguf-reader.ts";
import { tinyModelBytes } from "../../test/model-files.ts";
import { sha256Of } from "../../test/published-catalog.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { inspectModel } from "../inspect/index.ts";
import { createTenfold } from "../tenfold/tenfold.ts";
import { createHuggingFaceSource, type HuggingFaceOptions } from "./index.ts";

const token = "hf_reader";
const q4 = tinyModelBytes("gguf/tenfold-tiny-q4_0.gguf");
const q8 = tinyModelBytes("gguf/tenfold-tiny-q8_0.gguf");
const hf = Object.fromEntries(
  ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "model.safetensors"].map((name) => [
    name,
    tinyModelBytes(`hf/${name}`),
  ]),
);
const text = (value: string) => new TextEncoder().encode(value);
const info = {
  pipeline_tag: "text-generation",
  tags: ["gguf", "conversational", "license:apache-2.0", "region:us"],
  cardData: { license: "apache-2.0", language: ["en", "multilingual", "de"] },
};
const ggufs: HostedRepository = { files: { ".gitattributes": text("*.gguf"), "README.md": text("Tiny."), "Tiny-Q8_0.gguf": q8, "Tiny-Q4_0.gguf": q4 }, info };
const repositories: Record<string, HostedRepository> = {
  "Tenfold/Tiny-GGUF": ggufs,
  "Tenfold/Tiny": { files: hf, info: { pipeline_tag: "text-generation", safetensors: { parameters: { F16: 1_117_696 }, total: 1_117_696 } } },
  "Tenfold/Gated-GGUF": { ...ggufs, gated: "manual" },
  "Tenfold/Gated": { files: hf, gated: "auto" },
  "Tenfold/Painter": { files: { "model.safetensors": hf["model.safetensors"] ?? q4 }, info: { pipeline_tag: "text-to-image" } },
};

let platform: TemporaryPlatform;
let hub: HuggingFaceServer;
const logged: string[] = [];
beforeEach(async () => {
  platform = await temporaryPlatform();
  logged.length = 0;
});
afterEach(async () => {
  await hub?.close();
  await platform.remove();
});

async function serve(options: Partial<HuggingFaceServerOptions> = {}): Promise<void> {
  hub = await startHuggingFaceServer({ repositories, tokens: { [token]: ["Tenfold/Gated", "Tenfold/Gated-GGUF"], hf_stranger: [] }, ...options });
}

const source = (options: Partial<HuggingFaceOptions> = {}) => createHuggingFaceSource({ platform, endpoint: hub.origin, ...options });
const tenfold = (options: Partial<HuggingFaceOptions> = {}) =>
  createTenfold({
    adapters: [ggufReader, { ...ggufReader, formats: ["safetensors"] }],
    platform,
    sources: [source(options)],
    huggingFace: { endpoint: hub.origin, ...(options.token ? { token: options.token } : {}) },
    log: (level, message, details) => void logged.push(JSON.stringify([level, message, details])),
  });

describe("a repository of the Hugging Face Hub", () => {
  it("is a model pinned to a commit, with what the Hub claims as claims", async () => {
    await serve();
    const found = await source().manifest("hf:Tenfold/Tiny-GGUF");
    const commit = hub.commit("Tenfold/Tiny-GGUF");
    expect(found?.manifest).toMatchObject({
      id: "hf--tenfold--tiny-gguf",
      name: "Tenfold/Tiny-GGUF",
      publisher: "Tenfold",
      licence: { id: "Apache-2.0", gated: false },
      languages: ["en", "de"],
      capabilities: ["completion", "chat"],
    });
    // The best for its size comes first, whatever the order of files.
    expect(found?.manifest.variants.map(({ id }) => id)).toEqual(["gguf-q4_0", "gguf-q8_0"]);
    const claimed = { kind: "claimed", by: new URL(hub.origin).host, at: expect.stringMatching(/^\d{4}-.*Z$/) };
    expect(found?.manifest.variants[0]).toEqual({
      id: "gguf-q4_0",
      format: "gguf",
      quantization: "Q4_0",
      artifacts: [
        {
          path: "Tiny-Q4_0.gguf",
          role: "weights",
          sources: [{ kind: "hugging-face", repository: "Tenfold/Tiny-GGUF", path: "Tiny-Q4_0.gguf", revision: { value: commit, evidence: claimed } }],
          sizeBytes: { value: q4.length, evidence: claimed },
          sha256: { value: sha256Of(q4), evidence: claimed },
        },
      ],
    });
  });

  it("is installed from the commit that was seen, also when the branch has moved on", async () => {
    await serve();
    const opened = source();
    const { manifest } = (await opened.manifest("hf:Tenfold/Tiny-GGUF")) ?? {};
    hub.setRepository("Tenfold/Tiny-GGUF", { ...ggufs, files: { "Tiny-Q4_0.gguf": q8 } });
    const seen = { ...opened, manifest: async () => (manifest ? { manifest, sha256: "0".repeat(64) } : undefined) };
    const record = await createTenfold({ adapters: [ggufReader], platform, sources: [seen], huggingFace: { endpoint: hub.origin } }).pull(
      "hf:Tenfold/Tiny-GGUF",
    );
    expect(record.files).toMatchObject([{ sha256: sha256Of(q4) }]);
    expect((await source().manifest("hf:Tenfold/Tiny-GGUF"))?.manifest.variants[0]?.artifacts[0]?.sha256?.value).toBe(sha256Of(q8));
  });

  it("is installed by quantization in any case, and found in the store by address and by id without the Hub", async () => {
    await serve();
    const record = await tenfold().pull("hf:Tenfold/Tiny-GGUF", { variant: "Q8_0" });
    expect(record).toMatchObject({ model: "hf--tenfold--tiny-gguf", variant: { id: "gguf-q8_0" }, metadata: { quantization: "Q8_0" } });
    await hub.close();
    expect(await tenfold().pull("hf:Tenfold/Tiny-GGUF", { variant: "q8_0" })).toEqual(record);
    expect(await tenfold().pull("hf--tenfold--tiny-gguf")).toEqual(record);
  });

  it("is asked one question when it is pulled again, and nothing is read anew", async () => {
    await serve();
    await tenfold().pull("hf:Tenfold/Tiny");
    const before = hub.requests.length;
    const stored = hub.storage.requests.length;
    await tenfold().pull("hf:Tenfold/Tiny");
    expect(hub.requests.slice(before).map(({ path }) => path)).toEqual(["/api/models/Tenfold/Tiny/revision/HEAD"]);
    expect(hub.storage.requests.length).toBe(stored);
  });

  it("gives small files the digest of the bytes that the commit names, and says where that is from", async () => {
    await serve();
    const { manifest } = (await source().manifest("hf:Tenfold/Tiny")) ?? {};
    expect(manifest).toMatchObject({ parameterCount: 1_117_696, variants: [{ id: "safetensors", quantization: "F16" }] });
    const config = manifest?.variants[0]?.artifacts.find(({ path }) => path === "config.json");
    expect(config).toMatchObject({
      role: "configuration",
      sha256: { value: sha256Of(hf["config.json"] ?? q4), evidence: { kind: "claimed", by: expect.stringContaining("hashed on this device") } },
    });
    expect((await tenfold().pull("hf:Tenfold/Tiny")).metadata).toMatchObject({ architecture: "llama", contextLength: expect.any(Number) });
  });

  it("is refused where a small file is not the one that the commit names", async () => {
    await serve();
    hub.addFault({ kind: "flip", atByte: 5, path: `/Tenfold/Tiny/resolve/${hub.commit("Tenfold/Tiny")}/config.json` });
    await expect(source().manifest("hf:Tenfold/Tiny")).rejects.toMatchObject({ code: "digest-mismatch", message: expect.stringContaining("config.json") });
  });

  it("is listed whole over several pages", async () => {
    await serve({ pageSize: 2 });
    expect((await source().manifest("hf:Tenfold/Tiny"))?.manifest.variants[0]?.artifacts).toHaveLength(6);
    expect(hub.requests.filter(({ path }) => path.includes("/tree/"))).toHaveLength(3);
  });

  it("is found by its id alone, whatever the case of its name", async () => {
    await serve();
    expect((await source().manifest("hf--tenfold--tiny-gguf"))?.manifest.name).toBe("Tenfold/Tiny-GGUF");
    expect(await source().manifest("tiny")).toBeUndefined();
  });

  it("that is no model for language, or is not there, is said to be so", async () => {
    await serve();
    await expect(source().manifest("hf:Tenfold/Painter")).rejects.toMatchObject({
      code: "unsupported-format",
      message: expect.stringContaining("text-to-image"),
    });
    expect(await source({ token }).manifest("hf:Tenfold/Nothing")).toBeUndefined();
    await expect(tenfold({ token }).pull("hf:Tenfold/Nothing")).rejects.toMatchObject({ code: "unknown-model" });
    await expect(source().manifest("hf:Tenfold/Nothing")).rejects.toMatchObject({ code: "unauthorized", message: expect.stringContaining("does not exist") });
  });

  it.each(["hf:Tenfold", "hf:../etc", "hf:a/..", "hf:a/b/../c", "hf:a b/c", "hf:a--b/c", "hf:-a/b"])("is not meant by %s", async (address) => {
    await serve();
    await expect(source().manifest(address)).rejects.toMatchObject({ code: "invalid-input" });
    expect(hub.requests).toEqual([]);
  });
});

describe("a search of the Hub", () => {
  it("finds language models in formats that are known, and only when words are given", async () => {
    await serve();
    const { models } = tenfold();
    const found = await models.find({ text: "tenfold" });
    expect(found.map(({ id, formats }) => [id, formats])).toEqual([
      ["hf--tenfold--tiny-gguf", ["gguf"]],
      ["hf--tenfold--tiny", ["safetensors"]],
      ["hf--tenfold--gated-gguf", ["gguf"]],
      ["hf--tenfold--gated", ["safetensors"]],
    ]);
    expect(await models.discover()).toEqual([]);
  });

  it("looks into the repositories when criteria ask for what only files tell", async () => {
    await serve();
    expect(await tenfold().models.find({ text: "tiny", quantizations: ["q4_0"] })).toMatchObject([
      { id: "hf--tenfold--tiny-gguf", variants: [{ id: "gguf-q4_0" }] },
    ]);
  });
});

describe("a gated repository", () => {
  it("is described to everybody and given to those with consent", async () => {
    await serve();
    expect((await source().manifest("hf:Tenfold/Gated-GGUF"))?.manifest.licence).toMatchObject({ gated: true });
    for (const options of [{}, { token: "hf_stranger" }]) {
      await expect(tenfold(options).pull("hf:Tenfold/Gated-GGUF")).rejects.toMatchObject({ code: "unauthorized" });
    }
    expect(await tenfold({ token }).pull("hf:Tenfold/Gated-GGUF")).toMatchObject({ variant: { id: "gguf-q4_0" } });
  });

  it("whose small files are hidden is listed without their digests, and not kept that way", async () => {
    await serve();
    const withheld = (await source().manifest("hf:Tenfold/Gated"))?.manifest.variants[0]?.artifacts.filter(({ sha256 }) => !sha256);
    expect(withheld?.map(({ path }) => path)).toContain("config.json");
    const error = await tenfold()
      .pull("hf:Tenfold/Gated")
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "unauthorized", remedy: expect.stringContaining("Accept the licence") });
    expect(await tenfold({ token }).pull("hf:Tenfold/Gated")).toMatchObject({ model: "hf--tenfold--gated" });
  });

  it("never has its token reach the other host, a log, an error or the disk", async () => {
    await serve();
    await tenfold({ token }).pull("hf:Tenfold/Gated");
    await inspectModel({ repository: "hf:Tenfold/Gated" }, { platform, huggingFace: source({ token }) });
    expect(hub.requests.some(({ headers }) => headers.authorization === `Bearer ${token}`)).toBe(true);
    expect(hub.storage.requests.length).toBeGreaterThan(0);
    expect(JSON.stringify(hub.storage.requests)).not.toContain(token);
    const failure = await tenfold({ token: "hf_unknown" })
      .pull("hf:Tenfold/Gated-GGUF")
      .catch((reason: unknown) => reason);
    expect(TenfoldError.is(failure, "unauthorized")).toBe(true);
    expect(`${JSON.stringify(failure)}${String((failure as Error).cause)}`).not.toContain("hf_unknown");
    expect(logged.join("\n")).not.toContain(token);
    const kept = join(platform.home, "catalogs", encodeURIComponent(hub.origin), "hf--tenfold--gated.json");
    expect(await readFile(kept, "utf8")).not.toContain(token);
  });

  it("keeps its token to itself when a list names its next page elsewhere", async () => {
    await serve();
    const elsewhere = await startHuggingFaceServer({ repositories: {} });
    hub.addFault({ kind: "status", status: 200, path: "/api/models", body: "[]", headers: { link: `<${elsewhere.origin}/api/models>; rel="next"` } });
    expect(await source({ token }).search?.("tiny")).toEqual([]);
    expect(hub.requests[0]?.headers.authorization).toBe(`Bearer ${token}`);
    expect(elsewhere.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    await elsewhere.close();
  });
});

describe("a Hub in trouble", () => {
  it("is waited for as long as it asks, and asked again", async () => {
    await serve();
    hub.addFault({ kind: "status", status: 429, headers: { "retry-after": "7" } });
    hub.addFault({ kind: "status", status: 503 });
    expect(await source().manifest("hf:Tenfold/Tiny-GGUF")).toBeDefined();
    expect(platform.sleeps).toEqual([7_000, 2_000]);
  });

  it("that wants more patience than a person has is said to be so", async () => {
    await serve();
    hub.addFault({ kind: "status", status: 429, headers: { "retry-after": "3600" }, times: Number.POSITIVE_INFINITY });
    await expect(source().manifest("hf:Tenfold/Tiny-GGUF")).rejects.toMatchObject({
      code: "catalog-unreachable",
      retryable: true,
      details: { status: 429, retryAfterMs: 3_600_000 },
    });
    expect(platform.sleeps).toEqual([]);
  });

  it.each([
    ["nothing", { kind: "status", status: 200 } as const],
    ["half an answer", { kind: "drop", afterBytes: 0 } as const],
  ])("that answers with %s ends in an error of ours", async (_name, fault) => {
    await serve();
    hub.addFault({ ...fault, times: Number.POSITIVE_INFINITY });
    const error = await source()
      .manifest("hf:Tenfold/Tiny-GGUF")
      .catch((reason: unknown) => reason);
    expect(TenfoldError.is(error, "invalid-manifest", "catalog-unreachable")).toBe(true);
  });

  it.each([
    ["a description without a commit", "/revision/HEAD", { id: "Tenfold/Tiny-GGUF" }],
    ["a description with an odd name", "/revision/HEAD", { id: "../../etc", sha: "0".repeat(40) }],
    ["a list that is none", "/tree/", {}],
    ["a list of files with impossible sizes", "/tree/", [{ type: "file", path: "a.gguf", size: -1, oid: "0" }]],
    ["a digest that is none", "/tree/", [{ type: "file", path: "a.gguf", size: 1, oid: "0", lfs: { oid: "short", size: 1 } }]],
    ["files that lead out of the model", "/tree/", [{ type: "file", path: "../../a-Q4_0.gguf", size: 1, lfs: { oid: "0".repeat(64), size: 1 } }]],
  ])("that answers with %s is not believed", async (_what, place, answer) => {
    await serve();
    const path = place === "/tree/" ? `/api/models/Tenfold/Tiny-GGUF/tree/${hub.commit("Tenfold/Tiny-GGUF")}` : `/api/models/Tenfold/Tiny-GGUF${place}`;
    hub.addFault({ kind: "status", status: 200, path, body: JSON.stringify(answer), times: 9 });
    const error = await source()
      .manifest("hf:Tenfold/Tiny-GGUF")
      .catch((reason: unknown) => reason);
    expect(TenfoldError.is(error, "invalid-manifest", "unsupported-format")).toBe(true);
    expect(hub.storage.requests).toEqual([]);
  });

  it("stops being asked when the caller wants to stop", async () => {
    await serve();
    const reason = new Error("enough");
    await expect(source().manifest("hf:Tenfold/Tiny-GGUF", AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("cannot be asked without its package, which is named", async () => {
    await serve();
    const client = () => Promise.reject(new Error("Cannot find package"));
    await expect(source({ client }).manifest("hf:Tenfold/Tiny-GGUF")).rejects.toMatchObject({
      code: "framework-unavailable",
      remedy: expect.stringContaining("npm install @huggingface/hub"),
    });
  });
});
