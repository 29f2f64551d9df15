import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "@tenfold/adapter-testkit";
import { installedFromFile, installedFromFiles, tinyFolderModel, tinyReference } from "@tenfold/adapter-testkit/models";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { createNodeFiles } from "@tenfold/core/node";
import { fullTests, need, needFullTests } from "@tenfold/tooling/requirement";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { expect, test } from "vitest";
import { mlxContext, needMlx } from "../test/here-mlx.ts";
import { mlx } from "./node.ts";

const reference = await tinyReference();
const suite = { adapter: mlx(), context: mlxContext(), beforeEach: needMlx, reference, memoryLoads: fullTests ? 20 : 2 };

const here = { platform: "Node", through: "Python", needs: "python" } as const;

describeConformance({
  ...suite,
  name: "tenfold-tiny in full precision",
  model: () => tinyFolderModel(),
  loadOptions: { frameworkOptions: { precision: "float32" } },
  form: { precision: "F32", ...here, difference: 0.001, perplexity: 1.02 },
});
if (fullTests) {
  describeConformance({
    ...suite,
    name: "tenfold-tiny as its weights are",
    model: () => tinyFolderModel(),
    form: { precision: "F16", ...here, difference: 0.1, perplexity: 1.02 },
  });
}

test("SmolLM2, converted from GGUF, answers", { timeout: 600_000 }, async (context) => {
  needFullTests(context);
  needMlx(context);
  const { path, reason = "" } = await smollm2();
  need(context, "smollm2", path !== undefined, reason);
  const { convertModel } = await import("@tenfold/convert");
  const home = await mkdtemp(join(tmpdir(), "tenfold-mlx-smollm2-"));
  try {
    const { files } = await installedFromFile(path ?? "", "gguf");
    await convertModel({ files, to: "safetensors", type: "BF16", target: createNodeFiles(home), folder: "smollm2" });
    const names = (await readdir(join(home, "smollm2"))).sort((one, other) => Number(other.endsWith(".safetensors")) - Number(one.endsWith(".safetensors")));
    const model = await installedFromFiles(
      names.map((name) => join(home, "smollm2", name)),
      "safetensors",
    );
    const loaded = await mlx().load(model, mlxContext(), {});
    const { text, finish } = await collect(
      loaded.generate({ messages: [{ role: "user", content: "What is the capital of France?" }], sampling: { temperature: 0 }, maxTokens: 24 }),
    );
    expect(text).toContain("Paris");
    expect(finish.usage.completionTokens).toBeGreaterThan(3);
    await loaded.dispose();
  } finally {
    await rm(home, { recursive: true });
  }
});
