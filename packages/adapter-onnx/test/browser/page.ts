/// <reference lib="dom" />
import { damagedInMemory, pageContext, showConformance } from "@tenfold/adapter-testkit/browser";
import { type GenerateEvent, type InstalledModel, type LoadOptions, type Support, silentLog } from "@tenfold/core";
import { onnx } from "../../src/browser.ts";
import { fetched, fromServer, tinyInPage } from "./tiny-in-page.ts";

const { searchParams } = new URL(location.href);
const variant = searchParams.get("tiny");
const files = searchParams.get("files");
const accelerator = searchParams.get("accelerator") === "webgpu" ? "webgpu" : "cpu";
const loadOptions: LoadOptions = { threads: Number(searchParams.get("threads") ?? 1), accelerator };

if (variant !== null || files !== null) {
  showConformance(async () => ({
    adapter: onnx(),
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
  answerInWorker(question: string): Promise<string>;
  embed(paths: readonly string[], texts: readonly string[]): Promise<number[][]>;
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

globalThis.onnxPage = {
  probe: () => onnx().probe(context),
  async answer(model, question, options) {
    const loaded = await onnx().load(await modelOf(model), context, options);
    let text = "";
    let start: Answer["start"];
    for await (const event of loaded.generate({ messages: [{ role: "user", content: question }], sampling: { temperature: 0 }, maxTokens: 64 })) {
      if (event.type === "start") start = event;
      if (event.type === "text") text += event.text;
    }
    await loaded.dispose();
    return { text, start };
  },
  answerInWorker: (question) =>
    new Promise((resolve, reject) => {
      const worker = new Worker("/worker.js", { type: "module" });
      worker.onmessage = ({ data }) => {
        worker.terminate();
        resolve(data);
      };
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(question);
    }),
  async embed(paths, texts) {
    const loaded = await onnx().load(await modelOf(paths), context, { threads: 1 });
    const vectors = (await loaded.embed?.(texts)) ?? [];
    await loaded.dispose();
    return vectors.map((vector) => [...vector]);
  },
  loadWithWasm: async (folder) =>
    onnx({ wasm: folder })
      .load(await tinyInPage("onnx"), context, { threads: 1 })
      .then(async (model) => {
        await model.dispose();
        return {};
      }, told),
  async loadDamaged(base64) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const { model } = await damagedInMemory(await tinyInPage("onnx"), () => bytes);
    return onnx()
      .load(model, context, { threads: 1 })
      .then(async (loaded) => {
        await loaded.dispose();
        return {};
      }, told);
  },
};
