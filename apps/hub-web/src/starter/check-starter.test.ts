import { join } from "node:path";
import { expect, test } from "vitest";
import { applicationFolder } from "../folders.ts";
import { checkStarter } from "./check-starter.ts";
import { readStarter } from "./read-starter.ts";
import { readStarterFacts } from "./starter-facts.ts";
import { type Starter, type StarterArtifact, starterSchema } from "./starter-schema.ts";
import { composedStarter } from "./write-starter.ts";

const folder = join(applicationFolder, "starter");
const [starter, facts] = await Promise.all([readStarter(folder), readStarterFacts(folder)]);
const variants = starter.models.flatMap((model) => model.variants);

test("invents no digest, size, revision, repository, address or count: each stands in a facts file under the name it is claimed by", () => {
  expect(checkStarter(starter, facts)).toEqual([]);
});

test("is what its sources and facts make: npm run starter --prefix apps/hub-web was run", async () => {
  expect(starter).toEqual(starterSchema.parse(await composedStarter(folder)));
});

test("has models of every format that a framework takes, and much of what people use", () => {
  expect(starter.models.length).toBeGreaterThanOrEqual(40);
  expect(variants.length).toBeGreaterThanOrEqual(150);
  expect(new Set(variants.map(({ format }) => format))).toEqual(
    new Set(["gguf", "onnx", "safetensors", "mlc", "pte", "litertlm", "mlpackage", "pllm", "system"]),
  );
  const ids = starter.models.map(({ id }) => id);
  for (const wanted of [
    "llama-3.2-3b-instruct",
    "phi-3-mini-4k-instruct",
    "tinyllama-1.1b-chat-v1.0",
    "stablelm-2-zephyr-1.6b",
    "mistral-7b-instruct-v0.3",
    "olmoe-1b-7b-0125-instruct",
  ])
    expect(ids).toContain(wanted);
});

type Change = (artifact: StarterArtifact) => StarterArtifact;

/** The catalog with something changed in the first file that a digest and a size are claimed of. */
function changed(change: Change): Starter {
  const copy = structuredClone(starter);
  for (const model of copy.models) {
    for (const variant of model.variants) {
      const at = variant.artifacts.findIndex(({ sha256, sizeBytes }) => sha256 !== undefined && sizeBytes !== undefined);
      const artifact = variant.artifacts[at];
      if (!artifact) continue;
      variant.artifacts[at] = change(artifact);
      return copy;
    }
  }
  throw new Error("no file has both");
}

test.each<[string, Change, RegExp]>([
  ["a digest", (file) => ({ ...file, sha256: "ab".repeat(32) }), /no facts file has this sha256/],
  ["a size", (file) => ({ ...file, sizeBytes: 1234 }), /no facts file has this sizeBytes/],
  ["a name", (file) => ({ ...file, claimedBy: "somebody" }), /is claimed by .*, not by somebody/],
  [
    "a repository",
    (file) => ({ ...file, sources: [...file.sources, { kind: "hugging-face", repository: "nobody/invented", path: file.path }] }),
    /no list has the repository nobody\/invented/,
  ],
  ["an address", (file) => ({ ...file, sources: [...file.sources, { kind: "https", url: "https://elsewhere.example/model" }] }), /no list has the address/],
])("finds %s that was invented", (_what, change, problem) => {
  expect(checkStarter(changed(change), facts).join("\n")).toMatch(problem);
});

test("finds a file from nowhere", () => {
  const copy = structuredClone(starter);
  const artifact = copy.models.find(({ id }) => id === "phi-2")?.variants.find(({ format }) => format === "pllm")?.artifacts[0];
  if (!artifact) throw new Error("no such file");
  artifact.path = "phi2-999.pllm";
  expect(checkStarter(copy, facts)).toEqual([expect.stringContaining("nobody saw a file of this name")]);
});

test("keeps no sighting of what is not in the catalog", () => {
  const artifacts = variants.flatMap((variant) => variant.artifacts);
  const used = new Set(
    artifacts.flatMap(({ path, sources }) => [path, ...sources.flatMap((source) => (source.kind === "hugging-face" ? [source.repository] : []))]),
  );
  for (const { repositories, files } of facts.sightings.places) for (const name of [...repositories, ...files]) expect(used).toContain(name);
});

test("finds a count that does not follow, and dimensions that nobody named", () => {
  const copy = structuredClone(starter);
  const model = copy.models.find(({ id }) => id === "qwen3-0.6b");
  if (!model?.dimensions) throw new Error("no dimensions");
  expect(model.parameterCount).toBe(596_049_920);
  model.dimensions = { ...model.dimensions, layerCount: 29 };
  expect(checkStarter(copy, facts)).toEqual([
    "qwen3-0.6b: 596049920 parameters do not follow from its dimensions",
    "qwen3-0.6b: nobody has named these dimensions",
  ]);
});
