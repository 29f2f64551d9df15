import { APICallError, NoSuchModelError } from "@ai-sdk/provider";
import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { tinyModel } from "@tenfold/adapter-testkit/models";
import { createTenfold, type ProgressEvent, type Tenfold } from "@tenfold/core";
import { createProviderRegistry, generateText, readUIMessageStream, streamText, type UIMessage } from "ai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type PublishedCatalog, publishCatalog, sha256Of } from "../../core/test/published-catalog.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../core/test/temporary-platform.ts";
import { loadProgressMetadata } from "./load-progress.ts";
import { createTenfoldProvider, type TenfoldProvider, type TenfoldProviderOptions } from "./provider.ts";

let platform: TemporaryPlatform;
let catalog: PublishedCatalog;
let tenfold: Tenfold;
const providers: TenfoldProvider[] = [];
beforeEach(async () => {
  const bytes = (await (await tinyModel()).files[0]?.read()) ?? new Uint8Array();
  platform = await temporaryPlatform();
  catalog = await publishCatalog([{ id: "tiny", variants: [{ id: "q8_0", files: [{ path: "tiny.gguf", bytes }] }] }]);
  tenfold = createTenfold({ adapters: [llamaCpp({ gpu: false })], catalogs: [catalog.server.origin], platform });
});
afterEach(async () => {
  catalog.server.release();
  for (const provider of providers.splice(0)) await provider.dispose();
  await catalog.server.close();
  await platform.remove();
});

type Waiting = UIMessage<{ progress?: ProgressEvent }>;

const load = { threads: 1, isolation: "none" } as const;
function open(options: Partial<TenfoldProviderOptions> = {}): TenfoldProvider {
  const provider = createTenfoldProvider({ tenfold, load, ...options });
  providers.push(provider);
  return provider;
}
const sum = { prompt: "What is 17 + 15?", temperature: 0, maxRetries: 0 } as const;
const artifactRequests = () => catalog.server.requests.filter(({ path }) => path.startsWith("/artifacts/")).length;
/** The next file that is asked for stops in the middle, until it is released. */
async function stallDownload() {
  const sha256 = sha256Of((await (await tinyModel()).files[0]?.read()) ?? new Uint8Array());
  catalog.server.addFault({ path: `/artifacts/sha256/${sha256}`, method: "GET", kind: "stall", afterBytes: 100_000 });
}

