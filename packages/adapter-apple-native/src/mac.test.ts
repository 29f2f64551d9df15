import { tinyCoreMlModel, tinyFolderModel, tinyReference } from "@tenfold/adapter-testkit/models";
import { describeConformance, nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { Adapter, InstalledModel } from "@tenfold/core";
import { need } from "@tenfold/tooling/requirement";
import { expect, test } from "vitest";
import { coreMl, foundationModels, mlx, swiftTransformers } from "./node.ts";

// Apple's frameworks themselves: `npm run verify:apple` runs this file on a Mac.
const { TENFOLD_APPLE_HOST: hostPath } = process.env;
const options = hostPath === undefined ? {} : { hostPath };
const reference = await tinyReference();
const systemModel = async (): Promise<InstalledModel> => ({
  id: "apple-foundation-model",
  variant: { id: "system", format: "system", artifacts: [] },
  metadata: { format: "system" },
  files: [],
});
const suites: readonly [name: string, adapter: Adapter, model: () => Promise<InstalledModel>][] = [
  ["Core ML", coreMl(options), () => tinyCoreMlModel()],
  ["MLX in Swift", mlx(options), () => tinyFolderModel()],
  ["Swift Transformers", swiftTransformers(options), () => tinyCoreMlModel()],
  ["Foundation Models", foundationModels(options), systemModel],
];

test("Apple's frameworks answer on this Mac", async (context) => {
  need(context, "apple-host", hostPath !== undefined, "a Mac, and `npm run verify:apple` there");
  expect(await coreMl(options).probe(nodeContext())).toMatchObject({ available: true });
});

for (const [name, adapter, model] of hostPath === undefined ? [] : suites) {
  const support = await adapter.probe(nodeContext());
  if (!support.available) {
    test(name, (context) => context.skip(support.reason));
    continue;
  }
  const isSystem = adapter.formats.includes("system");
  describeConformance({
    name,
    adapter,
    model,
    memoryLoads: 20,
    ...(isSystem ? { known: { "damaged-file": "there is no file to damage", "memory-stated": "what the system holds is not the process's" } } : { reference }),
    ...(isSystem ? {} : { loadOptions: { contextSize: 512 } }),
  });
}
