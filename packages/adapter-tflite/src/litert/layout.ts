import { TenfoldError } from "@tenfold/catalog";
import type { NativeModel, NativeSignature, TensorDetails } from "./binding.ts";

/** How a model is asked: which signature takes how many tokens, and what it is told beside them. */
export type Layout = CachedLayout | PlainLayout;

interface CommonLayout {
  vocabularySize: number;
  contextSize: number;
  /** The output with a row of logits for each token. */
  logits: string;
}

/** One token after the other, or several, behind those in a cache that passes from call to call. */
export interface CachedLayout extends CommonLayout {
  kind: "cached";
  decode: NativeSignature;
  /** Those that fill the cache with several tokens at once, the largest first. */
  prefill: readonly { signature: NativeSignature; tokens: number }[];
  tokens: string;
  positions: string;
  /** Present when the model does not make its own. */
  mask?: string;
  caches: readonly TensorDetails[];
}

/** All tokens from the first on, in each call, padded to a length. */
export interface PlainLayout extends CommonLayout {
  kind: "plain";
  /** The shortest first. */
  forms: readonly PlainForm[];
}

export interface PlainForm {
  signature: NativeSignature;
  /** How many it takes. */
  length: number;
  tokens: TensorDetails;
  positions?: TensorDetails;
  mask?: TensorDetails;
}

type Lacks = (what: string) => TenfoldError;

/** Reads names, types and shapes. @throws TenfoldError `unsupported-format` saying what a model lacks. */
export function readLayout(model: string, { signatures }: Pick<NativeModel, "signatures">): Layout {
  const lacks: Lacks = (what) =>
    new TenfoldError("unsupported-format", `${model} ${what}.`, {
      framework: "litert",
      stage: "loading",
      remedy: "Export it with the signatures prefill and decode, and the cache as their inputs and outputs; or without a cache, with logits of all tokens.",
    });
  if (signatures.length === 0) throw lacks("has no signature");
  const decode = signatures.find(({ name }) => name === "decode") ?? signatures.find((one) => one.inputs.some(isCache) && lengthOf(one) === 1);
  return decode ? cachedLayout(decode, signatures, lacks) : plainLayout(signatures, lacks);
}

function cachedLayout(decode: NativeSignature, signatures: readonly NativeSignature[], lacks: Lacks): CachedLayout {
  const caches = decode.inputs.filter(isCache);
  if (caches.length === 0) throw lacks(`keeps no KV cache: its signature ${decode.name} has none among its inputs`);
  const tokens = tokensOf(decode);
  const positions = positionsOf(decode);
  const mask = maskOf(decode);
  if (!tokens) throw lacks("has no input for tokens that holds 32-bit integers");
  if (!positions) throw lacks("has no input for positions that holds 32-bit integers");
  checkNoOther(decode, [tokens, positions, mask, ...caches], lacks);
  if (mask && (mask.type !== "float32" || mask.shape.length < 2))
    throw lacks(`wants a mask of ${mask.shape.join(" × ")} as ${mask.type}, which is not known here`);
  const missing = caches.find(
    ({ name, type, shape }) => !decode.outputs.some((output) => output.name === name && output.type === type && same(output.shape, shape)),
  );
  if (missing) throw lacks(`does not give the cache ${missing.name} back as it takes it`);
  const logits = decode.outputs.find((output) => !isCache(output) && output.type === "float32");
  const vocabularySize = logits?.shape.at(-1);
  if (!logits || !vocabularySize) throw lacks("gives no logits as 32-bit floats");
  const prefill = signatures
    .filter((one) => one !== decode && one.inputs.length === decode.inputs.length && sameNames(one.inputs, decode.inputs))
    .map((signature) => ({ signature, tokens: lengthOf(signature) }))
    .filter(({ tokens: count }) => count > 1)
    .sort((a, b) => b.tokens - a.tokens);
  return {
    ...{ kind: "cached", decode, prefill, caches, vocabularySize, contextSize: positionsIn(caches, mask) },
    ...{ tokens: tokens.name, positions: positions.name, logits: logits.name },
    ...(mask ? { mask: mask.name } : {}),
  };
}

