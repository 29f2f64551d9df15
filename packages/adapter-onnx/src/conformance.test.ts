import { tinyOnnxModel, tinyOnnxVariants, tinyReference } from "@tenfold/adapter-testkit/models";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { fullTests } from "@tenfold/tooling/requirement";
import { inject } from "vitest";
import { onnx } from "./node.ts";

const reference = await tinyReference();
const forms = {
  onnx: { precision: "F32", difference: 0.001, perplexity: 1.02 },
  ort: { precision: "F32, .ort", difference: 0.001, perplexity: 1.02 },
  "onnx-gqa": { precision: "F32, GroupQueryAttention", difference: 0.001, perplexity: 1.02 },
  "onnx-int8": { precision: "8-bit", difference: 1.5, perplexity: 1.05 },
  "onnx-int4": { precision: "4-bit", difference: 1.5, perplexity: 1.05 },
} as const;
const ways = [
  ...tinyOnnxVariants.map((variant) => ({ through: "native", variant }) as const),
  ...(fullTests ? [{ through: "javascript", variant: "onnx" } as const] : []),
  { through: "javascript", variant: "onnx-gqa" } as const,
];

// One thread: more wait for each other when the machine's cores are busy.
for (const { through, variant } of ways) {
  describeConformance({
    name: `tenfold-tiny ${variant}, ${through}`,
    adapter: onnx({ through }),
    model: () => tinyOnnxModel(variant),
    reference,
    loadOptions: { threads: 1, isolation: "none" },
    form: { ...forms[variant], platform: "Node", through: through === "native" ? "C API" : "onnxruntime-node" },
  });
}
if (fullTests) {
  describeConformance({
    name: "tenfold-tiny onnx-gqa in a process of its own",
    adapter: onnx({ through: "native", hostEntry: inject("hostEntry") }),
    model: () => tinyOnnxModel("onnx-gqa"),
    reference,
    loadOptions: { threads: 1, isolation: "host" },
  });
}
