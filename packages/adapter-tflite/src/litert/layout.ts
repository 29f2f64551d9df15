import { TenfoldError } from "@tenfold/catalog";
import type { NativeModel, NativeSignature, TensorDetails } from "./binding.ts";

/** How a model is asked: which signature takes how many tokens, and what passes from one call to the next. */
export interface Layout {
  decode: NativeSignature;
  /** Those that fill the cache with several tokens at once, the largest first. */
  prefill: readonly { signature: NativeSignature; tokens: number }[];
  tokens: string;
  positions: string;
  logits: string;
  caches: readonly TensorDetails[];
  vocabularySize: number;
  /** Positions that the cache has. */
  contextSize: number;
}

/** Reads names, types and shapes. @throws TenfoldError `unsupported-format` saying what a model lacks. */
export function readLayout(model: string, { signatures }: Pick<NativeModel, "signatures">): Layout {
  const lacks = (what: string) =>
    new TenfoldError("unsupported-format", `${model} ${what}.`, {
      framework: "litert",
      stage: "loading",
      remedy: "Export it with the signatures prefill and decode, and the cache as their inputs and outputs.",
    });
  const decode = signatures.find(({ name }) => name === "decode");
  if (!decode) {
    const names = signatures.map(({ name }) => name).join(", ");
    throw lacks(`has no signature called decode${names ? `, only ${names}` : ""}`);
  }
  const caches = decode.inputs.filter(({ name }) => isCache(name));
  if (caches.length === 0) throw lacks("keeps no KV cache: its signature decode has none among its inputs");
  const others = decode.inputs.filter(({ name }) => !isCache(name));
  const [tokens, positions] = [/token|input_ids/, /pos/].map((pattern) => others.find(({ name, type }) => pattern.test(name) && type === "int32"));
  if (!tokens) throw lacks("has no input for tokens that holds 32-bit integers");
  if (!positions) throw lacks("has no input for positions that holds 32-bit integers");
  const strange = others.find((input) => input !== tokens && input !== positions);
  if (strange) throw lacks(`wants an input called ${strange.name}, which is not known here`);
  const missing = caches.find(
    ({ name, type, shape }) => !decode.outputs.some((output) => output.name === name && output.type === type && same(output.shape, shape)),
  );
  if (missing) throw lacks(`does not give the cache ${missing.name} back as it takes it`);
  const logits = decode.outputs.find(({ name, type }) => !isCache(name) && type === "float32");
  const vocabularySize = logits?.shape.at(-1);
  if (!logits || !vocabularySize) throw lacks("gives no logits as 32-bit floats");
  const prefill = signatures
    .filter(({ name, inputs }) => name.startsWith("prefill") && inputs.length === decode.inputs.length && sameNames(inputs, decode.inputs))
    .map((signature) => ({ signature, tokens: signature.inputs.find(({ name }) => name === tokens.name)?.shape.at(-1) ?? 0 }))
    .filter(({ tokens: count }) => count > 1)
    .sort((a, b) => b.tokens - a.tokens);
  return {
    ...{ decode, prefill, caches, vocabularySize },
    ...{ tokens: tokens.name, positions: positions.name, logits: logits.name },
    // Positions are more than heads in every cache that holds a conversation.
    contextSize: Math.min(...caches.map(({ shape }) => Math.max(...shape.slice(0, -1)))),
  };
}

const isCache = (name: string) => /kv_cache|past_key|past_value/.test(name);
const same = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((length, index) => length === b[index]);
const sameNames = (a: readonly TensorDetails[], b: readonly TensorDetails[]) => a.every(({ name }) => b.some((other) => other.name === name));
