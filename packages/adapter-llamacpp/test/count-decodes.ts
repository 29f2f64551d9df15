import { LlamaContext } from "node-llama-cpp";

/** Counts the times that node-llama-cpp hands something to llama.cpp, in this process, for models whose file has this name. */
export function countDecodes(filename: string): () => number {
  let count = 0;
  const { prototype } = LlamaContext;
  const dispatch = prototype.dispatchPendingBatch;
  prototype.dispatchPendingBatch = function (this: LlamaContext) {
    if (this.model.filename === filename) count += 1;
    dispatch.call(this);
  };
  return () => count;
}
