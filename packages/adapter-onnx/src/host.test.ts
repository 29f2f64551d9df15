import { tinyOnnxModel } from "@tenfold/adapter-testkit/models";
import { testKilledHosts } from "@tenfold/adapter-testkit/vitest";
import { fullTests } from "@tenfold/tooling/requirement";
import { inject } from "vitest";
import { onnx } from "./node.ts";

testKilledHosts({
  adapter: onnx({ through: "native", hostEntry: inject("hostEntry") }),
  model: () => tinyOnnxModel("onnx-gqa"),
  rounds: fullTests ? 50 : 3,
});
