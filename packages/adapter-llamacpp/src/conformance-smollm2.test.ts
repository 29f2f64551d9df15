import { installedFromFile } from "@tenfold/adapter-testkit/models";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { need, needFullTests } from "@tenfold/tooling/requirement";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { inject } from "vitest";
import { llamaCpp } from "./node.ts";

const { path, reason } = await smollm2();

describeConformance({
  name: "SmolLM2 135M",
  adapter: llamaCpp({ gpu: false, hostEntry: inject("hostEntry") }),
  model: async () => (path === undefined ? undefined : installedFromFile(path, "gguf")),
  loadOptions: { threads: 1, contextSize: 1024 },
  beforeEach(context) {
    needFullTests(context);
    need(context, "smollm2", path !== undefined, reason ?? "");
  },
});
