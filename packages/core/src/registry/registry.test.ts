import { type Manifest, type ReleaseEntry, TenfoldError } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PublishedCatalog, publishCatalog } from "../../test/published-catalog.ts";
import { scriptedAdapter } from "../../test/scripted-adapter.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { silentLog } from "../contract/log.ts";
import { createTenfold } from "../tenfold/tenfold.ts";
import { modelIdOf, parseModelAddress } from "./model-address.ts";
import type { ModelSource } from "./model-source.ts";
import { createRegistry } from "./registry.ts";

const evidence = { kind: "claimed", by: "test" } as const;

function manifestOf(id: string, changes: Partial<Manifest> = {}): Manifest {
  return {
    schemaVersion: 1,
    id,
    name: `Model ${id}`,
    publisher: "Somebody",
    description: "",
    licence: { id: "Apache-2.0", gated: false },
    capabilities: ["chat"],
    variants: [
      {
        id: "small",
        format: "gguf",
        quantization: "Q4_0",
        artifacts: [{ path: "a.gguf", role: "weights", sources: [], sizeBytes: { value: 100, evidence }, sha256: { value: "a".repeat(64), evidence } }],
      },
      { id: "large", format: "onnx", quantization: "F32", artifacts: [{ path: "a.onnx", role: "weights", sources: [], sizeBytes: { value: 800, evidence } }] },
    ],
    ...changes,
  };
}

let platform: TemporaryPlatform;
let hub: PublishedCatalog;
beforeEach(async () => {
  platform = await temporaryPlatform();
  hub = await publishCatalog([{ id: "from-hub", variants: [{ id: "v", files: [] }] }]);
});
afterEach(async () => {
  await hub.server.close();
  await platform.remove();
});

const open = (sources: ModelSource[] = [], catalogs = [hub.server.origin]) => createTenfold({ adapters: [], catalogs, platform, sources }).models;
const ids = (models: readonly { id: string }[]) => models.map(({ id }) => id);

