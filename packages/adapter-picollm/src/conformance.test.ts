import { installedFromFile } from "@tenfold/adapter-testkit/models";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { fullTests, need } from "@tenfold/tooling/requirement";
import { inject } from "vitest";
import { picoLlm } from "./node.ts";

const { PICOVOICE_ACCESS_KEY: accessKey, PICOVOICE_MODEL: path } = process.env;
const remedy = "an account with Picovoice: set PICOVOICE_ACCESS_KEY to its AccessKey and PICOVOICE_MODEL to the path of an instruction-tuned .pllm";

for (const isolation of fullTests ? (["host", "none"] as const) : (["host"] as const)) {
  describeConformance({
    name: `picoLLM, isolation ${isolation}`,
    adapter: picoLlm({ accessKey, hostEntry: inject("hostEntry") }),
    model: async () => (accessKey && path ? installedFromFile(path, "pllm") : undefined),
    // The vendor counts loads, and a model takes gigabytes.
    memoryLoads: 4,
    loadOptions: { isolation, frameworkOptions: { contextCaching: true } },
    known: {
      "prefix-reuse": "picoLLM does not say how many tokens it had kept",
      "cache-key": "picoLLM does not say how many tokens it had kept",
    },
    beforeEach: (context) => need(context, "picollm", accessKey !== undefined && path !== undefined, remedy),
  });
}
