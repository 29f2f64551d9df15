import type { BpeDefinition, Merges, ModelDefinition, TokenizerDefinition } from "./definition.ts";
import { toByteAlphabet } from "./text/byte-alphabet.ts";
import { tokenBytes, tokenText } from "./vocabulary.ts";

/** The tokenizer as Hugging Face's tokenizer.json. Where merges had equal ranks, as in SentencePiece, they get an order. */
export function writeTokenizerJson({ model, normalizer, preTokenizer, postProcessor, decoder, addedTokens }: TokenizerDefinition): string {
  return JSON.stringify({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [...addedTokens].sort((a, b) => a.id - b.id).map(({ singleWord, ...token }) => ({ ...token, single_word: singleWord })),
    normalizer: normalizer ?? null,
    pre_tokenizer: preTokenizer ?? null,
    post_processor: postProcessor ?? null,
    decoder: decoder ?? null,
    model: writeModel(model),
  });
}

function writeModel(model: ModelDefinition): object {
  switch (model.type) {
    case "BPE":
      return writeBpe(model);
    case "Unigram":
      return {
        type: model.type,
        unk_id: model.unknownId ?? null,
        vocab: Array.from(model.scores, (score, id) => [tokenText(model.vocabulary, id), score]),
        byte_fallback: model.byteFallback,
      };
    case "WordPiece":
      return {
        type: model.type,
        unk_token: model.unknown,
        continuing_subword_prefix: model.continuingPrefix,
        max_input_chars_per_word: model.mostCharacters,
        vocab: writeVocabulary(model, (id) => tokenText(model.vocabulary, id)),
      };
    case "WordLevel":
      return { type: model.type, unk_token: model.unknown, vocab: writeVocabulary(model, (id) => tokenText(model.vocabulary, id)) };
  }
}

function writeVocabulary({ vocabulary }: ModelDefinition, textOf: (id: number) => string): Record<string, number> {
  const ids: Record<string, number> = {};
  for (let id = 0; id < vocabulary.size; id += 1) {
    if (vocabulary.offsets[id] === vocabulary.offsets[id + 1]) continue;
    Object.defineProperty(ids, textOf(id), { value: id, enumerable: true, configurable: true, writable: true });
  }
  return ids;
}

function writeBpe(model: BpeDefinition): object {
  const { vocabulary, merges, byteLevel, textTokens } = model;
  const textOf = (id: number) => (byteLevel && !textTokens?.has(id) ? toByteAlphabet(tokenBytes(vocabulary, id)) : tokenText(vocabulary, id));
  return {
    type: model.type,
    dropout: null,
    unk_token: model.unknown ?? null,
    continuing_subword_prefix: model.continuingPrefix === "" ? null : model.continuingPrefix,
    end_of_word_suffix: model.endOfWordSuffix === "" ? null : model.endOfWordSuffix,
    fuse_unk: model.fuseUnknown,
    byte_fallback: model.byteFallback,
    ignore_merges: model.ignoreMerges,
    vocab: writeVocabulary(model, textOf),
    merges: inRankOrder(merges).map((index) => [textOf(merges.left[index] as number), textOf(merges.right[index] as number)]),
  };
}

function inRankOrder({ left, ranks }: Merges): number[] {
  const order = Array.from(left, (_, index) => index);
  return ranks ? order.sort((a, b) => (ranks[a] as number) - (ranks[b] as number)) : order;
}
