import { dirname, join } from "node:path";
import { collect } from "@tenfold/adapter-testkit";
import { tinyEncoder, tinyEncoderReference, tinyModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LoadedModel, LoadOptions, LogLevel } from "@tenfold/core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { createAdapter } from "./adapter.ts";
import type { Binding } from "./binding.ts";
import { createNodeBinding } from "./bindings/node.ts";
import { llamaCpp } from "./node.ts";

const adapter = llamaCpp({ gpu: false, hostEntry: inject("hostEntry") });
const opened: LoadedModel[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((model) => model.dispose()));
});

async function load(options: LoadOptions = {}): Promise<LoadedModel> {
  const model = await adapter.load(await tinyModel(), nodeContext(), { threads: 1, ...options });
  opened.push(model);
  return model;
}

test("probe names the library and what it computes on", async () => {
  const support = await adapter.probe(nodeContext());
  expect(support).toMatchObject({ available: true, accelerators: ["cpu"], notes: [expect.stringMatching(/^node-llama-cpp \d/)] });
});

test("what llama.cpp writes goes to the log, and nothing to stdout", async () => {
  const lines: [LogLevel, string][] = [];
  const context = { ...nodeContext(), log: (level: LogLevel, message: string) => void lines.push([level, message]) };
  const written: unknown[] = [];
  const { write } = process.stdout;
  process.stdout.write = ((text: unknown) => written.push(text) > 0) as typeof write;
  try {
    const model = await adapter.load(await tinyModel(), context, { threads: 1, contextSize: 1024 });
    await collect(model.generate({ messages: [{ role: "user", content: "Hello" }], maxTokens: 2 }));
    await model.dispose();
  } finally {
    process.stdout.write = write;
  }
  expect(written).toEqual([]);
  // llama.cpp warns that the context is larger than the one it was trained for.
  expect(lines.some(([level, message]) => level === "warning" && message.length > 0)).toBe(true);
});

test("an accelerator that is not here is refused", async () => {
  await expect(load({ accelerator: "cuda" })).rejects.toMatchObject({ code: "framework-unavailable" });
  expect((await load({ accelerator: "cpu" })).contextSize).toBe(512);
});

test.each([{ contextSize: 1.5 }, { threads: 0 }, { parallel: 65 }, { frameworkOptions: { batchSize: "many" } }])(
  "load options %j are refused",
  async (options) => {
    await expect(load(options as LoadOptions)).rejects.toMatchObject({ code: "invalid-input" });
  },
);

test("a model of two files that are no parts of one, or without a path, is refused", async () => {
  const model = await tinyModel();
  const [file] = model.files;
  if (!file) throw new Error("no file");
  const other = { ...file, path: "other.gguf", location: () => join(dirname(file.location?.() ?? ""), "other.gguf") };
  await expect(adapter.load({ ...model, files: [file, other] }, nodeContext(), { isolation: "none" })).rejects.toMatchObject({ code: "invalid-format" });
  const { location: _, ...unplaced } = file;
  await expect(adapter.load({ ...model, files: [unplaced] }, nodeContext(), {})).rejects.toMatchObject({ code: "unsupported-format" });
});

test("a library that does not start is reported by probe and load", async () => {
  const binding: Binding = { open: () => Promise.reject(new Error("Cannot find package 'node-llama-cpp' imported from here")) };
  const broken = createAdapter({ binding, now: () => 0, random: () => 0, machine: () => ({ usableCores: 1, busy: 0 }) });
  expect(await broken.probe(nodeContext())).toMatchObject({ available: false, remedy: expect.stringContaining("Install the package node-llama-cpp") });
  await expect(broken.load(await tinyModel(), nodeContext(), {})).rejects.toMatchObject({ code: "framework-unavailable" });
});

test("what exceeds its memory limit anyhow is refused before llama.cpp is asked", async () => {
  const binding: Binding = { open: () => Promise.reject(new Error("asked")) };
  const untouched = createAdapter({ binding, now: () => 0, random: () => 0, machine: () => ({ usableCores: 1, busy: 0 }) });
  await expect(untouched.load(await tinyModel(), nodeContext(), { memoryLimitBytes: 100_000 })).rejects.toMatchObject({
    code: "out-of-memory",
    details: { limitBytes: 100_000 },
  });
  // The largest that the header does not rule out: what the library states once loaded decides.
  const { weightsBytes, kvCacheBytes } = (await load()).memory();
  await expect(load({ memoryLimitBytes: weightsBytes + kvCacheBytes + 1 })).rejects.toMatchObject({ code: "out-of-memory" });
});

test("a batch size is llama.cpp's own option, else what every framework is told", async () => {
  const seen: number[] = [];
  const library = { version: "", through: "", accelerator: "cpu" as const, cores: 1 };
  const binding: Binding = {
    open: async () => ({
      ...library,
      load: ({ batchSize }) => {
        seen.push(batchSize);
        return Promise.reject(new Error("no more"));
      },
    }),
  };
  const noting = createAdapter({ binding, now: () => 0, random: () => 0, machine: () => ({ usableCores: 1, busy: 0 }) });
  for (const options of [{}, { batchSize: 32 }, { batchSize: 32, frameworkOptions: { batchSize: 16 } }])
    await expect(noting.load(await tinyModel(), nodeContext(), options)).rejects.toMatchObject({ code: "load-failed" });
  expect(seen).toEqual([128, 32, 16]);
});

/** The real library, which says that it has a GPU and cannot use it. */
function withoutGpuMemory(message: string): Binding {
  return {
    ignores: ["mlock"],
    async open(log) {
      const library = await createNodeBinding(false).open(log);
      return {
        ...library,
        accelerator: "vulkan",
        load: (options) => (options.gpuLayers === 0 ? library.load(options) : Promise.reject(new Error(message))),
      };
    },
  };
}

