import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { TenfoldError } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PublishedCatalog, publishCatalog } from "../../test/published-catalog.ts";
import { scriptedAdapter } from "../../test/scripted-adapter.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import type { Adapter } from "../contract/index.ts";
import type { ProgressEvent } from "../progress/progress.ts";
import { createTenfold } from "./tenfold.ts";

const tinyPath = fileURLToPath(new URL("../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q4_0.gguf", import.meta.url));

let platform: TemporaryPlatform;
let catalog: PublishedCatalog;
beforeEach(async () => {
  platform = await temporaryPlatform();
  catalog = await publishCatalog([{ id: "tiny", variants: [{ id: "gguf", files: [{ path: "tiny.gguf", bytes: new Uint8Array(readFileSync(tinyPath)) }] }] }]);
});
afterEach(async () => {
  await catalog.server.close();
  await platform.remove();
});

const open = (...adapters: Adapter[]) => createTenfold({ adapters, catalogs: [catalog.server.origin], platform });

describe("loading a model", () => {
  it("walks the whole lifecycle, and reports progress up to ready", async () => {
    const { adapter, calls } = scriptedAdapter({ prepares: true });
    const progress: ProgressEvent[] = [];
    const loadFractions: number[] = [];
    const model = await open(adapter).load("tiny", {
      onProgress: (event) => {
        progress.push(event);
        if (event.stage === "loading") loadFractions.push(event.stageFraction);
      },
    });
    expect(model.lifecycle.history.map(({ to }) => to)).toEqual([
      ...["discovered", "downloading", "downloaded", "validating", "validated"],
      ...["initializing", "initialized", "loading", "loaded", "ready"],
    ]);
    expect(calls).toEqual(["prepare", "load tiny.gguf"]);
    expect(progress.at(-1)).toMatchObject({ stage: "ready", overallFraction: 1 });
    expect(loadFractions).toEqual([0.5, 1]);
    expect(model).toMatchObject({
      id: "tiny",
      framework: "scripted",
      contextSize: 64,
      variant: { id: "gguf" },
      metadata: { architecture: "llama", contextLength: 512 },
    });
    await model.dispose();
  });

  it("opens a file of the user's without a hub", async () => {
    const { adapter } = scriptedAdapter();
    const model = await createTenfold({ adapters: [adapter], platform }).load({ path: tinyPath });
    expect(model).toMatchObject({ id: "tenfold-tiny-q4_0", variant: { format: "gguf" } });
    expect(model.lifecycle.state).toBe("ready");
    await model.dispose();
  });

  it("takes the next adapter when the first one cannot run here", async () => {
    const broken = scriptedAdapter({ framework: "broken", unavailable: { reason: "No library.", remedy: "Install it." } });
    const model = await open(broken.adapter, scriptedAdapter().adapter).load("tiny");
    expect(model.framework).toBe("scripted");
    await model.dispose();
  });

  it("fetches nothing of a variant that every adapter for it refuses, and hears the others where one does not", async () => {
    const error = new TenfoldError("load-failed", "It was compiled for another version.");
    const { adapter, calls } = scriptedAdapter();
    const refusing: Adapter = { ...adapter, refusal: () => error };
    await expect(open(refusing).load("tiny")).rejects.toBe(error);
    expect(calls).toEqual([]);
    expect(catalog.server.requests.filter(({ path }) => path.startsWith("/artifacts/"))).toEqual([]);
    const model = await open(refusing, adapter).load("tiny");
    expect(catalog.server.requests.some(({ path }) => path.startsWith("/artifacts/"))).toBe(true);
    await model.dispose();
  });

  it("says what each adapter lacks when none can run here", async () => {
    const broken = scriptedAdapter({ framework: "broken", unavailable: { reason: "No library.", remedy: "Install it." } });
    await expect(open(broken.adapter).load("tiny")).rejects.toMatchObject({
      code: "framework-unavailable",
      message: expect.stringContaining("broken: No library."),
      remedy: "Install it.",
    });
    await expect(open(scriptedAdapter().adapter).load("tiny", { framework: "other" })).rejects.toMatchObject({ code: "no-adapter" });
    expect(await open(broken.adapter).frameworks()).toEqual([
      { framework: "broken", formats: ["gguf"], support: { available: false, reason: "No library.", remedy: "Install it." } },
    ]);
  });

  it("rejects as the adapter does", async () => {
    const failure = new TenfoldError("out-of-memory", "It does not fit.");
    await expect(open(scriptedAdapter({ failsToLoad: failure }).adapter).load("tiny")).rejects.toBe(failure);
    const reason = new Error("stop");
    await expect(open(scriptedAdapter().adapter).load("tiny", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("a loaded model", () => {
  const loaded = () => open(scriptedAdapter().adapter).load("tiny");

  it("is executing while it answers, and ready again when the last answer is done", async () => {
    const model = await loaded();
    const [first, second] = [model.generate({ prompt: "a" }), model.generate({ prompt: "b" })].map((events) => events[Symbol.asyncIterator]());
    await first?.next();
    await second?.next();
    expect(model.lifecycle.state).toBe("executing");
    await first?.return?.();
    expect(model.lifecycle.state).toBe("executing");
    await second?.return?.();
    expect(model.lifecycle.state).toBe("ready");
    await model.dispose();
  });

  it("gathers an answer into one", async () => {
    const model = await loaded();
    expect(await model.generateText({ prompt: "a b" })).toEqual({
      text: "ab",
      reasoning: "Hm.",
      toolCalls: [{ id: "1", name: "look", arguments: { at: "it" } }],
      finishReason: "tool-calls",
      usage: { promptTokens: 3, cachedTokens: 0, completionTokens: 2 },
      timings: { timeToFirstTokenMs: 1, totalMs: 2, prefillTokensPerSecond: 3, decodeTokensPerSecond: 4 },
      warnings: [{ kind: "ignored-setting", setting: "seed", message: "It has no seed." }],
    });
    await expect(model.generateText({ prompt: "unfinished" })).rejects.toMatchObject({ code: "generation-failed" });
    await model.dispose();
  });

  it("stays ready after an answer that failed, and not after a crash", async () => {
    const model = await loaded();
    await expect(model.generateText({ prompt: "fail" })).rejects.toMatchObject({ code: "generation-failed" });
    expect(model.lifecycle.state).toBe("ready");
    await expect(model.generateText({ prompt: "crash" })).rejects.toMatchObject({ code: "crashed" });
    expect(model.lifecycle.state).toBe("error");
    await model.dispose();
    expect(model.lifecycle.state).toBe("validated");
  });

  it("passes on what the adapter offers, and is unloaded once", async () => {
    const { adapter, calls } = scriptedAdapter();
    const model = await open(adapter).load("tiny");
    expect(await model.countTokens("abc")).toEqual({ tokens: 3, exact: true });
    expect(await model.embed?.(["x"])).toHaveLength(1);
    expect(await model.tokenizer?.encode("A")).toEqual(Int32Array.of(65));
    expect(model.memory()).toEqual({ weightsBytes: 1, kvCacheBytes: 2, computeBytes: 3 });
    await Promise.all([model.dispose(), model.dispose()]);
    expect(calls.filter((call) => call === "dispose")).toHaveLength(1);
    expect(model.lifecycle.state).toBe("validated");
  });
});
