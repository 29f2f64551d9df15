import { TenfoldError } from "@tenfold/catalog";
import type { LogitsModel } from "@tenfold/generation/loop";
import type { NativeModel, NativeSignature, NativeTensor } from "./binding.ts";
import { causalMask } from "./causal-mask.ts";
import type { CachedLayout } from "./layout.ts";

export interface SequenceParts {
  native: Pick<NativeModel, "createTensor">;
  layout: CachedLayout;
  contextSize: number;
  nextTask(): Promise<void>;
}

/** A part of a prompt that is shorter than so much of a signature's length costs less one by one. */
const worthwhile = 1 / 16;

/** One sequence: its KV cache stays in LiteRT's memory, and passes from one call to the next. */
export function createSequence({ native, layout, contextSize, nextTask }: SequenceParts): LogitsModel {
  const { decode, prefill, caches: details, vocabularySize } = layout;
  let caches: Record<string, NativeTensor> | undefined;
  let length = 0;

  /** The rows behind `tokens` are padding: nothing looks at them before they are overwritten. */
  async function run(signature: NativeSignature, tokens: Int32Array, size: number): Promise<Float32Array | undefined> {
    caches ??= Object.fromEntries(details.map(({ name, type, shape }) => [name, native.createTensor(emptied(type, shape), shape)]));
    const padded = new Int32Array(size);
    padded.set(tokens);
    const shapeOf = (name: string) => signature.inputs.find((input) => input.name === name)?.shape ?? [];
    const positions = padded.map((_, index) => length + index);
    const given: Record<string, NativeTensor> = {
      [layout.tokens]: native.createTensor(padded, shapeOf(layout.tokens)),
      [layout.positions]: native.createTensor(positions, shapeOf(layout.positions)),
    };
    if (layout.mask !== undefined) given[layout.mask] = native.createTensor(causalMask(length, size, layout.contextSize), shapeOf(layout.mask));
    let results: Readonly<Record<string, NativeTensor>>;
    try {
      results = await signature.run({ ...given, ...caches });
    } finally {
      for (const tensor of Object.values(given)) tensor.delete();
    }
    const after: Record<string, NativeTensor> = {};
    let logits: Float32Array | undefined;
    for (const [name, tensor] of Object.entries(results)) {
      if (name in caches) after[name] = tensor;
      else {
        if (signature === decode && name === layout.logits) logits = tensor.read() as Float32Array;
        tensor.delete();
      }
    }
    drop();
    caches = after;
    length += tokens.length;
    return logits;
  }

  function drop(): void {
    for (const tensor of Object.values(caches ?? {})) tensor.delete();
    caches = undefined;
  }

  /** What one call may take now: it must not write behind the end of the cache. */
  function chunkFor(left: number): { signature: NativeSignature; tokens: number } {
    const fits = prefill.filter(({ tokens }) => length + tokens <= layout.contextSize && left >= tokens * worthwhile);
    return fits.findLast(({ tokens }) => tokens >= left) ?? fits[0] ?? { signature: decode, tokens: 1 };
  }

  return {
    vocabularySize,
    contextSize,
    async forward(tokens, { logits: wanted, signal }) {
      if (length + tokens.length > contextSize)
        throw new TenfoldError("context-overflow", `The context of ${contextSize} tokens is full.`, { framework: "litert" });
      const rows = new Float32Array(wanted === "all" ? tokens.length * vocabularySize : wanted === "last" ? vocabularySize : 0);
      let done = 0;
      while (done < tokens.length) {
        signal?.throwIfAborted();
        // Only decode gives logits.
        const left = wanted === "all" ? 1 : tokens.length - done - (wanted === "last" ? 1 : 0);
        const { signature, tokens: size } = left > 1 ? chunkFor(left) : { signature: decode, tokens: 1 };
        const chunk = tokens.subarray(done, done + Math.min(size, Math.max(1, left)));
        const row = await run(signature, chunk, size);
        if (row && wanted === "all") rows.set(row, done * vocabularySize);
        done += chunk.length;
        if (row && wanted === "last" && done === tokens.length) rows.set(row);
        await nextTask();
      }
      return rows;
    },
    async truncate(wanted) {
      // Positions behind the end are overwritten before anything looks at them.
      length = Math.min(wanted, length);
      return length;
    },
    async dispose() {
      drop();
    },
  };
}

function emptied(type: string, shape: readonly number[]): Float32Array | Int32Array | Uint8Array {
  const elements = shape.reduce((product, size) => product * size, 1);
  return type === "float32" ? new Float32Array(elements) : type === "int32" ? new Int32Array(elements) : new Uint8Array(elements);
}
