import { tinyExecutorchModel, tinyExecutorchVariants, tinyReference } from "@tenfold/adapter-testkit/models";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { fullTests } from "@tenfold/tooling/requirement";
import { adapter, needsHost } from "../test/compiled-host.ts";

const reference = await tinyReference();

const forms = {
  xnnpack: { precision: "F32", through: "XNNPACK", difference: 0.001, perplexity: 1.02 },
  plain: { precision: "F16", through: "portable kernels", difference: 0.05, perplexity: 1.02 },
} as const;

// Portable kernels take four times as long for the same.
const variants = fullTests ? tinyExecutorchVariants : (["xnnpack"] as const);

// One thread: more wait for each other when the machine's cores are busy.
for (const variant of variants) {
  describeConformance({
    name: `tenfold-tiny ${variant}`,
    adapter,
    model: () => tinyExecutorchModel(variant),
    reference,
    loadOptions: { threads: 1 },
    memoryLoads: fullTests ? 20 : 6,
    beforeEach: needsHost,
    form: { ...forms[variant], platform: "Node", needs: "compiler python" },
  });
}
