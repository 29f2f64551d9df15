import type { Step } from "../definition.ts";
import { invalidTokenizer, shown, unsupportedTokenizer } from "../invalid-tokenizer.ts";
import { readArray, readBoolean, readObject, readString, readWhole } from "../json-reader.ts";
import { limits } from "../limits.ts";
import { flattenStep } from "../steps.ts";

/** What is done with the tokens of a whole text. */
export interface PostProcessor {
  /** Special tokens that come before and behind the text. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Offsets leave out the white space that tokens begin or end with. */
  readonly trimOffsets?: { readonly addPrefixSpace: boolean };
}

/** @throws TenfoldError `invalid-format`, `unsupported-format` for a step that is not known. */
export function createPostProcessor(step: Step | undefined): PostProcessor {
  const all = flattenStep(step, "post-processor").map(readOne);
  const trimming = all.find(({ trimOffsets }) => trimOffsets)?.trimOffsets;
  return {
    // Each puts its tokens around those of the ones before it.
    before: [...all].reverse().flatMap(({ before }) => before),
    after: all.flatMap(({ after }) => after),
    ...(trimming ? { trimOffsets: trimming } : {}),
  };
}

function readOne(step: Step): PostProcessor {
  const where = `the post-processor ${shown(step.type)}`;
  const trimOffsets = () =>
    readBoolean(step.trim_offsets, where, true) ? { trimOffsets: { addPrefixSpace: readBoolean(step.add_prefix_space, where, true) } } : {};
  switch (step.type) {
    case "ByteLevel":
      return { before: [], after: [], ...trimOffsets() };
    case "BertProcessing":
      return { before: [readPairId(step.cls, where)], after: [readPairId(step.sep, where)] };
    case "RobertaProcessing":
      return { before: [readPairId(step.cls, where)], after: [readPairId(step.sep, where)], ...trimOffsets() };
    case "TemplateProcessing":
      return readTemplate(step, where);
    default:
      throw unsupportedTokenizer(`it ends with ${shown(step.type)}`);
  }
}

/** `["[CLS]", 101]` */
function readPairId(value: unknown, where: string): number {
  return readWhole(readArray(value, where)[1], where, limits.tokens);
}

function readTemplate(step: Step, where: string): PostProcessor {
  const special = readObject(step.special_tokens, `the special_tokens of ${where}`);
  const before: number[] = [];
  const after: number[] = [];
  let ids = before;
  for (const piece of readArray(step.single, `the template of ${where}`)) {
    const { SpecialToken: token, Sequence: sequence } = readObject(piece, where);
    if (sequence !== undefined) {
      if (ids === after) throw unsupportedTokenizer("its template holds the text twice");
      ids = after;
      continue;
    }
    const name = readString(readObject(token, where).id, where);
    if (!Object.hasOwn(special, name)) throw invalidTokenizer(`names the special token ${shown(name)}, which it does not define`, where);
    for (const id of readArray(readObject(special[name], where).ids, where)) ids.push(readWhole(id, where, limits.tokens));
  }
  return { before, after };
}
