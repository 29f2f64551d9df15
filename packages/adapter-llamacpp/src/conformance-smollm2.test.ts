import { installedFromFile } from "@tenfold/adapter-testkit/models";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { need } from "@tenfold/tooling/requirement";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { llamaCpp } from "./node.ts";

const { path, reason } = await smollm2();

describeConformance({
  name: "SmolLM2 135M",
  adapter: llamaCpp({ gpu: false }),
  model: async () => (path === undefined ? undefined : installedFromFile(path, "gguf")),
  loadOptions: { threads: 1, contextSize: 1024 },
  beforeEach: (context) => need(context, "smollm2", path !== undefined, reason ?? ""),
});
