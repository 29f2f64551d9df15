import { TenfoldError } from "@tenfold/catalog";
import type { LogitsModel } from "@tenfold/generation/loop";
import type { NativeSession, NativeTensor, TensorData } from "./binding.ts";
import type { CachePair, DecoderLayout, GraphInput } from "./layout.ts";
import { elementsOf, floats, integers, sizeBytesOf } from "./tensor-types.ts";

export interface SequenceParts {
  session: NativeSession;
  layout: DecoderLayout;
  contextSize: number;
  /** The graph's attention writes into the cache it reads, so that one buffer of the context's size serves for good. */
  sharesCache: boolean;
}

/** One sequence of a decoder: its KV cache stays where the framework keeps it. */
export function createSequence({ session, layout, contextSize, sharesCache }: SequenceParts): LogitsModel {
  const { caches: pairs, vocabularySize, logits: logitsOutput } = layout;
  const cached = pairs.length > 0;
  const inputNames = [...layout.inputs.map(({ name }) => name), ...pairs.map(({ past }) => past)];
  const presentNames = pairs.map(({ present }) => present);
  const withLogits = [logitsOutput.name, ...presentNames];
  const fresh = () => pairs.map(({ type, heads, headSize }) => session.createTensor(type, [1, heads, sharesCache ? contextSize : 0, headSize]));
  let caches = fresh();
  let length = 0;
  /** All tokens, for graphs without a cache. */
  const history = new Int32Array(cached ? 0 : contextSize);
  const ones = new Map(
    layout.inputs.filter(({ role }) => role === "mask").map(({ name, type }) => [name, integers(type, new Uint8Array(contextSize).fill(1))]),
  );
  const single = session.writesInPlace && logitsOutput.type === "float32" ? new Float32Array(vocabularySize) : undefined;

  function dataOf(input: GraphInput, tokens: Int32Array, past: number, wanted: "last" | "all" | "none"): { shape: number[]; data: TensorData } {
    const { type, role } = input;
    const row = [1, tokens.length];
    switch (role) {
      case "tokens":
        return { shape: row, data: integers(type, tokens) };
      case "mask":
        return { shape: [1, past + tokens.length], data: (ones.get(input.name) as TensorData).subarray(0, past + tokens.length) };
      case "positions":
        return {
          shape: row,
          data: integers(
            type,
            tokens.map((_, index) => past + index),
          ),
        };
      case "segments":
        return { shape: row, data: integers(type, new Int32Array(tokens.length)) };
      case "cache-branch":
        return { shape: [1], data: integers(type, [past > 0 ? 1 : 0]) };
      case "logits-to-keep":
        return { shape: [], data: integers(type, [wanted === "all" ? 0 : 1]) };
    }
  }

  async function forward(added: Int32Array, wanted: "last" | "all" | "none", signal: AbortSignal | undefined): Promise<Float32Array> {
    if (length + added.length > contextSize)
      throw new TenfoldError("context-overflow", `The context of ${contextSize} tokens is full.`, { framework: "onnx-runtime" });
    if (!cached) {
      history.set(added, length);
      if (wanted === "none") {
        length += added.length;
        return new Float32Array(0);
      }
    }
    const tokens = cached ? added : history.subarray(0, length + added.length);
    const past = cached ? length : 0;
    const rows = layout.keepsLastLogits && wanted !== "all" ? 1 : tokens.length;
    const given = layout.inputs.map((input) => {
      const { shape, data } = dataOf(input, tokens, past, cached ? wanted : "all");
      return session.createTensor(input.type, shape, data);
    });
    const logits = single && rows === 1 && wanted !== "none" ? session.createTensor("float32", [1, 1, vocabularySize], single) : null;
    let results: NativeTensor[];
    try {
      const outputs = [...(wanted === "none" ? [] : [logits]), ...(sharesCache ? caches : caches.map(() => null))];
      results = await session.run(
        { inputNames, inputs: [...given, ...caches], outputNames: wanted === "none" ? presentNames : withLogits, outputs, brief: tokens.length === 1 },
        signal,
      );
    } catch (error) {
      logits?.dispose();
      throw error;
    } finally {
      for (const tensor of given) tensor.dispose();
    }
    const first = wanted === "none" ? undefined : results[0];
    if (!sharesCache) {
      for (const tensor of caches) tensor.dispose();
      caches = results.slice(results.length - pairs.length);
    }
    length += added.length;
    if (!first) return new Float32Array(0);
    try {
      return logits && single ? single : readRows(first, wanted === "last" ? 1 : added.length);
    } finally {
      first.dispose();
    }
  }

  /** The last rows of the logits. */
  function readRows(tensor: NativeTensor, rows: number): Float32Array {
    const bytes = tensor.bytes();
    if (!bytes || tensor.shape.at(-1) !== vocabularySize || elementsOf(tensor.shape) < rows * vocabularySize)
      throw new TenfoldError("generation-failed", `The logits have the shape ${tensor.shape.join(" × ")}; the vocabulary has ${vocabularySize} tokens.`, {
        framework: "onnx-runtime",
      });
    const size = rows * vocabularySize * sizeBytesOf(tensor.type);
    // A copy, for the tensor goes.
    return floats(tensor.type, bytes.slice(bytes.byteLength - size));
  }

  function drop(): void {
    for (const tensor of caches) tensor.dispose();
    caches = [];
  }

  return {
    vocabularySize,
    contextSize,
    // Without a cache everything is computed again anyway.
    ...(cached && layout.keepsLastLogits ? { keepsLastLogits: true } : {}),
    forward: (tokens, { logits, signal }) => forward(tokens, logits, signal),
    async truncate(wanted) {
      const kept = Math.min(wanted, length);
      if (cached && !sharesCache && kept < length) {
        const shorter = kept === 0 ? undefined : await shortened(session, caches, pairs, kept);
        drop();
        caches = shorter ?? fresh();
        length = shorter ? kept : 0;
        return length;
      }
      length = kept;
      return kept;
    },
    async dispose() {
      drop();
    },
  };
}

/** Caches with only the first positions; undefined where the CPU cannot see them. */
async function shortened(
  session: NativeSession,
  caches: readonly NativeTensor[],
  pairs: readonly CachePair[],
  kept: number,
): Promise<NativeTensor[] | undefined> {
  const made: NativeTensor[] = [];
  for (const [index, tensor] of caches.entries()) {
    const pair = pairs[index];
    const from = tensor.bytes() ?? (await tensor.download?.());
    if (!pair || !from) {
      for (const one of made) one.dispose();
      return undefined;
    }
    const position = pair.headSize * sizeBytesOf(pair.type);
    const oldHead = (tensor.shape[2] ?? 0) * position;
    const shorter = session.createTensor(pair.type, [1, pair.heads, kept, pair.headSize]);
    made.push(shorter);
    for (let head = 0; head < pair.heads; head += 1)
      shorter.bytes()?.set(from.subarray(head * oldHead, head * oldHead + kept * position), head * kept * position);
  }
  return made;
}
