import { tinyModel, tinyReference, tinyVariants } from "@tenfold/adapter-testkit/models";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { fullTests } from "@tenfold/tooling/requirement";
import { inject } from "vitest";
import { llamaCpp } from "./node.ts";

const reference = await tinyReference();
/** How far each may be from the reference: activations are rounded to 8 bits for quantized weights. */
const forms = {
  f32: { precision: "F32", difference: 0.001, perplexity: 1.02 },
  f16: { precision: "F16", difference: 0.05, perplexity: 1.02 },
  q8_0: { precision: "Q8_0", difference: 0.5, perplexity: 1.02 },
  q4_1: { precision: "Q4_1", difference: 1.5, perplexity: 1.05 },
  q4_0: { precision: "Q4_0", difference: 1.5, perplexity: 1.05 },
} as const;

const exact = { keyCacheType: "F32", valueCacheType: "F32", flashAttention: false };

// One thread: more collapse when the machine's cores are busy.
for (const variant of tinyVariants) {
  describeConformance({
    name: `tenfold-tiny ${variant}`,
    adapter: llamaCpp({ gpu: false }),
    model: () => tinyModel(variant),
    reference,
    // Keys and values in 32-bit floats where the weights are, too: nothing is rounded then.
    loadOptions: { threads: 1, isolation: "none", ...(variant === "f32" ? { frameworkOptions: exact } : {}) },
    form: { ...forms[variant], platform: "Node" },
    ...(fullTests ? {} : { memoryLoads: 8 }),
  });
}
describeConformance({
  name: "tenfold-tiny q8_0 in a process of its own",
  adapter: llamaCpp({ gpu: false, hostEntry: inject("hostEntry") }),
  model: () => tinyModel("q8_0"),
  reference,
  loadOptions: { threads: 1, isolation: "host" },
  ...(fullTests ? {} : { memoryLoads: 4 }),
});
