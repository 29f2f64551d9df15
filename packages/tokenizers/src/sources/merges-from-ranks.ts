import type { Merges } from "../definition.ts";
import { invalidTokenizer } from "../invalid-tokenizer.ts";
import { limits } from "../limits.ts";
import type { Vocabulary } from "../vocabulary.ts";
import { createVocabularyIndex } from "../vocabulary-index.ts";

/** Bytes looked at in all, which bounds the time for tokens of absurd length. The largest vocabularies take a hundredth. */
const mostWork = 2 ** 31;

/**
 * The merges of a vocabulary that ranks tokens rather than pairs, as SentencePiece and tiktoken do: each way to make a token of two
 * others, by the token's rank.
 * @param rankOf lower is merged first; -1 for tokens that no merge makes and none is made of.
 * @param unit where a token may be cut.
 */
export function mergesFromRanks(vocabulary: Vocabulary, rankOf: (id: number) => number, unit: "character" | "byte"): Merges {
  const { bytes, offsets, size } = vocabulary;
  const index = createVocabularyIndex(vocabulary, (id) => rankOf(id) >= 0);
  const ids = Array.from({ length: size }, (_, id) => id).filter((id) => rankOf(id) >= 0);
  ids.sort((a, b) => rankOf(a) - rankOf(b));
  const [left, right, result, ranks]: number[][] = [[], [], [], []];
  let work = 0;
  for (const id of ids) {
    const start = offsets[id] as number;
    const end = offsets[id + 1] as number;
    work += (end - start) ** 2;
    if (work > mostWork) throw invalidTokenizer("holds tokens that are too long", "the vocabulary");
    for (let at = start + 1; at < end; at += 1) {
      if (unit === "character" && ((bytes[at] as number) & 0xc0) === 0x80) continue;
      const first = index.find(bytes, start, at);
      const second = first < 0 ? -1 : index.find(bytes, at, end);
      if (second < 0) continue;
      left?.push(first);
      right?.push(second);
      result?.push(id);
      ranks?.push(rankOf(id));
    }
    if ((left?.length ?? 0) > limits.merges) throw invalidTokenizer(`allows more than ${limits.merges} merges`, "the vocabulary");
  }
  return { left: Int32Array.from(left ?? []), right: Int32Array.from(right ?? []), result: Int32Array.from(result ?? []), ranks: Int32Array.from(ranks ?? []) };
}
