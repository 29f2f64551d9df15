import { tinyFolderModel, tinyReference } from "@tenfold/adapter-testkit/models";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { fullTests } from "@tenfold/tooling/requirement";
import { mlxContext, needMlx } from "../test/here-mlx.ts";
import { mlx } from "./node.ts";

const reference = await tinyReference();
const suite = { adapter: mlx(), context: mlxContext(), beforeEach: needMlx, reference, memoryLoads: fullTests ? 20 : 4 };

describeConformance({
  ...suite,
  name: "tenfold-tiny in full precision",
  model: () => tinyFolderModel(),
  loadOptions: { frameworkOptions: { precision: "float32" } },
});
if (fullTests) describeConformance({ ...suite, name: "tenfold-tiny as its weights are", model: () => tinyFolderModel() });
