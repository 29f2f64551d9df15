/// <reference lib="dom" />
import { collect } from "@tenfold/adapter-testkit";
import { installedFromBlobs, pageContext } from "@tenfold/adapter-testkit/browser";
import type { LoadedModel, LoadOptions } from "@tenfold/core";
import { inWorker } from "@tenfold/host/browser";
import { breakingContextSize, llamaAdapter } from "./llama-adapter.ts";

const names = ["model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"];
const warnings: string[] = [];
const context = pageContext((level, message) => {
  if (level === "warning") warnings.push(message);
});
let running = 0;

async function open(script = "/worker.js", options: LoadOptions = {}): Promise<LoadedModel> {
  const adapter = inWorker(llamaAdapter(), {
    start() {
      const worker = new Worker(script, { type: "module" });
      running += 1;
      const terminate = worker.terminate.bind(worker);
      worker.terminate = () => {
        running -= 1;
        terminate();
      };
      return worker;
    },
  });
  const blobs = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await (await fetch(`/${name}`)).blob()] as const)));
  return adapter.load(await installedFromBlobs(blobs, "safetensors"), context, options);
}

async function told(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "no error",
    (error) => ({ code: error.code, message: error.message, isReason: error === reason }),
  );
}
const reason = new Error("enough");

const page = {
  async answers(prompts: readonly string[]) {
    const model = await open();
    const texts: string[] = [];
    for (const prompt of prompts)
      texts.push((await collect(model.generate({ messages: [{ role: "user", content: prompt }], sampling: { temperature: 0 }, maxTokens: 40 }))).text);
    await model.dispose();
    return { texts, running };
  },
  /** How often the page had its turn while a prompt was computed: `isolation` says where. */
  async turnsWhileComputing(isolation: "host" | "none") {
    const model = await open("/worker.js", { isolation });
    let turns = 0;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      turns += 1;
      port2.postMessage(0);
    };
    port2.postMessage(0);
    let counted = 0;
    for await (const event of model.generate({ prompt: "The sky is blue. ".repeat(20), maxTokens: 1 })) {
      // What was computed lies between the start and the first word.
      if (event.type === "start") counted = turns;
      if (event.type === "finish") counted = turns - counted;
    }
    port1.close();
    await model.dispose();
    return counted;
  },
  async aborted() {
    const model = await open();
    const abort = new AbortController();
    const answer = told(
      (async () => {
        for await (const event of model.generate({ prompt: "Count: 1 2 3", maxTokens: 100, signal: abort.signal }))
          if (event.type === "text") abort.abort(reason);
      })(),
    );
    const [error, after] = [await answer, (await collect(model.generate({ prompt: "One", maxTokens: 2 }))).finish.usage.completionTokens];
    await model.dispose();
    return { error, after };
  },
  async crashed() {
    const model = await open("/worker.js", { contextSize: breakingContextSize });
    const answer = told(collect(model.generate({ prompt: "Count: 1 2 3", maxTokens: 200 })));
    const [error, later] = [await answer, await told(model.countTokens("x"))];
    await model.dispose();
    return { error, later, running };
  },
  failed: async () => ({
    missing: await told(open("/no-such-worker.js", { isolation: "host" })),
    options: await told(open("/worker.js", { contextSize: Number.NaN })),
    running,
  }),
  /** Loads without asking for a worker. */
  async withoutWorker(script: string) {
    warnings.length = 0;
    const model = await open(script);
    const { finish } = await collect(model.generate({ prompt: "One", maxTokens: 2 }));
    await model.dispose();
    return { tokens: finish.usage.completionTokens, warnings, running };
  },
};
export type WorkerPage = typeof page;
Object.assign(globalThis, { workerPage: page });