test("what does not fit the GPU is loaded on the CPU, and answers say why", async () => {
  const binding = withoutGpuMemory("Not enough VRAM for a context of 512");
  const fallen = createAdapter({ binding, now: () => 0, random: () => 0, machine: () => ({ usableCores: 1, busy: 0 }) });
  const model = await fallen.load(await tinyModel(), nodeContext(), { threads: 1, frameworkOptions: { mlock: true } });
  opened.push(model);
  const { start } = await collect(model.generate({ messages: [{ role: "user", content: "Hello" }], maxTokens: 2 }));
  expect(start.accelerator).toBe("cpu");
  expect(start.warnings).toEqual([
    expect.objectContaining({ kind: "ignored-setting", setting: "mlock" }),
    expect.objectContaining({ kind: "other", message: expect.stringMatching(/on the CPU.*Not enough VRAM/) }),
  ]);
  // Who asks for the GPU gets it or an error.
  for (const options of [{ accelerator: "vulkan" as const }, { frameworkOptions: { gpuLayers: 3 } }])
    await expect(fallen.load(await tinyModel(), nodeContext(), { threads: 1, ...options })).rejects.toMatchObject({ code: "out-of-memory" });
});

test("a raw prompt goes in as it is", async () => {
  const model = await load();
  const { tokenizer } = model;
  const prompt = "What is 3 + 4?";
  const { finish } = await collect(model.generate({ prompt, maxTokens: 1, sampling: { temperature: 0 } }));
  expect(finish.usage.promptTokens).toBe((await tokenizer?.encode(prompt))?.length);
  const marked = "<|im_end|>";
  const special = await collect(model.generate({ prompt: marked, maxTokens: 1 }));
  expect(special.finish.usage.promptTokens).toBeGreaterThan(1);
  await expect(collect(model.generate({ prompt: "" }))).rejects.toMatchObject({ code: "invalid-input" });
});

test("a small batch gives the same answer, and settings that cannot be kept are named", async () => {
  const messages = [{ role: "user", content: "Count to twenty." }] as const;
  const whole = await collect((await load()).generate({ messages, sampling: { temperature: 0 } }));
  const pieces = await collect(
    (await load({ frameworkOptions: { batchSize: 4, mmap: false, flashAttention: false } })).generate({ messages, sampling: { temperature: 0 } }),
  );
  expect(pieces.text).toBe(whole.text);
  const tools = [{ name: "get_time", parameters: { type: "object" } }];
  const warned = await collect((await load()).generate({ messages, tools, toolChoice: "required", responseFormat: { type: "json" }, maxTokens: 2 }));
  expect(warned.start.warnings.map(({ setting }) => setting)).toEqual(["toolChoice", "responseFormat"]);
});

test("penalties change what is said", async () => {
  const model = await load();
  const say = async (repetitionPenalty: number) =>
    (
      await collect(
        model.generate({ messages: [{ role: "user", content: "Count to twenty." }], maxTokens: 40, sampling: { temperature: 0, repetitionPenalty } }),
      )
    ).text;
  expect(await say(1)).toMatch(/^1, 2, 3/);
  expect(await say(5)).not.toBe(await say(1));
});

test("a JSON answer may follow thoughts, which the grammar leaves free", async () => {
  const schema = { type: "object", properties: { answer: { type: "integer" } }, required: ["answer"] };
  const request = {
    messages: [{ role: "user", content: "What is 3 + 4? Answer in JSON." }] as const,
    reasoning: true,
    sampling: { temperature: 0 },
    responseFormat: { type: "json", schema } as const,
  };
  const { reasoning, text } = await collect((await load()).generate(request));
  expect(reasoning).not.toBe("");
  expect(JSON.parse(text)).toEqual({ answer: 7 });
});

test.each([
  [{ type: "string", minLength: 1_000_000 }, "grammar"],
  [{ enum: [] }, "enum is empty"],
])("a schema that no grammar can be made of is refused (%#)", async (schema, message) => {
  const model = await load();
  const error = await collect(
    model.generate({ messages: [{ role: "user", content: "Hello" }], responseFormat: { type: "json", schema: schema as Record<string, unknown> } }),
  ).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "unsupported-request", message: expect.stringContaining(message) });
  expect((await collect(model.generate({ messages: [{ role: "user", content: "Hello" }], maxTokens: 2 }))).text).not.toBe("");
});

describe("the encoder", () => {
  let encoder: LoadedModel;
  beforeAll(async () => {
    encoder = await adapter.load(await tinyEncoder(), nodeContext(), { threads: 1 });
  });
  afterAll(() => encoder.dispose());

  test("embeds as the reference does", async () => {
    const { sentences } = await tinyEncoderReference();
    const vectors = await encoder.embed?.(sentences.map(({ text }) => text));
    for (const [index, { vector }] of sentences.entries()) {
      const cosine = vector.reduce((sum, value, at) => sum + value * (vectors?.[index]?.[at] ?? 0), 0);
      expect(cosine).toBeGreaterThan(0.999);
    }
  });

  test("says what it can and cannot do", async () => {
    expect(encoder.capabilities).toMatchObject({ embeddings: true, chat: false, tools: false });
    await expect(collect(encoder.generate({ messages: [{ role: "user", content: "Hello" }] }))).rejects.toMatchObject({ code: "unsupported-request" });
    await expect(encoder.embed?.(["word ".repeat(200)])).rejects.toMatchObject({ code: "context-overflow" });
    const [plain] = (await encoder.embed?.(["Hello"], { normalize: false })) ?? [];
    expect(plain?.length).toBe(64);
    await expect(encoder.embed?.(["Hello"], { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
  });
});
