import { tinyOnnxModel } from "@tenfold/adapter-testkit/models";
import { testSoak } from "@tenfold/adapter-testkit/vitest";
import { needFullTests } from "@tenfold/tooling/requirement";
import { createRandom, openDescriptors, residentBytes, soakRounds } from "@tenfold/tooling/soak";
import { inject } from "vitest";
import { onnx } from "./node.ts";

testSoak({
  adapter: onnx({ hostEntry: inject("hostEntry") }),
  model: () => tinyOnnxModel("onnx"),
  turns: soakRounds(1500),
  parallel: 1,
  random: createRandom(20_260_201),
  residentBytes,
  openDescriptors,
  beforeEach: needFullTests,
});
