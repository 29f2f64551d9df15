/// <reference lib="dom" />
import { installedFromBlobs, pageContext } from "@tenfold/adapter-testkit/browser";
import { silentLog } from "@tenfold/core";
import { llamaCpp } from "../../src/browser.ts";
import type { Wllama } from "../../src/wasm/library.ts";
import { importWllama } from "../../src/wasm/library.ts";

export interface Speed {
  tokensPerSecond: number;
  firstTokenMs: number;
}

export interface BenchPage {
  tenfold(threads: number, temperature: number, tokens: number): Promise<Speed>;
  /** The library's own loop: its sampler, in WebAssembly. */
  wllama(threads: number, temperature: number, tokens: number): Promise<Speed>;
}

declare global {
  var benchPage: BenchPage;
}

const prompt = "<|im_start|>user\nTell me a long story about a fox.<|im_end|>\n<|im_start|>assistant\n";
const fetchModel = async () => (await fetch("/model.gguf")).blob();

globalThis.benchPage = {
  async tenfold(threads, temperature, tokens) {
    const model = await llamaCpp().load(await installedFromBlobs({ "model.gguf": await fetchModel() }, "gguf"), pageContext(silentLog), {
      threads,
      contextSize: 1024,
    });
    let speed: Speed = { tokensPerSecond: 0, firstTokenMs: 0 };
    const messages = [{ role: "user" as const, content: "Tell me a long story about a fox." }];
    for await (const event of model.generate({ messages, sampling: { temperature }, seed: 1, maxTokens: tokens })) {
      if (event.type === "finish") speed = { tokensPerSecond: event.timings.decodeTokensPerSecond ?? 0, firstTokenMs: event.timings.timeToFirstTokenMs };
    }
    await model.dispose();
    return speed;
  },
  async wllama(threads, temperature, tokens) {
    const library = await importWllama();
    const silent = () => {};
    const paths = {
      "single-thread/wllama.wasm": "/@wllama/wllama/esm/single-thread/wllama.wasm",
      "multi-thread/wllama.wasm": "/@wllama/wllama/esm/multi-thread/wllama.wasm",
    };
    const wllama = new library.Wllama(paths, { logger: { debug: silent, log: silent, warn: silent, error: silent } }) as Wllama & {
      createCompletion(prompt: string, options: { nPredict: number; sampling: { temp: number }; onNewToken: () => void }): Promise<string>;
      exit(): Promise<void>;
    };
    await wllama.loadModel([await fetchModel()], { n_ctx: 1024, n_batch: 128, n_threads: threads, flash_attn: true, embeddings: false });
    const startedAtMs = performance.now();
    const times: number[] = [];
    await wllama.createCompletion(prompt, { nPredict: tokens, sampling: { temp: temperature }, onNewToken: () => times.push(performance.now()) });
    await wllama.exit();
    const [first = startedAtMs] = times;
    return { tokensPerSecond: ((times.length - 1) * 1000) / ((times.at(-1) ?? first) - first), firstTokenMs: first - startedAtMs };
  },
};
