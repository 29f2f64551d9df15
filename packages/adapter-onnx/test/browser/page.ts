/// <reference lib="dom" />
import { damagedInMemory, pageContext, showConformance } from "@tenfold/adapter-testkit/browser";
import { type GenerateEvent, type InstalledFile, type InstalledModel, type LoadOptions, type Support, silentLog } from "@tenfold/core";
import { createBrowserBinding } from "../../src/bindings/browser.ts";
import { onnx } from "../../src/browser.ts";
import { fetched, fromServer, tinyInPage } from "./tiny-in-page.ts";

const { searchParams } = new URL(location.href);
const variant = searchParams.get("tiny");
const files = searchParams.get("files");
const accelerator = searchParams.get("accelerator") === "webgpu" ? "webgpu" : "cpu";
const isolation = searchParams.get("isolation") === "none" ? "none" : "host";
const loadOptions: LoadOptions = { threads: Number(searchParams.get("threads") ?? 1), accelerator, isolation };
const adapter = onnx({ worker: "/worker.js" });

if (variant !== null || files !== null) {
  showConformance(async () => ({
    adapter,
    context: pageContext(silentLog),
    damage: damagedInMemory,
    ...(variant !== null
      ? { model: await tinyInPage(variant), reference: JSON.parse(await (await fetched("/tiny/reference.json")).text()), loadOptions }
      : { model: await fromServer((files ?? "").split(","), "onnx"), loadOptions: { ...loadOptions, contextSize: 1024 } }),
  }));
}

export interface Answer {
  text: string;
  start: Extract<GenerateEvent, { type: "start" }> | undefined;
}

/** What tests other than the conformance cases ask of a page. */
export interface OnnxPage {
  probe(): Promise<Support>;
  /** A greedy answer of a model: a tiny one by name, or files on the server by their paths. */
  answer(model: string | readonly string[], question: string, options: LoadOptions): Promise<Answer>;
  /** Asks a model on the GPU twice, the second time with another end: what was taken from the cache, and whether a fresh model says the same. */
  secondTurnOnGpu(variant: string): Promise<{ cachedTokens: number; same: boolean }>;
  /** Whether the CPU sees logits and cache after a pass. */
  placesAfterPass(variant: string, accelerator: "cpu" | "webgpu"): Promise<{ logits: boolean; cache: boolean }>;
  /** Whether a graph asks how many rows of logits are wanted, and how many there are for three tokens where one is. */
  rowsOfLogits(paths: readonly string[]): Promise<number | undefined>;
  /** The files of WebAssembly that the page itself has fetched. */
  fetchedWasm(): string[];
  /** Loads with ONNX Runtime's files elsewhere; tells the error. */
  loadWithWasm(folder: string): Promise<{ code?: string; remedy?: string }>;
  /** Loads bytes in place of the graph, not validated by the test; tells the error. */
  loadDamaged(base64: string): Promise<{ code?: string; message?: string }>;
}

declare global {
  var onnxPage: OnnxPage;
}

const context = pageContext(silentLog);
const told = (error: unknown) => ({ ...(error as { code?: string; remedy?: string }), message: String(error) });
const modelOf = (model: string | readonly string[]): Promise<InstalledModel> => (typeof model === "string" ? tinyInPage(model) : fromServer(model, "onnx"));

/** A session, and a pass over so many tokens: it gives logits and caches. */
async function openSession({ files: [graph, ...others] }: InstalledModel, accelerator: "cpu" | "webgpu") {
  const library = await createBrowserBinding(undefined).open(() => {});
  const weights = others.filter(({ path }) => path.startsWith("model."));
  const session = await library.load({ graph: graph as InstalledFile, weights, accelerator, threads: 1, optimization: "all" });
  const outputNames = ["logits", ...session.outputs.map(({ name }) => name).filter((name) => name.startsWith("present"))];
  const run = (tokens: number) => {
    const inputs = session.inputs.map(({ name, type = "", shape }) => {
      if (name.startsWith("past")) return session.createTensor(type, [1, Number(shape[1]), 0, Number(shape[3])]);
      return name === "num_logits_to_keep"
        ? session.createTensor(type, [], new BigInt64Array([1n]))
        : session.createTensor(type, [1, tokens], new BigInt64Array(tokens).fill(1n));
    });
    return session.run({ inputNames: session.inputs.map(({ name }) => name), inputs, outputNames, outputs: outputNames.map(() => null) }, undefined);
  };
  return { session, run };
}

globalThis.onnxPage = {
  probe: () => adapter.probe(context),
  async answer(model, question, options) {
    const loaded = await adapter.load(await modelOf(model), context, options);
    let text = "";
    let start: Answer["start"];
    for await (const event of loaded.generate({ messages: [{ role: "user", content: question }], sampling: { temperature: 0 }, maxTokens: 64 })) {
      if (event.type === "start") start = event;
      if (event.type === "text") text += event.text;
    }
    await loaded.dispose();
    return { text, start };
  },
  async secondTurnOnGpu(one) {
    const model = await adapter.load(await tinyInPage(one), context, { threads: 1, accelerator: "webgpu" });
    const ask = async (prompt: string, cacheKey: string) => {
      let text = "";
      for await (const event of model.generate({ prompt, cacheKey, sampling: { temperature: 0 }, maxTokens: 4 })) {
        if (event.type === "text") text += event.text;
        if (event.type === "finish") return { text, cachedTokens: event.usage.cachedTokens };
      }
      throw new Error("The answer has no end.");
    };
    await ask("The sky is blue and the grass is green.", "a");
    const cut = await ask("The sky is blue and the sea is deep.", "a");
    const fresh = await ask("The sky is blue and the sea is deep.", "b");
    await model.dispose();
    return { cachedTokens: cut.cachedTokens, same: cut.text === fresh.text };
  },
  async placesAfterPass(one, place) {
    const { session, run } = await openSession(await tinyInPage(one), place);
    const [logits, cache] = await run(1);
    const seen = { logits: logits?.bytes() !== undefined, cache: cache?.bytes() !== undefined };
    await session.dispose();
    return seen;
  },
  async rowsOfLogits(paths) {
    const { session, run } = await openSession(await fromServer(paths, "onnx"), "cpu");
    const [logits] = await run(3);
    await session.dispose();
    return logits?.shape[1];
  },
  fetchedWasm: () =>
    performance
      .getEntriesByType("resource")
      .map(({ name }) => name)
      .filter((name) => name.endsWith(".wasm")),
  loadWithWasm: async (folder) =>
    onnx({ worker: "/worker.js", wasm: folder })
      .load(await tinyInPage("onnx"), context, { threads: 1 })
      .then(async (model) => {
        await model.dispose();
        return {};
      }, told),
  async loadDamaged(base64) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const { model } = await damagedInMemory(await tinyInPage("onnx"), () => bytes);
    return adapter.load(model, context, { threads: 1 }).then(async (loaded) => {
      await loaded.dispose();
      return {};
    }, told);
  },
};
