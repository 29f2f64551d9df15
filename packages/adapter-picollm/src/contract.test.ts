import { readFileSync } from "node:fs";
import * as vendor from "@picovoice/picollm-node";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { createRandom } from "@tenfold/tooling/soak";
import type { PicoGenerateOptions } from "../src/binding.ts";
import { noise, plausibleModel } from "../test/plausible-model.ts";
import { accessKey, scriptedPico } from "../test/scripted-pico.ts";
import { createAdapter } from "./adapter.ts";

// The vendor's class is a script here: these cases hold the adapter's part of the contract, conformance.test.ts holds picoLLM's.

const words = "the fox went into a wood and found some berries under old leaves".split(" ");

/** Words that follow from the prompt, and from the seed where there is a temperature. */
function answer(prompt: string, { temperature, seed }: PicoGenerateOptions): readonly string[] {
  const sum = [...prompt].reduce((total, character) => (total * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003, temperature > 0 ? seed : 7);
  const random = createRandom(sum);
  return Array.from({ length: 997 }, () => ` ${words[random(words.length)]}`);
}

const whole = Buffer.from(noise());
const { binding } = scriptedPico({
  ...{ answer, endless: true, contextLength: 2048 },
  create({ file }) {
    if (!readFileSync(file.location?.() ?? "").equals(whole)) throw new vendor.PicoLLMIOError("PicoLLM failed to initialize");
  },
});

describeConformance({
  name: "picoLLM's adapter over a script",
  adapter: createAdapter({ binding, accessKey, now: () => performance.now(), random: Math.random, machine: () => ({ usableCores: 1, busy: 0 }) }),
  model: async () => plausibleModel(),
  memoryLoads: 8,
  known: {
    "prefix-reuse": "picoLLM does not say how many tokens it had kept",
    "cache-key": "picoLLM does not say how many tokens it had kept",
  },
});
