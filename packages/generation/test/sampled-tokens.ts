import { createRandomNumbers } from "../src/loop/sampling/random-numbers.ts";
import { createSampler } from "../src/loop/sampling/sampler.ts";
import { type ResolvedSampling, samplingDefaults } from "../src/loop/sampling/sampling-settings.ts";

const settings: readonly Partial<ResolvedSampling>[] = [
  {},
  { topK: 0, minP: 0 },
  { topK: 0, topP: 1, temperature: 1.7 },
  { temperature: 0, repetitionPenalty: 1.3, frequencyPenalty: 0.2 },
  { dry: { multiplier: 0.8 }, xtc: { probability: 0.5, threshold: 0.05 }, logitBias: { 3: 2.5 } },
];

/** A hundred tokens for each of some settings, with logits that are as good as random. For engines to be compared. */
export function sampledTokens(): number[] {
  const vocabularySize = 500;
  const tokens: number[] = [];
  for (const changes of settings) {
    const random = createRandomNumbers(17);
    const sampler = createSampler({ vocabularySize, sampling: { ...samplingDefaults, ...changes }, seed: 23 });
    const history = new Int32Array(100);
    for (let step = 0; step < history.length; step += 1) {
      const logits = Float32Array.from({ length: vocabularySize }, () => random() * 9);
      history[step] = sampler.sample(logits, history, step);
    }
    tokens.push(...history);
  }
  return tokens;
}
