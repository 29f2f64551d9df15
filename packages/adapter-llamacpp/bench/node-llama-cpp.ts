// node-llama-cpp used directly, in a process of its own, for llamacpp.bench.ts. Words and lines are those of decode.cpp.
import { createInterface } from "node:readline";
import { getLlama } from "node-llama-cpp";

const [modelPath = "", , threads, contextSize, tokens] = process.argv.slice(2);
const llama = await getLlama({ gpu: false, build: "never", logger: () => {} });
const begin = performance.now();
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: Number(contextSize), threads: Number(threads) });
print(performance.now() - begin);

const sequence = context.getSequence();
for await (const prompt of createInterface({ input: process.stdin })) {
  await sequence.clearHistory();
  let count = 0;
  let first = 0;
  for await (const _token of sequence.evaluate(model.tokenize(prompt), { temperature: 0 })) {
    count += 1;
    if (count === 1) first = performance.now();
    if (count === Number(tokens)) break;
  }
  print(((count - 1) * 1000) / (performance.now() - first));
}
await llama.dispose();

function print(figure: number): void {
  process.stdout.write(`${figure}\n`);
}
