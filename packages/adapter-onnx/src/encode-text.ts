import type { NativeSession } from "./binding.ts";
import type { EncoderLayout } from "./layout.ts";
import { floats, integers } from "./tensor-types.ts";

/** Tokens to vectors: one of each, or of the text where the graph pools. */
export function createEncode(session: NativeSession, { inputs, output }: EncoderLayout) {
  const inputNames = inputs.map(({ name }) => name);
  const outputNames = [output.name];
  return async (tokens: Int32Array, signal: AbortSignal | undefined): Promise<{ values: Float32Array; width: number }> => {
    const values = { tokens, mask: tokens.map(() => 1), positions: tokens.map((_, index) => index), segments: tokens.map(() => 0) };
    const given = inputs.map(({ type, role }) =>
      session.createTensor(type, [1, tokens.length], integers(type, role === "cache-branch" || role === "logits-to-keep" ? values.segments : values[role])),
    );
    try {
      const [result] = await session.run({ inputNames, inputs: given, outputNames, outputs: [null] }, signal);
      const vectors = floats(output.type, result?.bytes()?.slice() ?? new Uint8Array(0));
      const width = result?.shape.at(-1) ?? 0;
      result?.dispose();
      return { values: vectors, width };
    } finally {
      for (const tensor of given) tensor.dispose();
    }
  };
}
