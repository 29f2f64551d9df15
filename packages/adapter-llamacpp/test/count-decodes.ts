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

/** The tokens in each batch that llama.cpp computes in this process from now on, for the first context that computes. */
export function watchBatches(): readonly number[] {
  const sizes: number[] = [];
  let watched = false;
  const { prototype } = LlamaContext;
  const dispatch = prototype.dispatchPendingBatch;
  prototype.dispatchPendingBatch = function (this: LlamaContext & { _ctx?: object }) {
    if (!watched && this._ctx) {
      watched = true;
      this._ctx = watchedContext(this._ctx, sizes);
    }
    dispatch.call(this);
  };
  return sizes;
}

function watchedContext(native: object, sizes: number[]): object {
  let tokens = 0;
  return new Proxy(native, {
    get(_target, name) {
      const value: unknown = Reflect.get(native, name, native);
      if (typeof value !== "function") return value;
      return (...words: unknown[]) => {
        if (name === "addToBatch") tokens += (words[2] as ArrayLike<number>).length;
        if (name === "decodeBatch") sizes.push(tokens);
        if (name === "decodeBatch" || name === "initBatch") tokens = 0;
        return value.apply(native, words);
      };
    },
  });
}
