import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "@tenfold/adapter-testkit";
import { tinyCoreMlModel, tinyFolderModel, tinyReference } from "@tenfold/adapter-testkit/models";
import { describeConformance, nodeContext } from "@tenfold/adapter-testkit/vitest";
import { type ChatRequest, createTenfold, type InstalledFile, type InstalledModel } from "@tenfold/core";
import { nodePlatform } from "@tenfold/core/node";
import { fullTests } from "@tenfold/tooling/requirement";
import { expect, test } from "vitest";
import { fakeAppleHost } from "../test/fake-apple-host.ts";
import { coreMl, foundationModels, foundationModelsManifest, mlx, swiftTransformers } from "./node.ts";

const hostPath = fakeAppleHost();
const reference = await tinyReference();
const suite = { reference, memoryLoads: fullTests ? 20 : 2, loadOptions: { contextSize: 512 } };
const systemModel = async (): Promise<InstalledModel> => ({
  id: "apple-foundation-model",
  variant: { id: "system", format: "system", artifacts: [] },
  metadata: { format: "system" },
  files: [],
});

// The fake speaks the real protocol in a real process: what is proven is all of TypeScript, and nothing of Apple's.
describeConformance({ ...suite, name: "Core ML over a fake of Apple's", adapter: coreMl({ hostPath }), model: () => tinyCoreMlModel() });
if (fullTests) {
  describeConformance({
    ...suite,
    name: "Swift Transformers over a fake of Apple's",
    adapter: swiftTransformers({ hostPath }),
    model: () => tinyCoreMlModel("stateless"),
  });
  describeConformance({
    ...suite,
    name: "Foundation Models over a fake of Apple's",
    adapter: foundationModels({ hostPath }),
    model: systemModel,
    known: { "damaged-file": "there is no file to damage", "memory-stated": "what the system holds is not the process's" },
  });
  describeConformance({ ...suite, name: "MLX in Swift over a fake of Apple's", adapter: mlx({ hostPath }), model: () => tinyFolderModel() });
}

const sum: ChatRequest = { messages: [{ role: "user", content: "What is 17 + 15?" }], sampling: { temperature: 0 } };

test("Swift Transformers gets the prompt that Tenfold renders, and its text is read here", async () => {
  const model = await swiftTransformers({ hostPath }).load(await tinyCoreMlModel(), nodeContext(), { contextSize: 512 });
  expect(model.capabilities).toMatchObject({ chat: true, template: "tenfold", jsonSchema: false });
  const whole = await collect(model.generate(sum));
  expect(whole.text).toBe("17 + 15 = 32.");
  const { tokens } = await model.countTokens(sum.messages);
  expect(whole.finish).toMatchObject({ reason: "stop", usage: { promptTokens: tokens } });
  const stopped = await collect(model.generate({ ...sum, stop: [" = "] }));
  expect([stopped.text, stopped.finish.reason, stopped.finish.usage.promptTokens]).toEqual(["17 + 15", "stop", tokens]);
  await expect(collect(model.generate({ ...sum, responseFormat: { type: "json" } }))).rejects.toMatchObject({ code: "unsupported-request" });
  await model.dispose();
  await expect(model.countTokens("a")).rejects.toMatchObject({ code: "disposed" });
});

test("Swift Transformers is given no model that it would trap on", async () => {
  const { files, ...model } = await tinyCoreMlModel();
  const renamed = files.map((file) => (file.path.endsWith(".mlmodel") ? withText(file, "inputIds", "inputIdz") : file));
  const adapter = swiftTransformers({ hostPath: "/no/such/host" });
  await expect(adapter.load({ ...model, files: renamed }, nodeContext(), {})).rejects.toMatchObject({
    code: "unsupported-format",
    message: expect.stringContaining("has no input `inputIds`"),
  });
});

/** The file with other text of the same length, as it is read. */
function withText(file: InstalledFile, from: string, to: string): InstalledFile {
  return {
    ...file,
    async read({ start, end } = { start: 0, end: file.sizeBytes }) {
      const bytes = Buffer.from(await file.read());
      for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from)) bytes.write(to, at, "latin1");
      return Uint8Array.from(bytes.subarray(start, end));
    },
  };
}

test("the system's model is registered, loaded by its id without a download, and answers", async () => {
  const home = await mkdtemp(join(tmpdir(), "tenfold-apple-store-"));
  try {
    const tenfold = createTenfold({ adapters: [foundationModels({ hostPath })], platform: nodePlatform({ home }) });
    await tenfold.models.register(foundationModelsManifest);
    const model = await tenfold.load(foundationModelsManifest.id, { contextSize: 512 });
    expect((await collect(model.generate(sum))).text).toBe("17 + 15 = 32.");
    expect((await collect(model.generate({ ...sum, stop: [" = "] }))).text).toBe("17 + 15");
    await model.dispose();
  } finally {
    await rm(home, { recursive: true });
  }
});
