import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "@tenfold/adapter-testkit";
import { tinyCoreMlModel, tinyReference } from "@tenfold/adapter-testkit/models";
import { describeConformance, nodeContext } from "@tenfold/adapter-testkit/vitest";
import { fullTests } from "@tenfold/tooling/requirement";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { fakeModule } from "../test/fake-module.ts";
import { tinyPath } from "../test/write-form.ts";
import { coreMl, foundationModels } from "./react-native.ts";

process.argv[2] = tinyPath();
const { fakeApple } = await import("../test/fake-apple.ts");
const home = await mkdtemp(join(tmpdir(), "tenfold-apple-module-"));
const module = fakeModule(home, fakeApple);
const context = { ...nodeContext(), platform: { name: "react-native", os: "ios", architecture: "arm64" } as const };
afterAll(() => rm(home, { recursive: true }));
afterEach(() => vi.unstubAllGlobals());

const installModule = () => vi.stubGlobal("expo", { modules: { TenfoldApple: module } });
const asked = { messages: [{ role: "user" as const, content: "What is 17 + 15?" }], sampling: { temperature: 0 } };

test("probe says what the application lacks, or what the device has", async () => {
  expect(await coreMl().probe(context)).toMatchObject({ available: false, remedy: expect.stringContaining("Expo Go does not have it") });
  expect(await coreMl().probe({ ...context, platform: { ...context.platform, os: "android" } })).toMatchObject({
    available: false,
    reason: "Core ML runs on Apple's systems only; this is Android.",
  });
  installModule();
  expect(await coreMl().probe(context)).toMatchObject({ available: true, accelerators: ["core-ml", "neural-engine", "metal", "cpu"] });
});

test("a model answers through the module, its files shown under the names that Core ML wants, and is gone afterwards", async () => {
  installModule();
  const model = await coreMl().load(await tinyCoreMlModel(), context, { contextSize: 512 });
  expect((await collect(model.generate(asked))).text).toBe("17 + 15 = 32.");
  await model.dispose();
  expect(await module.list("shown")).toEqual([]);
});

test("the model of the system needs no files", async () => {
  installModule();
  const system = { id: "a", variant: { id: "system", format: "system", artifacts: [] }, metadata: { format: "system" }, files: [] };
  const model = await foundationModels().load(system, context, { contextSize: 512 });
  expect((await collect(model.generate({ ...asked, stop: ["15"] }))).text).toBe("17 + ");
  await model.dispose();
});

test("an answer ends with the module's own words when what computes is gone, and nothing stays", async () => {
  installModule();
  const model = await coreMl().load(await tinyCoreMlModel(), context, { contextSize: 512 });
  const answer = collect(model.generate({ prompt: "Once upon a time", maxTokens: 400 }));
  const failed = expect(answer).rejects.toMatchObject({ code: "out-of-memory" });
  module.break(3);
  await failed;
  await model.dispose();
});

if (fullTests)
  describeConformance({
    name: "Core ML behind a fake of the Expo module",
    // The bindings look for the module when they are used.
    beforeEach: installModule,
    ...{ adapter: coreMl(), context, model: () => tinyCoreMlModel(), loadOptions: { contextSize: 512 }, memoryLoads: 20 },
    reference: await tinyReference(),
  });
