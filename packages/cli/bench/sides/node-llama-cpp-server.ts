// node-llama-cpp behind the least of a server, in a process of its own, for serve.bench.ts: prints its address, ends with its input.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getLlama } from "node-llama-cpp";

const [modelPath = "", parallel = "4"] = process.argv.slice(2);
const llama = await getLlama({ gpu: false, build: "never", logger: () => {} });
const model = await llama.loadModel({ modelPath });
const sequences = Number(parallel);
const context = await model.createContext({ contextSize: 512, threads: 1, sequences });
const free = Array.from({ length: sequences }, () => context.getSequence());
const waiting: (() => void)[] = [];

const server = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += String(piece);
  const { prompt, max_tokens: most } = JSON.parse(body) as { prompt: string; max_tokens: number };
  while (free.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
  const sequence = free.pop();
  if (!sequence) throw new Error("No sequence is free.");
  try {
    let count = 0;
    await sequence.clearHistory();
    response.writeHead(200, { "content-type": "text/event-stream" });
    for await (const token of sequence.evaluate(model.tokenize(prompt), { temperature: 0 })) {
      count += 1;
      response.write(`data: ${JSON.stringify({ choices: [{ text: model.detokenize([token]) }] })}\n\n`);
      if (count === most || response.destroyed) break;
    }
    response.end("data: [DONE]\n\n");
  } finally {
    free.push(sequence);
    waiting.shift()?.();
  }
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
process.stdin.resume().once("end", () => process.exit());