describe("registered models", () => {
  it("are listed beside those of hubs, also by the next process, until they are unregistered", async () => {
    await open().register(manifestOf("mine"));
    expect(ids(await open().discover())).toEqual(["mine", "from-hub"]);
    expect((await open().get("mine"))?.source.id).toBe("registered");
    await open().unregister("mine");
    expect(ids(await open().discover())).toEqual(["from-hub"]);
    expect(await open().get("mine")).toBeUndefined();
  });

  it("go before a hub's model of the same id", async () => {
    await open().register(manifestOf("from-hub", { name: "My own" }));
    expect(await open().discover()).toMatchObject([{ id: "from-hub", name: "My own", source: "registered" }]);
  });

  it("are replaced by an update only, so that nobody's is lost by accident", async () => {
    const models = open();
    await expect(models.update(manifestOf("mine"))).rejects.toMatchObject({ code: "unknown-model" });
    await models.register(manifestOf("mine"));
    await expect(models.register(manifestOf("mine", { name: "Another" }))).rejects.toMatchObject({ code: "invalid-input" });
    await models.update(manifestOf("mine", { name: "Another" }));
    expect((await models.get("mine"))?.manifest.name).toBe("Another");
    await expect(models.unregister("other")).rejects.toMatchObject({ code: "unknown-model" });
  });

  it("are refused when they are no manifests, and names cannot leave the folder", async () => {
    await expect(open().register({ id: "x" } as Manifest)).rejects.toMatchObject({ code: "invalid-manifest" });
    await expect(open().register(manifestOf("../../evil"))).rejects.toMatchObject({ code: "invalid-manifest" });
    expect(await platform.files.list("registered")).toEqual([]);
  });

  it("of two that register one id at once, one wins and one is told", async () => {
    const outcomes = await Promise.allSettled([open().register(manifestOf("mine", { name: "A" })), open().register(manifestOf("mine", { name: "B" }))]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("a model by address", () => {
  const known = { manifest: manifestOf("zoo--a--b"), sha256: "0".repeat(64) };
  const zoo: ModelSource = { id: "zoo", scheme: "zoo", list: async () => [], manifest: async (model) => (model === "zoo:A/b" ? known : undefined) };

  it("is asked of the sources of its scheme and of no other", async () => {
    const models = open([zoo]);
    const before = hub.server.requestCount();
    expect((await models.get("zoo:A/b"))?.source.id).toBe("zoo");
    expect(await models.get("zoo:A/c")).toBeUndefined();
    expect(await models.get("other:A/b")).toBeUndefined();
    expect(hub.server.requestCount()).toBe(before);
  });

  it("of a scheme that no source has is said to be so", async () => {
    const tenfold = createTenfold({ adapters: [], catalogs: [hub.server.origin], platform, sources: [zoo] });
    await expect(tenfold.pull("other:A/b")).rejects.toMatchObject({ code: "unknown-model", message: expect.stringContaining("other:") });
  });

  it("has an id that is one of the catalog's", () => {
    expect([modelIdOf("hf:Qwen/Qwen3-0.6B"), modelIdOf("tiny")]).toEqual(["hf--qwen--qwen3-0.6b", "tiny"]);
    expect([parseModelAddress("hf:A/b"), parseModelAddress("tiny"), parseModelAddress("hf:")]).toEqual([{ scheme: "hf", path: "A/b" }, undefined, undefined]);
  });
});

describe("finding by criteria", () => {
  beforeEach(async () => {
    const models = open();
    await models.register(manifestOf("alpha", { capabilities: ["chat", "tools"], contextLength: 4096, parameterCount: 1_000, languages: ["en", "de"] }));
    await models.register(manifestOf("beta", { licence: { id: "gemma", gated: true }, contextLength: 512, publisher: "Beta Works", languages: ["en"] }));
  });

  it.each<[string, Parameters<ReturnType<typeof open>["find"]>[0], string[]]>([
    ["nothing", {}, ["alpha", "beta", "from-hub"]],
    ["words in any order and case", { text: "WORKS beta" }, ["beta"]],
    ["a word that nothing has", { text: "gamma" }, []],
    ["a format", { formats: ["onnx"] }, ["alpha", "beta"]],
    ["all of several capabilities", { capabilities: ["chat", "tools"] }, ["alpha"]],
    ["a licence", { licences: ["Gemma"] }, ["beta"]],
    ["a context length, which must be known", { minimumContextLength: 1000 }, ["alpha"]],
    ["a number of parameters, which must be known", { maximumParameterCount: 5_000 }, ["alpha"]],
    ["a language", { languages: ["de"] }, ["alpha"]],
  ])("takes %s", async (_what, criteria, expected) => {
    expect(ids(await open().find(criteria))).toEqual(expected);
  });

  it("takes a framework that the publisher names, else one that is known here to take the format", async () => {
    const named = manifestOf("named");
    await open().register({ ...named, variants: named.variants.map((variant) => ({ ...variant, frameworks: ["other"] })) });
    const { models } = createTenfold({ adapters: [scriptedAdapter().adapter], catalogs: [hub.server.origin], platform });
    expect(ids(await models.find({ frameworks: ["other"] }))).toEqual(["named"]);
    // The scripted framework takes GGUF.
    expect(ids(await models.find({ frameworks: ["scripted"] }))).toEqual(["alpha", "beta", "from-hub"]);
    expect(ids(await models.find({ frameworks: ["unheard-of"] }))).toEqual([]);
  });

  it.each<[string, Parameters<ReturnType<typeof open>["find"]>[0], string[]]>([
    ["quantization, in any case", { quantizations: ["q4_0"] }, ["small"]],
    ["size, which must be known", { maximumSizeBytes: 200 }, ["small"]],
    ["whether it can be installed", { installable: true }, ["small"]],
    ["format and quantization together", { formats: ["onnx"], quantizations: ["F32"] }, ["large"]],
  ])("names the variants that fit by %s", async (_what, criteria, expected) => {
    const [alpha] = await open().find({ ...criteria, text: "alpha" });
    expect(alpha?.variants?.map(({ id }) => id)).toEqual(expected);
  });

  it("leaves out a model of which no variant fits", async () => {
    expect(await open().find({ formats: ["gguf"], quantizations: ["F32"] })).toEqual([]);
  });
});

describe("sources", () => {
  const entry: ReleaseEntry = {
    id: "plugged",
    name: "Plugged in",
    publisher: "P",
    licence: "MIT",
    capabilities: ["chat"],
    formats: ["gguf"],
    manifest: { sha256: "b".repeat(64), sizeBytes: 1 },
  };

  it("can be plugged in; one too large to list is asked for the words", async () => {
    const asked: string[] = [];
    const service: ModelSource = {
      id: "service",
      list: async () => [],
      search: async (text) => {
        asked.push(text);
        return [entry];
      },
      manifest: async () => undefined,
    };
    expect(ids(await open([service]).find({ text: "plugged" }))).toEqual(["plugged"]);
    expect(asked).toEqual(["plugged"]);
    expect(ids(await open([service]).discover())).toEqual(["from-hub"]);
  });

  it("that are out of reach are passed over, and say so when nothing is left", async () => {
    const nobody = "http://127.0.0.1:9";
    expect(ids(await open([], [nobody, hub.server.origin]).discover())).toEqual(["from-hub"]);
    await expect(open([], [nobody]).discover()).rejects.toMatchObject({ code: "catalog-unreachable" });
    await expect(open([], [nobody]).get("anything")).rejects.toMatchObject({ code: "catalog-unreachable" });
  });

  it("that break the rules are not passed over", async () => {
    const broken: ModelSource = {
      id: "broken",
      list: () => Promise.reject(new TenfoldError("invalid-manifest", "Nonsense.")),
      manifest: () => Promise.reject(new TenfoldError("invalid-manifest", "Nonsense.")),
    };
    const registry = createRegistry([broken], silentLog);
    await expect(registry.discover()).rejects.toMatchObject({ code: "invalid-manifest" });
    await expect(registry.get("x")).rejects.toMatchObject({ code: "invalid-manifest" });
  });
});
