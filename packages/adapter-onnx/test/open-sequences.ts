import type { AdapterContext, InstalledModel, LoadOptions } from "@tenfold/core";
import type { LogitsSequences } from "@tenfold/host";
import { createTokenizer } from "@tenfold/tokenizers";
import { createNodeBinding } from "../src/bindings/node.ts";
import { readLayout } from "../src/layout.ts";
import { readModelFiles } from "../src/model-files.ts";
import { createSequence } from "../src/sequence.ts";

/** ONNX Runtime's logits of a model, without the rest of the adapter. */
export async function openSequences(model: InstalledModel, { log }: AdapterContext, { parallel = 1 }: LoadOptions): Promise<LogitsSequences> {
  const files = await readModelFiles(model);
  const { vocabularySize } = await createTokenizer(model.files);
  const library = await createNodeBinding("auto").open(log);
  const session = await library.load({ graph: files.graph, weights: files.weights, accelerator: "cpu", threads: 1, optimization: "all" });
  const layout = readLayout(session, files, vocabularySize);
  if (layout.kind !== "decoder") throw new Error("The model computes no logits.");
  const sequence = () => createSequence({ session, layout, contextSize: 512, sharesCache: false });
  return {
    sequences: [sequence(), ...Array.from({ length: parallel - 1 }, sequence)],
    memory: () => ({ weightsBytes: files.graph.sizeBytes, kvCacheBytes: 0, computeBytes: 0 }),
    dispose: () => session.dispose(),
  };
}
