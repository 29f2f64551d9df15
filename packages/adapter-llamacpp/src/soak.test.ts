import { tinyModel } from "@tenfold/adapter-testkit/models";
import { testSoak } from "@tenfold/adapter-testkit/vitest";
import { needFullTests } from "@tenfold/tooling/requirement";
import { createRandom, openDescriptors, residentBytes, soakRounds } from "@tenfold/tooling/soak";
import { inject } from "vitest";
import { llamaCpp } from "./node.ts";

testSoak({
  adapter: llamaCpp({ gpu: false, hostEntry: inject("hostEntry") }),
  model: () => tinyModel(),
  turns: soakRounds(1500),
  parallel: 2,
  random: createRandom(20_260_201),
  residentBytes,
  openDescriptors,
  beforeEach: needFullTests,
});
