// transformers.js on the same file: node transformers.mjs TASK PEERS, where PEERS is the folder with its node_modules.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

const task = JSON.parse(process.argv[2]);
const { AutoModelForCausalLM, AutoTokenizer, BaseStreamer, Tensor, env } = createRequire(join(process.argv[3], "package.json"))("@huggingface/transformers");
const prompts = JSON.parse(await readFile(task.prompts, "utf8"));
env.allowRemoteModels = false;
env.localModelPath = dirname(task.folder);
const name = basename(task.folder);

const begin = performance.now();
const tokenizer = await AutoTokenizer.from_pretrained(name);
const model = await AutoModelForCausalLM.from_pretrained(name, {
  dtype: "fp32",
  device: "cpu",
  use_external_data_format: true,
  session_options: { intraOpNumThreads: task.threads, logSeverityLevel: 3 },
});
const loadMs = performance.now() - begin;

const runs = [];
for (const { ids } of prompts) {
  const times = [];
  class Clock extends BaseStreamer {
    put() {
      times.push(performance.now());
    }
    end() {}
  }
  const startedAtMs = performance.now();
  const shape = [1, ids.length];
  const output = await model.generate({
    input_ids: new Tensor("int64", BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new Tensor("int64", new BigInt64Array(ids.length).fill(1n), shape),
    max_new_tokens: task.tokens,
    do_sample: false,
    streamer: new Clock(),
  });
  // The streamer is given the prompt first.
  const [, first] = times;
  const text = tokenizer.decode([...output.data].slice(ids.length).map(Number), { skip_special_tokens: true });
  runs.push({
    timeToFirstTokenMs: first - startedAtMs,
    decodeTokensPerSecond: ((times.length - 2) * 1000) / (times.at(-1) - first),
    text,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  });
}
process.stdout.write(`${JSON.stringify({ loadMs, runs })}\n`);
