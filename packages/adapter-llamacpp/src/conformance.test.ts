import { tinyModel, tinyReference, tinyVariants } from "@tenfold/adapter-testkit/models";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { fullTests } from "@tenfold/tooling/requirement";
import { inject } from "vitest";
import { llamaCpp } from "./node.ts";

const reference = await tinyReference();

// One thread: more collapse when the machine's cores are busy.
for (const variant of tinyVariants) {
  describeConformance({
    name: `tenfold-tiny ${variant}`,
    adapter: llamaCpp({ gpu: false }),
    model: () => tinyModel(variant),
    reference,
    loadOptions: { threads: 1, isolation: "none" },
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
