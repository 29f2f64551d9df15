import { TenfoldError } from "@tenfold/catalog";
import type { LogitsModel } from "@tenfold/generation/loop";
import type { NativeData, NativeModel, NativeTensor, TensorDetails } from "./binding.ts";
import { causalMask } from "./causal-mask.ts";
import { isPadding, type PlainForm, type PlainLayout } from "./layout.ts";

export interface PlainSequenceParts {
  native: Pick<NativeModel, "createTensor">;
  layout: PlainLayout;
  contextSize: number;
  nextTask(): Promise<void>;
}

/** One sequence of a model without a cache: every call computes all of it anew. */
export function createPlainSequence({ native, layout, contextSize, nextTask }: PlainSequenceParts): LogitsModel {
  const { forms, vocabularySize } = layout;
  const written = new Int32Array(contextSize);
  let length = 0;

  /** Logits of all tokens, and of the padding behind them, which they do not look at. */
  async function run(form: PlainForm): Promise<Float32Array> {
    const given: Record<string, NativeTensor> = {};
    const give = (details: TensorDetails | undefined, data: () => NativeData) => {
      if (details) given[details.name] = native.createTensor(data(), details.shape);
    };
    try {
      give(form.tokens, () => {
        const padded = new Int32Array(form.length);
        padded.set(written.subarray(0, length));
        return padded;
      });
      give(form.positions, () => Int32Array.from({ length: form.length }, (_, index) => index));
      give(form.mask, () => maskFor(form.mask as TensorDetails, form.length));
      const results = await form.signature.run(given);
      const logits = results[layout.logits]?.read() as Float32Array | undefined;
      for (const tensor of Object.values(results)) tensor.delete();
      if (!logits) throw new Error(`The signature ${form.signature.name} gave no ${layout.logits}.`);
      return logits;
    } finally {
      for (const tensor of Object.values(given)) tensor.delete();
    }
  }

  function maskFor(details: TensorDetails, size: number): NativeData {
    if (!isPadding(details, size)) return causalMask(0, size, size);
    const counts = details.type === "float32" ? new Float32Array(size) : details.type === "int32" ? new Int32Array(size) : new Uint8Array(size);
    return counts.fill(1, 0, length);
  }

  return {
    vocabularySize,
    contextSize,
    async forward(tokens, { logits: wanted, signal }) {
      if (length + tokens.length > contextSize)
        throw new TenfoldError("context-overflow", `The context of ${contextSize} tokens is full.`, { framework: "litert" });
      signal?.throwIfAborted();
      const before = length;
      written.set(tokens, before);
      length += tokens.length;
      if (wanted === "none" || tokens.length === 0) return new Float32Array(0);
      const form = forms.find((one) => one.length >= length);
      if (!form) throw new TenfoldError("context-overflow", `No signature takes ${length} tokens.`, { framework: "litert" });
      try {
        const rows = await run(form);
        await nextTask();
        return rows.slice((wanted === "last" ? length - 1 : before) * vocabularySize, length * vocabularySize);
      } catch (error) {
        length = before;
        throw error;
      }
    },
    async truncate(wanted) {
      length = Math.min(wanted, length);
      return length;
    },
    async dispose() {},
  };
}
