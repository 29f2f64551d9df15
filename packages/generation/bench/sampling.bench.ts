import { availableParallelism, cpus, loadavg } from "node:os";
import { createRandomNumbers } from "../src/loop/sampling/random-numbers.ts";
import { createSampler } from "../src/loop/sampling/sampler.ts";
import { samplingDefaults } from "../src/loop/sampling/sampling-settings.ts";

const vocabularySize = 150_000;
const rounds = 15;
const callsInRound = 100;

/** Prints what choosing a token costs beside one pass for the largest logit, the sides alternating, best round of each. */
function sampling(): void {
  print(
    `Sampling: ${availableParallelism()} cores (${cpus()[0]?.model}), Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}, ${vocabularySize} tokens.`,
  );
  const random = createRandomNumbers(1);
  // As a model's: about normal, a few far above the rest.
  const logits = Float32Array.from({ length: vocabularySize }, () => 2.5 * (random() + random() + random() + random() - 2) * 3 ** 0.5 - 2);
  for (let peak = 0; peak < 20; peak += 1) logits[Math.floor(random() * vocabularySize)] = 8 + peak / 2;
  const history = Int32Array.from({ length: 1000 }, () => Math.floor(random() * vocabularySize));
  const sampled = (changes: object) => {
    const sampler = createSampler({ vocabularySize, sampling: { ...samplingDefaults, minP: 0, ...changes }, seed: 1 });
    return () => sampler.sample(logits, history, history.length);
  };
  const sides: [string, () => number][] = [
    ["largest logit, a plain pass", () => largest(logits)],
    ["temperature 0", sampled({ temperature: 0 })],
    ["temperature 0.8, top-k 40, top-p 0.95", sampled({})],
    ["the same, min-p 0.05", sampled({ minP: 0.05 })],
    ["the same, DRY over 1,000 tokens", sampled({ dry: { multiplier: 0.8 } })],
    ["temperature 0.8, top-p 0.95, no top-k", sampled({ topK: 0 })],
  ];
  const best = sides.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, [, choose]] of sides.entries()) {
      const startedAt = performance.now();
      for (let call = 0; call < callsInRound; call += 1) choose();
      best[index] = Math.min(best[index] ?? 0, (performance.now() - startedAt) / callsInRound);
    }
  }
  for (const [index, [name]] of sides.entries()) {
    const ms = best[index] ?? 0;
    print(`${name.padEnd(40)} ${(ms * 1000).toFixed(0).padStart(6)} µs   ${(ms / (best[0] ?? 1)).toFixed(2)} ×`);
  }
  print("Goal: top-k, top-p and temperature within 3 × of one pass.");
}

function largest(logits: Float32Array): number {
  let best = 0;
  for (let token = 1; token < logits.length; token += 1) if ((logits[token] as number) > (logits[best] as number)) best = token;
  return best;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

sampling();
