import type { ModelDefinition } from "../definition.ts";
import { createBpe } from "./bpe.ts";
import type { Model } from "./model.ts";
import { createUnigram } from "./unigram.ts";
import { createWordLevel, createWordPiece } from "./word-piece.ts";

export function createModel(definition: ModelDefinition): Model {
  switch (definition.type) {
    case "BPE":
      return createBpe(definition);
    case "Unigram":
      return createUnigram(definition);
    case "WordPiece":
      return createWordPiece(definition);
    case "WordLevel":
      return createWordLevel(definition);
  }
}
