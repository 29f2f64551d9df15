import { joinBytes } from "@tenfold/catalog";
import { createByteStream } from "./decoders/byte-stream.ts";
import { createDecoderFactory, joinsBytes } from "./decoders/create-decoder.ts";
import type { DecoderStep } from "./decoders/decoder-step.ts";
import type { AddedToken, TokenizerDefinition } from "./definition.ts";
import { byteOfToken } from "./models/byte-tokens.ts";
import type { Normalizer } from "./normalizers/normalizer.ts";
import { fromByteAlphabet, toByteAlphabet } from "./text/byte-alphabet.ts";
import { readUtf8, utf8Bytes } from "./text/utf8.ts";
import type { Tokenizer, TokenStream } from "./tokenizer.ts";
import { tokenBytes, tokenText } from "./vocabulary.ts";
import { createVocabularyIndex, type VocabularyIndex } from "./vocabulary-index.ts";

/** From tokens to text, and what tokens are called. */
export interface TokenTexts extends Pick<Tokenizer, "decode" | "createStream" | "idOf" | "tokenOf" | "bytesOf" | "addedTokens"> {
  /** One more than the highest id. */
  readonly size: number;
}

export function createTokenTexts(definition: TokenizerDefinition, normalizer: Normalizer | undefined): TokenTexts {
  const { model, decoder: decoderStep } = definition;
  const { vocabulary } = model;
  const byteLevel = model.type === "BPE" && model.byteLevel;
  const textTokens = model.type === "BPE" ? model.textTokens : undefined;
  const added = new Map(definition.addedTokens.filter(({ content }) => content !== "").map((token) => [token.id, token] as const));
  const addedTokens: readonly AddedToken[] = [...added.values()];
  const addedIds = new Map(addedTokens.map(({ content, id }) => [content, id] as const));
  const size = addedTokens.reduce((most, { id }) => Math.max(most, id + 1), vocabulary.size);
  const createSteps = createDecoderFactory(decoderStep);
  const fast = byteLevel && joinsBytes(decoderStep);
  let index: VocabularyIndex | undefined;

  function modelToken(id: number): string | undefined {
    const bytes = tokenBytes(vocabulary, id);
    if (bytes.length === 0) return undefined;
    return byteLevel && !textTokens?.has(id) ? toByteAlphabet(bytes) : tokenText(vocabulary, id);
  }

  /** As decoders see it: the reference implementation shows them added tokens in their normalized form. */
  function decodedToken(id: number): string | undefined {
    const token = added.get(id);
    if (!token) return modelToken(id);
    return token.normalized && normalizer ? normalizer.apply(token.content) : token.content;
  }

  const isSkipped = (id: number) => added.get(id)?.special === true;

  function bytesOf(id: number): Uint8Array {
    if (byteLevel && !added.has(id)) return tokenBytes(vocabulary, id);
    const token = decodedToken(id);
    if (token === undefined) return new Uint8Array(0);
    if (byteLevel) return fromByteAlphabet(token) ?? utf8Bytes(token);
    return plainBytes(token);
  }

  /** What the decoder makes of a token that stands behind another. */
  function plainBytes(token: string): Uint8Array {
    const byte = byteOfToken(token);
    if (byte >= 0) return Uint8Array.of(byte);
    const steps = createSteps?.();
    if (!steps) return utf8Bytes(` ${token}`);
    const first = runSteps(steps, "x") + endSteps(steps);
    const both = createSteps?.() ?? [];
    const joined = runSteps(both, "x") + runSteps(both, token) + endSteps(both);
    return utf8Bytes(joined.slice(first.length));
  }

  function createStream({ skipSpecial = false } = {}): TokenStream {
    if (fast) {
      const bytes = createByteStream();
      return { push: (id) => (skipSpecial && isSkipped(id) ? "" : bytes.push(bytesOf(id))), end: () => bytes.end() };
    }
    let steps = createSteps?.();
    let first = true;
    return {
      push(id) {
        const token = skipSpecial && isSkipped(id) ? undefined : decodedToken(id);
        if (token === undefined) return "";
        const text = steps ? runSteps(steps, token) : `${first ? "" : " "}${token}`;
        first = false;
        return text;
      },
      end() {
        const text = steps ? endSteps(steps) : "";
        steps = createSteps?.();
        first = true;
        return text;
      },
    };
  }

  function textOf(ids: Iterable<number>, skipSpecial: boolean): string {
    const parts: Uint8Array[] = [];
    for (const id of ids) {
      if (!skipSpecial || !isSkipped(id)) parts.push(bytesOf(id));
    }
    return readUtf8(joinBytes(parts));
  }

  return {
    size,
    addedTokens,
    bytesOf,
    createStream,
    tokenOf: (id) => added.get(id)?.content ?? modelToken(id),
    idOf(token) {
      const addedId = addedIds.get(token);
      if (addedId !== undefined) return addedId;
      index ??= createVocabularyIndex(vocabulary);
      const bytes = (byteLevel ? fromByteAlphabet(token) : undefined) ?? utf8Bytes(token);
      const id = index.find(bytes, 0, bytes.length);
      return id < 0 ? undefined : id;
    },
    decode(ids, { skipSpecial = false } = {}) {
      if (fast) return textOf(ids, skipSpecial);
      const stream = createStream({ skipSpecial });
      const parts: string[] = [];
      for (const id of ids) parts.push(stream.push(id));
      parts.push(stream.end());
      return parts.join("");
    },
  };
}

function runSteps(steps: readonly DecoderStep[], part: string, from = 0): string {
  let parts = [part];
  for (const step of steps.slice(from)) parts = parts.flatMap((one) => step.push(one));
  return parts.join("");
}

/** Ends each step in turn; what one held back goes through those behind it. */
function endSteps(steps: readonly DecoderStep[]): string {
  let text = "";
  for (const [place, step] of steps.entries()) for (const part of step.end()) text += runSteps(steps, part, place + 1);
  return text;
}
