import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, collect } from "@tenfold/adapter-testkit";
import { installedFromFiles, tinyModel, tinyReference } from "@tenfold/adapter-testkit/models";
import { describeConformance, nodeContext } from "@tenfold/adapter-testkit/vitest";
import { createStore, createTenfold, type InstalledModel, importModel } from "@tenfold/core";
import { nodePlatform } from "@tenfold/core/node";
import { needFullTests } from "@tenfold/tooling/requirement";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createGgufSplitter, partName } from "../../core/test/split-gguf.ts";
import { llamaCpp } from "./node.ts";

const adapter = llamaCpp({ gpu: false, hostEntry: inject("hostEntry") });
const reference = await tinyReference();
const cleanUp: (() => Promise<void>)[] = [];

/** The tiny model in three parts. The first has so many tensors: none, as llama.cpp's tool can write it, or some. */
async function writeParts(first = 5): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "tenfold-split-"));
  cleanUp.push(() => rm(folder, { recursive: true }));
  const [whole] = (await tinyModel()).files;
  if (!whole) throw new Error("The tiny model has no file.");
  const { gguf, part } = await createGgufSplitter(await whole.read());
  const bounds = [0, first, 10, gguf.tensors.length] as const;
  const paths = bounds.slice(1).map((_, index) => join(folder, partName(index, 3, "tiny")));
  for (const [index, path] of paths.entries()) await writeFile(path, part(index, 3, bounds[index] ?? 0, bounds[index + 1] ?? 0));
  return paths;
}

let parts: string[];
let split: InstalledModel;
beforeAll(async () => {
  parts = await writeParts();
  split = await installedFromFiles(parts, "gguf");
});
afterAll(async () => {
  for (const remove of cleanUp) await remove();
});

describeConformance({
  name: "tenfold-tiny q8_0 in three parts",
  adapter,
  model: async () => split,
  reference,
  loadOptions: { threads: 1 },
  beforeEach: needFullTests,
});

describe("a model in several files", () => {
  const likeliest = { messages: [{ role: "user" as const, content: "Tell me a long story about a fox." }], sampling: { temperature: 0 }, maxTokens: 40 };
  async function answer(model: InstalledModel): Promise<Answer> {
    const loaded = await adapter.load(model, nodeContext(), { threads: 1 });
    try {
      return await collect(loaded.generate({ ...likeliest, logProbabilities: 1 }));
    } finally {
      await loaded.dispose();
    }
  }

  it("answers as the whole one does, token for token and with the same probabilities", async () => {
    const whole = await answer(await tinyModel());
    for (const model of [split, await installedFromFiles(await writeParts(0), "gguf")]) {
      const inParts = await answer(model);
      expect(inParts.logProbabilities).toEqual(whole.logProbabilities);
      expect(inParts.text).toBe(whole.text);
      expect(inParts.finish.usage).toEqual(whole.finish.usage);
    }
  });

  it("is loaded from the store, where its parts lie under their own names", async () => {
    const home = await mkdtemp(join(tmpdir(), "tenfold-split-store-"));
    cleanUp.push(() => rm(home, { recursive: true }));
    const platform = nodePlatform({ home });
    await importModel(platform, createStore(platform), join(parts[0] ?? "", ".."), { id: "split" });
    const model = await createTenfold({ adapters: [adapter], platform }).load("split", { threads: 1 });
    expect((await model.generateText(likeliest)).text).toBe((await answer(await tinyModel())).text);
    await model.dispose();
  });

  it("is refused before llama.cpp sees it when a part is missing or lies under another name", async () => {
    await expect(adapter.load({ ...split, files: split.files.slice(0, 2) }, nodeContext(), {})).rejects.toMatchObject({ code: "invalid-format" });
    const [first = "", second = "", third = ""] = await writeParts();
    const moved = third.replace("tiny-00003", "other-00003");
    await rename(third, moved);
    await expect(installedFromFiles([first, second, moved], "gguf")).rejects.toMatchObject({ code: "invalid-format" });
    const files = split.files.map((file, index) => (index === 2 ? { ...file, location: () => moved } : file));
    await expect(adapter.load({ ...split, files }, nodeContext(), {})).rejects.toMatchObject({ code: "unsupported-format" });
  });
});