function plainLayout(signatures: readonly NativeSignature[], lacks: Lacks): PlainLayout {
  const names = signatures.map(({ name }) => name).join(", ");
  const read = (signature: NativeSignature): { form: PlainForm; logits: TensorDetails } => {
    const [tokens, positions, mask] = [tokensOf(signature), positionsOf(signature), maskOf(signature)];
    if (!tokens) throw lacks(`has no signature called decode, only ${names}, and no input for tokens that holds 32-bit integers`);
    if (signature.inputs.some(isCache)) throw lacks(`has a KV cache, and no signature that takes one token: only ${names}`);
    checkNoOther(signature, [tokens, positions, mask], lacks);
    const length = lengthOf(signature);
    if (length < 2) throw lacks(`keeps no KV cache, and its signature ${signature.name} takes one token, or no fixed number of them`);
    if (mask && !isPadding(mask, length) && !isCausal(mask, length))
      throw lacks(`wants a mask of ${mask.shape.join(" × ")} as ${mask.type}, which is not known here`);
    const logits = signature.outputs.find(({ type, shape }) => type === "float32" && shape.length >= 2 && shape.at(-2) === length);
    if (!logits) throw lacks(`keeps no KV cache, and does not give logits of all ${length} tokens as 32-bit floats, so that a shorter text cannot be padded`);
    return { form: { signature, length, tokens, ...(positions ? { positions } : {}), ...(mask ? { mask } : {}) }, logits };
  };
  const readable = signatures.map(read).sort((a, b) => a.form.length - b.form.length);
  const [first] = readable;
  if (!first) throw lacks("has no signature");
  const alike = readable.filter(({ logits }) => logits.name === first.logits.name && logits.shape.at(-1) === first.logits.shape.at(-1));
  const forms = alike.map(({ form }) => form).filter(({ length }, index, all) => length !== all[index - 1]?.length);
  return {
    ...{ kind: "plain", forms, logits: first.logits.name, vocabularySize: first.logits.shape.at(-1) ?? 0 },
    contextSize: Math.max(...forms.map(({ length }) => length)),
  };
}

const isCache = ({ name }: TensorDetails) => /kv_cache|past_key|past_value/.test(name);
const elements = ({ shape }: TensorDetails) => shape.reduce((product, size) => product * size, 1);

function positionsOf({ inputs }: NativeSignature): TensorDetails | undefined {
  return inputs.find(({ name, type }) => /pos/.test(name) && type === "int32");
}

function maskOf({ inputs }: NativeSignature): TensorDetails | undefined {
  return inputs.find(({ name }) => /mask/.test(name));
}

/** By its name; or, where exporters number their inputs, as the only one. */
function tokensOf({ inputs }: NativeSignature): TensorDetails | undefined {
  const named = inputs.find(({ name, type }) => /token|input_ids/.test(name) && type === "int32");
  return named ?? (inputs.length === 1 ? inputs.find(({ type }) => type === "int32") : undefined);
}

const lengthOf = (signature: NativeSignature): number => tokensOf(signature)?.shape.at(-1) ?? 0;

function checkNoOther({ inputs }: NativeSignature, known: readonly (TensorDetails | undefined)[], lacks: Lacks): void {
  const strange = inputs.find((input) => !known.includes(input));
  if (strange) throw lacks(`wants an input called ${strange.name}, which is not known here`);
}

/** One number for each token: it counts, or is padding. */
export const isPadding = (mask: TensorDetails, length: number): boolean => elements(mask) === length;

/** What each token may look at, added to its scores. */
const isCausal = (mask: TensorDetails, length: number): boolean => mask.type === "float32" && elements(mask) === length * length;

/** Positions are more than heads in every cache that holds a conversation; some turn their values about. */
function positionsIn(caches: readonly TensorDetails[], mask: TensorDetails | undefined): number {
  if (mask) return mask.shape.at(-1) ?? 0;
  return Math.min(...caches.map(({ shape }) => Math.max(...shape.slice(0, -1))));
}

const same = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((length, index) => length === b[index]);
const sameNames = (a: readonly TensorDetails[], b: readonly TensorDetails[]) => a.every(({ name }) => b.some((other) => other.name === name));
