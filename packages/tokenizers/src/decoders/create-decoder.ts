import type { Step } from "../definition.ts";
import { shown, unsupportedTokenizer } from "../invalid-tokenizer.ts";
import { readBoolean, readString, readWhole } from "../json-reader.ts";
import { createPatternReplace, createTextReplace } from "../normalizers/replace.ts";
import { readMetaspace } from "../pre-tokenizers/metaspace.ts";
import { flattenStep, readPattern } from "../steps.ts";
import { fromByteAlphabet } from "../text/byte-alphabet.ts";
import { utf8Bytes } from "../text/utf8.ts";
import { createByteStream } from "./byte-stream.ts";
import { type DecoderStep, mapParts } from "./decoder-step.ts";
import {
  collectParts,
  createByteFallback,
  createFusedStrip,
  createMetaspaceDecoder,
  createStrip,
  createSuffixDecoder,
  createWordPieceDecoder,
} from "./steps.ts";

/** Makes a new chain of steps for each stream. */
export type DecoderFactory = () => DecoderStep[];

/**
 * @returns undefined when tokens are joined with spaces, as they are where no decoder is named.
 * @throws TenfoldError `invalid-format`, `unsupported-format` for a step that is not known.
 */
export function createDecoderFactory(step: Step | undefined): DecoderFactory | undefined {
  if (!step) return undefined;
  const steps = flattenStep(step, "decoder");
  const create = () => {
    let fused = false;
    return steps.flatMap((one) => {
      if (one.type === "Fuse") fused = true;
      return one.type === "Fuse" ? [] : [createOne(one, fused)];
    });
  };
  create();
  return create;
}

/** Whether decoding means joining the bytes of tokens, and nothing else. */
export function joinsBytes(step: Step | undefined): boolean {
  const steps = flattenStep(step, "decoder");
  return steps.length === 1 && steps[0]?.type === "ByteLevel";
}

function createOne(step: Step, fused: boolean): DecoderStep {
  const where = `the decoder ${shown(step.type)}`;
  switch (step.type) {
    case "ByteLevel": {
      const stream = createByteStream();
      return { push: (part) => [stream.push(fromByteAlphabet(part) ?? utf8Bytes(part))], end: () => [stream.end()] };
    }
    case "ByteFallback":
      return createByteFallback();
    case "Replace": {
      const pattern = readPattern(step.pattern, where);
      const content = readString(step.content, where);
      const { apply } = "text" in pattern ? createTextReplace(pattern.text, content) : createPatternReplace(pattern.expression, content);
      return fused && !("text" in pattern && pattern.text.length === 1) ? collectParts(apply) : mapParts(apply);
    }
    case "Strip": {
      const settings = {
        content: readString(step.content, where),
        start: readWhole(step.start ?? 0, where, 1024),
        stop: readWhole(step.stop ?? 0, where, 1024),
      };
      return fused ? createFusedStrip(settings) : createStrip(settings);
    }
    case "Metaspace": {
      const { replacement, prepend } = readMetaspace(step);
      return createMetaspaceDecoder(replacement, prepend !== "never");
    }
    case "WordPiece":
      return createWordPieceDecoder(readString(step.prefix ?? "##", where), readBoolean(step.cleanup, where, true));
    case "BPEDecoder":
      return createSuffixDecoder(readString(step.suffix ?? "</w>", where));
    default:
      throw unsupportedTokenizer(`it decodes with ${shown(step.type)}`);
  }
}
