import { createRequire } from "node:module";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LoadOptions } from "@tenfold/core";
import { fullTests } from "@tenfold/tooling/requirement";
import { describe, expect, test } from "vitest";
import { noise, plausibleModel } from "../test/plausible-model.ts";
import { accessKey, loadScripted } from "../test/scripted-pico.ts";
import { createAdapter } from "./adapter.ts";
import { createNodeBinding } from "./bindings/node.ts";
import { picoLlm } from "./node.ts";

const context = nodeContext();
const load = (options: LoadOptions = {}, model = plausibleModel(), adapter = picoLlm({ accessKey })) =>
  adapter.load(model, context, { isolation: "none", threads: 1, ...options });

describe("over the vendor's native library", () => {
  test("probe names the package, its version and the devices", async () => {
    const { version } = createRequire(import.meta.url)("@picovoice/picollm-node/package.json");
    const support = await picoLlm({ accessKey }).probe(context);
    expect(support).toMatchObject({ available: true, frameworkVersion: version, accelerators: expect.arrayContaining(["cpu"]) });
    expect(support).toMatchObject({ notes: [`@picovoice/picollm-node ${version}`, expect.stringMatching(/^cpu:/)] });
  });

  test.each([
    ["none", undefined],
    ["an empty one", ""],
    ["spaces", "  "],
    ["something else", "not a key!"],
  ])("with %s for a key neither probe nor load goes on, and both say where keys come from", async (_, key) => {
    const adapter = picoLlm({ accessKey: key });
    expect(await adapter.probe(context)).toMatchObject({
      available: false,
      reason: expect.stringContaining("AccessKey"),
      remedy: expect.stringContaining("Console"),
    });
    await expect(load({}, plausibleModel(), adapter)).rejects.toMatchObject({
      code: "unauthorized",
      remedy: expect.stringContaining("picoLlm({ accessKey })"),
    });
  });

  test("a file that is none of picoLLM's is what the library says it is", async () => {
    const error = await load().catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "load-failed", framework: "picollm", remedy: expect.stringMatching(/file/) });
    expect(error).toMatchObject({ details: { vendorError: expect.stringMatching(/^PicoLLM(?:IO|InvalidArgument)Error$/), messages: expect.any(Array) } });
    expect((error as Error).message).toContain("PicoLLM failed to initialize");
  });

  test("without its package probe says what to install", async () => {
    const importLibrary = async () => createRequire(import.meta.url)("@picovoice/picollm-nowhere");
    const parts = { now: () => 0, random: Math.random, machine: () => ({ usableCores: 1, busy: 0 }) };
    const adapter = createAdapter({ binding: createNodeBinding(importLibrary), accessKey, ...parts });
    expect(await adapter.probe(context)).toMatchObject({ available: false, remedy: expect.stringContaining("Install @picovoice/picollm-node") });
    await expect(load({}, plausibleModel(), adapter)).rejects.toMatchObject({ code: "framework-unavailable" });
  });

  test("spaces around a key do not matter", async () => {
    await expect(load({}, plausibleModel(), picoLlm({ accessKey: ` ${accessKey}\n` }))).rejects.toMatchObject({ code: "load-failed" });
  });

  test.each(["", "x".repeat(2048), "\0".repeat(2048)])("a file that is no model at all does not reach it", async (text) => {
    await expect(load({}, plausibleModel(new TextEncoder().encode(text)))).rejects.toMatchObject({ code: "invalid-format" });
  });

  test("files of noise are refused, and the process lives", async () => {
    for (let seed = 0; seed < (fullTests ? 500 : 25); seed += 1)
      await expect(load({}, plausibleModel(noise(1024 + 97 * seed, seed)))).rejects.toMatchObject({ code: "load-failed" });
  });

  test("a GPU is refused by name where there is none", async () => {
    await expect(load({ accelerator: "cuda" })).rejects.toMatchObject({ code: "framework-unavailable", message: expect.stringContaining("cpu:") });
    await expect(load({ frameworkOptions: { device: "gpu:3" } })).rejects.toMatchObject({
      code: "framework-unavailable",
      message: expect.stringContaining("gpu:3"),
    });
    for (const device of ["best", "cpu", "cpu:1"]) await expect(load({ frameworkOptions: { device } })).rejects.toMatchObject({ code: "load-failed" });
  });

  test("in a process of its own it fails in the same words", async () => {
    const error = await load({ isolation: "host" }).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "load-failed", framework: "picollm", details: { vendorError: expect.any(String) } });
  });
});

