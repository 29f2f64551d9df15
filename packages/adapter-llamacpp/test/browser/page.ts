/// <reference lib="dom" />
import { damagedInMemory, installedFromBlobs, pageContext, showConformance } from "@tenfold/adapter-testkit/browser";
import { createTenfold, type InstalledModel, type LoadedModel, type Support, silentLog } from "@tenfold/core";
import { browserPlatform } from "@tenfold/core/browser";
import { llamaCpp } from "../../src/browser.ts";
import { importWllama } from "../../src/wasm/library.ts";
import { openWllama } from "../../src/wasm/wllama.ts";

const fetched = async (path: string) => (await fetch(path)).blob();

// The name of a model that the server has at /models; its answers are known where there is a reference.
const { searchParams } = new URL(location.href);
const name = searchParams.get("model");
const threads = Number(searchParams.get("threads") ?? 1);

if (name !== null) {
  showConformance(async () => ({
    adapter: llamaCpp(),
    context: pageContext(silentLog),
    model: await installedFromBlobs({ [name]: await fetched(`/models/${name}`) }, "gguf"),
    ...(searchParams.has("reference") ? { reference: JSON.parse(await (await fetched("/reference.json")).text()) } : {}),
    loadOptions: { threads, ...(searchParams.has("reference") ? {} : { contextSize: 1024 }) },
    damage: damagedInMemory,
  }));
}

/** What tests other than the conformance cases ask of a page. */
export interface LlamaCppPage {
  /** Pulls a model from a hub into this site's store, loads it and asks it; then loads it again, from the store. */
  answer(hubUrl: string, model: string, question: string): Promise<{ texts: string[]; events: string[]; accelerator: string | undefined }>;
  /** A greedy answer of a model in several files. */
  answerOfParts(names: readonly string[], question: string): Promise<string>;
  embed(name: string, texts: readonly string[]): Promise<number[][]>;
  embedUnscaled(name: string): Promise<string>;
  probe(): Promise<Support>;
  /** Loads with other addresses of the WebAssembly files; tells the error's code and remedy. */
  loadWithWasm(name: string, address: string): Promise<{ code?: string; remedy?: string }>;
  /** Gives llama.cpp bytes that nobody has validated; tells the error. */
  loadUnvalidated(base64: string): Promise<{ code?: string; message?: string }>;
  /** Workers that this page has started and not ended. */
  workers(): number;
}

declare global {
  var llamaCppPage: LlamaCppPage;
}

const context = pageContext(silentLog);
const greedy = (question: string) => ({ messages: [{ role: "user" as const, content: question }], sampling: { temperature: 0 }, maxTokens: 64 });
const told = (error: unknown) => ({ ...(error as { code?: string; remedy?: string }), message: String(error) });

async function fromServer(names: readonly string[]): Promise<InstalledModel> {
  const blobs = await Promise.all(names.map(async (one) => [one, await fetched(`/models/${one}`)] as const));
  return installedFromBlobs(Object.fromEntries(blobs), "gguf");
}

async function using<Result>(loading: Promise<LoadedModel>, work: (model: LoadedModel) => Promise<Result>): Promise<Result> {
  const model = await loading;
  try {
    return await work(model);
  } finally {
    await model.dispose();
  }
}

async function textOf(model: Pick<LoadedModel, "generate">, question: string): Promise<string> {
  let text = "";
  for await (const event of model.generate(greedy(question))) if (event.type === "text") text += event.text;
  return text;
}

// Counted where they are made and ended, for nothing else tells.
let workers = 0;
globalThis.Worker = class extends Worker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    workers += 1;
  }
  override terminate() {
    super.terminate();
    workers -= 1;
  }
};

globalThis.llamaCppPage = {
  async answer(hubUrl, model, question) {
    const tenfold = createTenfold({ adapters: [llamaCpp()], catalogs: [hubUrl], platform: browserPlatform() });
    const texts: string[] = [];
    const events: string[] = [];
    let accelerator: string | undefined;
    for (const round of [1, 2]) {
      const loaded = await tenfold.load(model, { threads: 1 });
      let text = "";
      for await (const event of loaded.generate(greedy(question))) {
        if (round === 1) events.push(event.type);
        if (event.type === "start") accelerator = event.accelerator;
        if (event.type === "text") text += event.text;
      }
      texts.push(text);
      await loaded.dispose();
    }
    return { texts, events, accelerator };
  },
  answerOfParts: async (names, question) => using(llamaCpp().load(await fromServer(names), context, { threads: 1 }), (model) => textOf(model, question)),
  embed: async (one, texts) =>
    using(llamaCpp().load(await fromServer([one]), context, { threads: 1 }), async (model) =>
      ((await model.embed?.(texts)) ?? []).map((vector) => [...vector]),
    ),
  embedUnscaled: async (one) =>
    using(llamaCpp().load(await fromServer([one]), context, { threads: 1 }), async (model) =>
      model.embed
        ? model.embed(["Hello"], { normalize: false }).then(
            () => "vectors",
            (error) => told(error).code ?? "",
          )
        : "no embeddings",
    ),
  probe: () => llamaCpp().probe(context),
  async loadWithWasm(one, address) {
    const adapter = llamaCpp({ wasm: { singleThread: address, multiThread: address } });
    return adapter.load(await fromServer([one]), context, { threads: 1 }).then(async (model) => {
      await model.dispose();
      return {};
    }, told);
  },
  async loadUnvalidated(base64) {
    const settings = { n_ctx: 64, n_batch: 64, n_threads: 1, flash_attn: true, embeddings: false };
    const blobs = [new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))])];
    return openWllama(await importWllama(), { wasm: {}, blobs, settings, log: () => {}, signal: undefined }).then(async ({ close }) => {
      await close();
      return {};
    }, told);
  },
  workers: () => workers,
};
