import { collect } from "@tenfold/adapter-testkit";
import { tinyOnnxModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { frameworkProfileSchema } from "@tenfold/catalog";
import type { InstalledFile, InstalledModel, Tool } from "@tenfold/core";
import { expect, test } from "vitest";
import { createAdapter } from "./adapter.ts";
import { createNodeBinding } from "./bindings/node.ts";
import { onnx } from "./node.ts";
import { onnxProfile } from "./profile.ts";

const context = nodeContext();
const load = async (model: InstalledModel, through: "native" | "javascript" = "native") =>
  onnx({ through }).load(model, context, { threads: 1, isolation: "none" });

test("the profile is one", () => {
  expect(frameworkProfileSchema.parse(onnxProfile)).toEqual(onnxProfile);
});

test.each(["native", "javascript"] as const)("probe says how ONNX Runtime is reached (%s)", async (through) => {
  const support = await onnx({ through }).probe(context);
  expect(support).toMatchObject({
    available: true,
    frameworkVersion: expect.stringMatching(/^1\.\d+/),
    notes: [expect.stringContaining(through === "native" ? "C API" : "JavaScript")],
  });
});

test.each(["native", "javascript"] as const)("an accelerator that does not take the model is left, and start says why (%s)", async (through) => {
  const options = { threads: 1, isolation: "none", frameworkOptions: { accelerators: ["webgpu", "cpu"] } } as const;
  const model = await onnx({ through }).load(await tinyOnnxModel("onnx"), context, options);
  for await (const event of model.generate({ prompt: "Hello", maxTokens: 2 })) {
    if (event.type !== "start") continue;
    // A machine with a GPU has nothing to warn of.
    const warnings = event.accelerator === "webgpu" ? [] : [{ kind: "other", message: expect.stringContaining("webgpu does not take the model") }];
    expect(event.warnings).toEqual(warnings);
  }
  await model.dispose();
});

test.each([
  ["a process of its own", { isolation: "host" }, true],
  ["a process of its own, for two answers at once", { isolation: "host", parallel: 2 }, false],
  ["this process", { isolation: "none" }, false],
] as const)("a model that is loaded in %s says whether a token may keep the thread", async (_name, options, expected) => {
  const binding = createNodeBinding("native");
  const asked: unknown[] = [];
  const adapter = createAdapter({
    binding: {
      async open(log) {
        const library = await binding.open(log);
        return {
          ...library,
          load(settings) {
            asked.push(settings.ownThread);
            return library.load(settings);
          },
        };
      },
    },
    now: () => performance.now(),
    random: Math.random,
    machine: () => ({ usableCores: 1, busy: 0 }),
  });
  const model = await adapter.load(await tinyOnnxModel("onnx-gqa"), context, { threads: 1, ...options });
  const { text } = await collect(model.generate({ messages: [{ role: "user", content: "What is 17 + 15?" }], sampling: { temperature: 0 } }));
  expect([text, ...asked]).toEqual(["17 + 15 = 32.", expected]);
  await model.dispose();
});

test("an accelerator that the library was not built with is refused by name", async () => {
  const asked = onnx().load(await tinyOnnxModel("onnx"), context, { accelerator: "metal", isolation: "none" });
  await expect(asked).rejects.toMatchObject({ code: "framework-unavailable", message: expect.stringContaining("cannot use metal") });
});

test("a call that is required is a call of the tool that is meant", async () => {
  const model = await load(await tinyOnnxModel("onnx-gqa"));
  const parameters = { type: "object", properties: { city: { type: "string", maxLength: 20 } }, required: ["city"], additionalProperties: false };
  const tools: Tool[] = ["get_weather", "get_time"].map((name) => ({ name, description: name, parameters }));
  const answer = model.generate({
    messages: [{ role: "user", content: "Hello" }],
    tools,
    toolChoice: { tool: "get_time" },
    sampling: { temperature: 0 },
    maxTokens: 100,
  });
  const calls: unknown[] = [];
  for await (const event of answer) if (event.type === "tool-call") calls.push(event);
  expect(calls).toMatchObject([{ name: "get_time", arguments: { city: expect.any(String) } }]);
  await model.dispose();
});

test("an abort ends a pass in the middle, and the cache is as good as before", async () => {
  const model = await onnx({ through: "native" }).load(await tinyOnnxModel("onnx"), context, { threads: 1, batchSize: 512, isolation: "none" });
  const controller = new AbortController();
  const long = { prompt: "The sky is blue. ".repeat(60), sampling: { temperature: 0 }, maxTokens: 4 };
  const aborted = collect(model.generate({ ...long, signal: controller.signal }));
  setImmediate(() => controller.abort(new Error("enough")));
  await expect(aborted).rejects.toThrow("enough");
  const first = await collect(model.generate(long));
  const fresh = await collect(model.generate({ ...long, cacheKey: "another" }));
  expect(first.text).toBe(fresh.text);
  await model.dispose();
});

test.each(["native", "javascript"] as const)("going back to a shorter prefix gives what a fresh cache gives (%s)", async (through) => {
  const model = await load(await tinyOnnxModel("onnx"), through);
  const ask = (content: string, cacheKey?: string) =>
    collect(model.generate({ messages: [{ role: "user", content }], sampling: { temperature: 0 }, maxTokens: 24, ...(cacheKey ? { cacheKey } : {}) }));
  await ask("What is 17 + 15?");
  const cut = await ask("What is 12 + 7?");
  expect(cut.finish.usage.cachedTokens).toBeGreaterThan(2);
  expect(cut.text).toBe((await ask("What is 12 + 7?", "fresh")).text);
  await model.dispose();
});

test.each([
  ["tokenizer.json", /tokenizer/i],
  ["generation_config.json", /generation_config\.json is not JSON/],
])("a model with a damaged %s is refused", async (name, words) => {
  const model = await tinyOnnxModel("onnx");
  const files = model.files.map(
    (file): InstalledFile => (file.path === name ? { ...file, sizeBytes: 3, read: async () => new TextEncoder().encode("{]}") } : file),
  );
  await expect(load({ ...model, files })).rejects.toThrow(words);
});