test.each([
  [{ noSuchOption: true }, "noSuchOption"],
  [{ device: "quantum" }, "gpu:0"],
  [{ contextCaching: "yes" }, "contextCaching"],
  [{ dialogMode: "" }, "dialogMode"],
])("an option that cannot be is refused (%j)", async (frameworkOptions, words) => {
  await expect(load({ frameworkOptions })).rejects.toMatchObject({ code: "invalid-input", message: expect.stringContaining(words) });
});

test("what is not for picoLLM is refused before it is asked", async () => {
  const model = plausibleModel();
  await expect(load({}, { ...model, variant: { ...model.variant, format: "gguf" } })).rejects.toMatchObject({ code: "unsupported-format" });
  await expect(load({}, { ...model, files: [] })).rejects.toMatchObject({ code: "invalid-format" });
  const files = model.files.map(({ location: _, ...file }) => file);
  await expect(load({}, { ...model, files })).rejects.toMatchObject({ code: "unsupported-format" });
  await expect(load({ memoryLimitBytes: 100 })).rejects.toMatchObject({ code: "out-of-memory" });
  const reason = new Error("nobody wants it");
  await expect(load({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

describe("over a script in place of the vendor's class", () => {
  const gpus = { devices: ["cpu:[0-2] - CPU", "gpu:0 - NVIDIA"] };
  const failing = (device: string, message: string) => ({
    ...gpus,
    create: (given: { device: string }) => {
      if (given.device.startsWith(device)) throw new Error(message);
    },
  });

  test("the device is what was asked for, and a GPU where there is one", async () => {
    const device = async (options: LoadOptions) => (await loadScripted(gpus, options)).calls.created.map((given) => given.device);
    expect(await device({})).toEqual(["gpu"]);
    expect(await device({ accelerator: "cpu", threads: 3 })).toEqual(["cpu:3"]);
    expect(await device({ accelerator: "cuda" })).toEqual(["gpu"]);
    expect(await device({ frameworkOptions: { device: "gpu:0" } })).toEqual(["gpu:0"]);
    expect(await device({ frameworkOptions: { device: "cpu:2" } })).toEqual(["cpu:2"]);
    expect((await loadScripted({}, { threads: 2 })).calls.created[0]?.device).toBe("cpu:2");
  });

  test("a GPU that fails is left for the CPU unless it was asked for, and start says so", async () => {
    const { model, calls } = await loadScripted(failing("gpu", "no driver"), { threads: 1 });
    expect(calls.created.map(({ device }) => device)).toEqual(["gpu", "cpu:1"]);
    for await (const event of model.generate({ prompt: "a" }))
      if (event.type === "start") expect(event).toMatchObject({ accelerator: "cpu", warnings: [{ message: expect.stringContaining("no driver") }] });
    await expect(loadScripted(failing("gpu", "no driver"), { accelerator: "cuda" })).rejects.toMatchObject({ code: "load-failed" });
  });

  test("the context is the smaller of what was asked for and what the model takes", async () => {
    expect((await loadScripted({ contextLength: 8192 })).model.contextSize).toBe(4096);
    expect((await loadScripted({ contextLength: 8192 }, { contextSize: 6000 })).model.contextSize).toBe(6000);
    const { model } = await loadScripted({ contextLength: 512 }, { contextSize: 6000 });
    expect(model.contextSize).toBe(512);
    for await (const event of model.generate({ prompt: "a" }))
      if (event.type === "start") expect(event.warnings).toMatchObject([{ message: expect.stringContaining("6000") }]);
  });

  test("memory is the file's size, and progress ends at 1", async () => {
    const progress: number[] = [];
    const { model, installed } = await loadScripted({}, { onProgress: (fraction) => progress.push(fraction) });
    expect(model.memory()).toEqual({ weightsBytes: installed.files[0]?.sizeBytes, kvCacheBytes: 0, computeBytes: 0 });
    expect(progress).toEqual([...progress].sort((one, other) => one - other));
    expect(progress.at(-1)).toBe(1);
  });

  test("a load that was aborted meanwhile frees what it made", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const loading = loadScripted({ create: () => controller.abort(reason) }, { signal: controller.signal });
    await expect(loading).rejects.toBe(reason);
  });
});
