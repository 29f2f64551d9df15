import type { Gguf } from "./gguf.ts";
import { invalidGguf } from "./invalid-gguf.ts";
import { whole } from "./validate-architecture.ts";

const prefix = "tokenizer.ggml";
/** Tokens that every answer depends on. Loaders ignore others that are out of range, as many files have them. */
const tokenKeys = ["bos", "eos", "eot"];

/**
 * Checks what loaders index without looking: list types and lengths, ids within the vocabulary, no token twice.
 * @returns the number of tokens, undefined for a model without a tokenizer.
 */
export async function validateTokenizer(gguf: Gguf, signal: AbortSignal | undefined): Promise<number | undefined> {
  const model = gguf.string(`${prefix}.model`);
  if (model === undefined) throw invalidGguf(`${prefix}.model is missing`, { key: `${prefix}.model` });
  if (model === "no_vocab" || model === "none") return undefined;
  const size = listLength(gguf, "tokens", ["string"]);
  if (size === undefined || size === 0) throw invalidGguf(`${prefix}.tokens is ${size === 0 ? "empty" : "missing"}`, { key: `${prefix}.tokens` });
  for (const [name, types] of [
    ["scores", ["float32"]],
    ["token_type", ["int32", "uint32"]],
  ] as const) {
    const length = listLength(gguf, name, types);
    if (length !== undefined && length !== size) throw invalidGguf(`${prefix}.${name} has ${length} values for ${size} tokens`, { key: `${prefix}.${name}` });
  }
  const merges = listLength(gguf, "merges", ["string"]);
  if (model === "gpt2" && merges === undefined)
    throw invalidGguf(`${prefix}.merges is missing, which the tokenizer ${model} needs`, { key: `${prefix}.merges` });
  listLength(gguf, "precompiled_charsmap", ["uint8", "int8"]);
  for (const name of tokenKeys) whole(gguf, `${prefix}.${name}_token_id`, { least: 0, most: size - 1 });
  for (const name of ["add_bos_token", "add_eos_token", "add_space_prefix"]) gguf.boolean(`${prefix}.${name}`);
  gguf.string("tokenizer.chat_template");
  await refuseRepeatedTokens(gguf, signal);
  return size;
}

function listLength(gguf: Gguf, name: string, types: readonly string[]): number | undefined {
  const key = `${prefix}.${name}`;
  const list = gguf.arrayInfo(key);
  if (list && !types.includes(list.elementType)) throw invalidGguf(`${key} holds values of type ${list.elementType}, expected ${types.join(" or ")}`, { key });
  return list?.length;
}

/** A token that occurs twice ends llama.cpp's process. */
async function refuseRepeatedTokens(gguf: Gguf, signal: AbortSignal | undefined): Promise<void> {
  const key = `${prefix}.tokens`;
  const tokens = (await gguf.array(key, { encoding: "latin1", ...(signal ? { signal } : {}) })) ?? [];
  const seen = new Map<unknown, number>();
  for (const [id, token] of tokens.entries()) {
    const first = seen.get(token);
    // Empty tokens are placeholders that loaders rename.
    if (first !== undefined && token !== "") throw invalidGguf(`the tokens ${first} and ${id} are the same`, { key });
    seen.set(token, id);
  }
}