describe("models by catalog id", () => {
  test("are fetched and loaded when they are first asked, once for all who ask, and named with their variant", async () => {
    const events: [string, ProgressEvent][] = [];
    const provider = open({ onProgress: (modelId, event) => events.push([modelId, event]) });
    const model = createProviderRegistry({ tenfold: provider }).languageModel("tenfold:tiny");
    expect(artifactRequests()).toBe(0);
    const answers = await Promise.all([generateText({ model, ...sum }), generateText({ model: provider("tiny"), ...sum })]);
    expect(answers.map(({ text }) => text)).toEqual(["17 + 15 = 32.", "17 + 15 = 32."]);
    const [first] = answers.map(({ finalStep }) => finalStep);
    expect(first?.response.modelId).toBe("tiny:q8_0");
    const sizeBytes = (await tinyModel()).files[0]?.sizeBytes;
    expect(first?.providerMetadata?.tenfold).toMatchObject({
      ...{ framework: "llama.cpp", variant: "q8_0", accelerator: "cpu" },
      download: { receivedBytes: sizeBytes, totalBytes: sizeBytes },
    });
    expect(events.filter(([, { stage, stageFraction }]) => stage === "discovery" && stageFraction === 0)).toHaveLength(1);
    expect(events.at(-1)?.[1]).toMatchObject({ stage: "ready", overallFraction: 1 });
    expect(events.every(([modelId]) => modelId === "tiny")).toBe(true);
    const fetched = artifactRequests();
    const { finalStep } = await generateText({ model, ...sum });
    expect(finalStep.providerMetadata?.tenfold).not.toHaveProperty("download");
    expect(artifactRequests()).toBe(fetched);
    expect(tenfold.loaded()).toHaveLength(1);
  });

  test("go by names of one's own, with what they are loaded with", async () => {
    const path = (await tinyModel("q4_0")).files[0]?.location?.() ?? "";
    const provider = open({ models: { small: { model: "tiny", variant: "q8_0", contextSize: 128 }, file: { path } } });
    await provider.load("small");
    expect(tenfold.loaded()).toMatchObject([{ model: "tiny", variant: "q8_0" }]);
    await expect(generateText({ model: provider("small"), ...sum, prompt: "word ".repeat(300) })).rejects.toMatchObject({ name: "AI_InvalidPromptError" });
    expect((await generateText({ model: provider("file"), ...sum })).text).toBe("17 + 15 = 32.");
  });

  test("say how far they are as raw parts and as metadata of the message that waits for them", async () => {
    const result = streamText({ model: open()("tiny"), ...sum, include: { rawChunks: true } });
    const seen: number[] = [];
    let last: Waiting | undefined;
    const stream = result.toUIMessageStream<Waiting>({ messageMetadata: loadProgressMetadata });
    for await (const message of readUIMessageStream<Waiting>({ stream })) {
      last = message;
      if (message.metadata?.progress) seen.push(message.metadata.progress.overallFraction);
    }
    expect(new Set(seen).size).toBeGreaterThan(3);
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
    expect(last?.metadata?.progress).toMatchObject({ type: "tenfold-progress", modelId: "tiny", stage: "ready", overallFraction: 1 });
    expect(last?.parts.at(-1)).toMatchObject({ type: "text", text: "17 + 15 = 32." });
  });

  test("go on being fetched for the others when one who waits leaves, and stop when all have left", async () => {
    await stallDownload();
    const provider = open();
    const controllers = [new AbortController(), new AbortController()];
    const [leaves, stays] = controllers.map(({ signal }) => generateText({ model: provider("tiny"), ...sum, abortSignal: signal }));
    await catalog.server.stalled();
    controllers[0]?.abort(new Error("enough"));
    await expect(leaves).rejects.toThrow("enough");
    catalog.server.release();
    expect((await stays)?.text).toBe("17 + 15 = 32.");
  });

  test("stop being fetched when all have left, and are fetched for whoever comes next", async () => {
    await stallDownload();
    const provider = open();
    const controller = new AbortController();
    const asked = generateText({ model: provider("tiny"), ...sum, abortSignal: controller.signal });
    await catalog.server.stalled();
    controller.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
    catalog.server.release();
    expect((await generateText({ model: provider("tiny"), ...sum })).text).toBe("17 + 15 = 32.");
  });

  test("leave memory when the provider is disposed, which answers nothing from then on", async () => {
    const provider = open();
    await provider.load("tiny");
    await provider.dispose();
    await provider.dispose();
    expect(tenfold.loaded()).toEqual([]);
    await expect(generateText({ model: provider("tiny"), ...sum })).rejects.toMatchObject({ cause: { code: "disposed" } });
  });
});

describe("errors are the AI SDK's own, with Tenfold's as their cause", () => {
  test("of models that there are not", async () => {
    const error = await generateText({ model: open()("nothing"), ...sum }).catch((reason: unknown) => reason);
    expect(NoSuchModelError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ modelId: "nothing", message: expect.stringContaining("check the spelling"), cause: { code: "unknown-model" } });
    expect(() => createTenfoldProvider({}).languageModel("tiny")).toThrow(NoSuchModelError);
    expect(() => open().imageModel("tiny")).toThrow(NoSuchModelError);
  });

  test("of hubs that cannot be reached, which are asked again", async () => {
    await catalog.server.close();
    const error = await generateText({ model: open()("tiny"), ...sum }).catch((reason: unknown) => reason);
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ isRetryable: true, url: "tenfold:tiny", cause: { code: "catalog-unreachable" } });
    const { stream } = await open()("tiny").doStream({ prompt: [], includeRawChunks: true });
    const parts = [];
    for await (const part of stream as unknown as AsyncIterable<{ type: string; error?: unknown }>) parts.push(part);
    expect(parts.at(-1)).toMatchObject({ type: "error", error: { name: "AI_APICallError" } });
  });

  test("of options and of models that cannot do it", async () => {
    const provider = open();
    const wrong = { tenfold: { minp: 1 } };
    await expect(generateText({ model: provider("tiny"), ...sum, providerOptions: wrong })).rejects.toMatchObject({ name: "AI_InvalidArgumentError" });
    await expect(provider.rerankingModel("tiny").doRerank({ query: "a", documents: { type: "text", values: ["b"] } })).rejects.toMatchObject({
      name: "AI_UnsupportedFunctionalityError",
      message: expect.stringContaining("rank"),
    });
  });
});
