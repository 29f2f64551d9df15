import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "@tenfold/adapter-testkit";
import { tinyExecutorchModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { frameworkProfileSchema } from "@tenfold/catalog";
import type { InstalledFile } from "@tenfold/core";
import { nativePartName } from "@tenfold/core/native-parts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { adapter, hostFolder, needsHost } from "../test/compiled-host.ts";
import { executorch } from "./node.ts";
import { executorchPart } from "./parts.ts";
import { executorchProfile } from "./profile.ts";

const context = nodeContext();

test("the profile is one", () => {
  expect(frameworkProfileSchema.parse(executorchProfile)).toEqual(executorchProfile);
});

test("without its part, probe and load say what to run", async () => {
  const remedy = expect.stringContaining("tenfold frameworks add executorch");
  expect(await executorch().probe(context)).toMatchObject({ available: false, reason: expect.stringMatching(/\.$/), remedy });
  await expect(executorch().load(await tinyExecutorchModel(), context, {})).rejects.toMatchObject({ code: "framework-unavailable", remedy });
  expect(await executorch({ hostPath: "/nowhere/host" }).probe(context)).toMatchObject({
    available: false,
    reason: expect.stringContaining("/nowhere/host"),
    remedy,
  });
});

describe("a program that is no host", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tenfold-no-host-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test.each([
    ["prints something else", "#!/bin/sh\necho hello\n", /says of itself/],
    ["speaks another version", '#!/bin/sh\necho \'{"frameworkVersion":"9","protocolVersion":99,"delegates":[]}\'\n', /speaks version 99/],
    ["ends with an error", "#!/bin/sh\necho 'error while loading shared libraries: x.so' >&2; exit 127\n", /does not run here/],
    ["is no program", "\u0000\u0001", /does not run here/],
  ])("that %s is told by probe", async (_name, script, reason) => {
    const hostPath = join(folder, "host");
    await writeFile(hostPath, script);
    await chmod(hostPath, 0o755);
    expect(await executorch({ hostPath }).probe(context)).toMatchObject({
      available: false,
      reason: expect.stringMatching(reason),
      remedy: expect.stringMatching(/\.$/),
    });
  });
});

describe("with its host", () => {
  beforeEach(needsHost);

  test("the part is found by its name and version", async () => {
    const nativeParts = new Map([[nativePartName(executorchPart), hostFolder]]);
    expect(await executorch().probe({ ...context, nativeParts })).toMatchObject({
      available: true,
      frameworkVersion: "1.5.1",
      accelerators: ["xnnpack", "cpu"],
      notes: [expect.stringContaining("C++")],
    });
  });

  test("start says what computes, and a context that the program has not is told", async () => {
    for (const [variant, accelerator] of [
      ["xnnpack", "xnnpack"],
      ["plain", "cpu"],
    ] as const) {
      const model = await adapter.load(await tinyExecutorchModel(variant), context, { threads: 1, contextSize: 4096 });
      expect(model.contextSize).toBe(512);
      const { start } = await collect(model.generate({ prompt: "Hello", maxTokens: 1 }));
      expect(start).toMatchObject({ accelerator, warnings: [{ kind: "other", message: expect.stringContaining("512") }] });
      await model.dispose();
    }
  });

  test("an accelerator that the program was not compiled for is refused by name", async () => {
    const asked = adapter.load(await tinyExecutorchModel(), context, { accelerator: "core-ml" });
    await expect(asked).rejects.toMatchObject({ code: "framework-unavailable", message: expect.stringContaining("cannot use core-ml") });
  });

  test("memory is the weights, and caches and values of every sequence", async () => {
    const use = async (parallel: number) => {
      const model = await adapter.load(await tinyExecutorchModel(), context, { threads: 1, parallel });
      const memory = model.memory();
      await model.dispose();
      return memory;
    };
    const [one, two] = [await use(1), await use(2)];
    const planned = (memory: typeof one) => memory.kvCacheBytes + memory.computeBytes;
    // Five layers of two key heads of 32 values for 512 tokens, keys and values, as 32-bit floats.
    expect(planned(one)).toBeGreaterThan(5 * 2 * 2 * 32 * 512 * 4);
    expect(planned(two)).toBe(2 * planned(one));
    expect(one.weightsBytes).toBeGreaterThan(4_000_000);
  });

  test("it runs in a process of its own and nowhere else", async () => {
    const here = adapter.load(await tinyExecutorchModel(), context, { isolation: "none" });
    await expect(here).rejects.toMatchObject({ code: "invalid-input" });
  });

  test.each([
    ["tokenizer.json", "{]}", /tokenizer/i],
    ["generation_config.json", "{]}", /generation_config\.json is not JSON/],
  ])("a model with a damaged %s is refused", async (name, text, words) => {
    const model = await tinyExecutorchModel();
    const files = model.files.map(
      (file): InstalledFile => (file.path === name ? { ...file, sizeBytes: text.length, read: async () => new TextEncoder().encode(text) } : file),
    );
    await expect(adapter.load({ ...model, files }, context, {})).rejects.toThrow(words);
  });
});
