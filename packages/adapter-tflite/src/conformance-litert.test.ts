import { tinyReference, tinyTfliteModel } from "@tenfold/adapter-testkit/models";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { fullTests } from "@tenfold/tooling/requirement";
import { liteRt } from "./node.ts";

const reference = await tinyReference();

for (const variant of fullTests ? (["f16", "int8"] as const) : (["f16"] as const)) {
  describeConformance({
    name: `tenfold-tiny ${variant}.tflite in WebAssembly`,
    adapter: liteRt(),
    model: () => tinyTfliteModel(variant),
    reference,
    loadOptions: { isolation: "none" },
    form: {
      ...(variant === "f16" ? { precision: "F16", difference: 0.05 } : { precision: "8-bit", difference: 1.5 }),
      platform: "Node",
      through: "WebAssembly",
      perplexity: 1.05,
    },
    ...(fullTests ? {} : { memoryLoads: 5 }),
  });
}
