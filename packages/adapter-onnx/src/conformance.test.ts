import { tinyOnnxModel, tinyOnnxVariants, tinyReference } from "@tenfold/adapter-testkit/models";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { fullTests } from "@tenfold/tooling/requirement";
import { inject } from "vitest";
import { onnx } from "./node.ts";

const reference = await tinyReference();
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
