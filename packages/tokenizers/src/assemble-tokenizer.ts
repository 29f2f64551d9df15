import { TenfoldError } from "@tenfold/catalog";
import { createAddedTokenFinder, type FoundToken } from "./added-tokens.ts";
import type { ChatTemplateOptions } from "./chat-template.ts";
import { isControlToken } from "./control-tokens.ts";
import type { AddedToken, TokenizerDefinition } from "./definition.ts";
import { createModel } from "./models/create-model.ts";
import { createTokenSink, pushToken, reserveTokens, type TokenSink } from "./models/token-sink.ts";
import { createNormalizer } from "./normalizers/create-normalizer.ts";
import { createAlignedPipeline, createPlainPipeline, type Pipeline } from "./pipeline.ts";
import { createPostProcessor } from "./post-processors/post-processor.ts";
import { trimOffsets } from "./post-processors/trim-offsets.ts";
import { createPreTokenizer } from "./pre-tokenizers/create-pre-tokenizer.ts";
import { createTokenTexts } from "./token-texts.ts";
import type { EncodeOptions, Encoding, SpecialToken, Tokenizer } from "./tokenizer.ts";

type Mode = "plain" | "special";

/**
 * Makes a tokenizer that works from what its files said.
 * @throws TenfoldError `invalid-format`, `unsupported-format`.
 */
export function assembleTokenizer(definition: TokenizerDefinition): Tokenizer {
  const { settings } = definition;
  const model = createModel(definition.model);
  const normalizer = createNormalizer(definition.normalizer);
  const stages = createPreTokenizer(definition.preTokenizer);
  const postProcessor = createPostProcessor(definition.postProcessor);
  const texts = createTokenTexts(definition, normalizer);
  const { addedTokens } = texts;
  const isControl = new Set(addedTokens.filter((token) => isControlToken(token, settings.chatTemplate)));
  const controlTokens = [...isControl];
  // A text that changes after it was cut needs the careful way.
  const cutsFirst = stages.findIndex((stage) => "split" in stage);
  const careful = cutsFirst >= 0 && stages.slice(cutsFirst).some((stage) => "rewrite" in stage);

  function createMode(tokens: readonly AddedToken[]) {
    const exact = createAddedTokenFinder(
      tokens.filter((token) => !token.normalized),
      (token) => token.content,
    );
    const normalized = createAddedTokenFinder(
      tokens.filter((token) => token.normalized),
      (token) => normalizer?.apply(token.content) ?? token.content,
    );
    const options = { model, normalizer, stages, findNormalized: normalized?.find };
    const aligned = createAlignedPipeline(options);
    return { find: exact?.find ?? (() => []), plain: careful ? aligned : createPlainPipeline(options), aligned };
  }
  const modes: Record<Mode, ReturnType<typeof createMode>> = {
    plain: createMode(addedTokens.filter((token) => !isControl.has(token))),
    special: createMode(addedTokens),
  };

  function encodeText(text: string, found: readonly FoundToken[], pipeline: Pipeline, sink: TokenSink): void {
    let done = 0;
    for (const { id, start, end } of found) {
      if (start > done) pipeline.encode(text.slice(done, start), done, sink);
      pushToken(sink, id, start, end);
      done = end;
    }
    if (done < text.length) pipeline.encode(done === 0 ? text : text.slice(done), done, sink);
  }

  function run(text: string, options: EncodeOptions, withSpans: boolean): TokenSink {
    const mode = modes[options.parseSpecial === true ? "special" : "plain"];
    const sink = createTokenSink(text.length >> 2, withSpans);
    encodeText(text, mode.find(text), withSpans ? mode.aligned : mode.plain, sink);
    if (sink.spans && postProcessor.trimOffsets) trimOffsets(sink, texts, postProcessor.trimOffsets.addPrefixSpace);
    return sink;
  }

  function finish(sink: TokenSink, { addSpecial = false, truncate, pad }: EncodeOptions): Encoding {
    const before = addSpecial ? postProcessor.before : [];
    const after = addSpecial ? postProcessor.after : [];
    const most = truncate ? Math.max(0, requireLength(truncate.maxLength, "truncate.maxLength") - before.length - after.length) : sink.length;
    const kept = Math.min(sink.length, most);
    const from = truncate?.keep === "end" ? sink.length - kept : 0;
    const length = before.length + kept + after.length;
    const total = Math.max(length, pad ? requireLength(pad.length, "pad.length") : 0);
    const start = pad?.side === "start" ? total - length : 0;
    const ids = new Int32Array(total);
    if (total > length) ids.fill(requirePadding(padToken), 0, total);
    ids.set(before, start);
    ids.set(sink.ids.subarray(from, from + kept), start + before.length);
    ids.set(after, start + before.length + kept);
    const offsets = new Int32Array(sink.spans ? total * 2 : 0);
    if (sink.spans) offsets.set(sink.spans.subarray(from * 2, (from + kept) * 2), (start + before.length) * 2);
    return { ids, offsets };
  }

  function specialToken(content: string | undefined): SpecialToken | undefined {
    const id = content === undefined ? undefined : texts.idOf(content);
    return id === undefined || content === undefined ? undefined : { id, content };
  }

  const bosToken = specialToken(settings.bosToken);
  const eosToken = specialToken(settings.eosToken);
  const padToken = specialToken(settings.padToken);
  const unknownToken = specialToken(settings.unknownToken);
  const chatTemplate: ChatTemplateOptions | undefined =
    settings.chatTemplate === undefined
      ? undefined
      : {
          source: settings.chatTemplate,
          specialTokens: controlTokens.map(({ content }) => content),
          ...(settings.bosToken === undefined ? {} : { bosToken: settings.bosToken }),
          ...(settings.eosToken === undefined ? {} : { eosToken: settings.eosToken }),
        };

  return {
    vocabularySize: texts.size,
    addedTokens,
    controlTokens,
    ...(bosToken ? { bosToken } : {}),
    ...(eosToken ? { eosToken } : {}),
    ...(padToken ? { padToken } : {}),
    ...(unknownToken ? { unknownToken } : {}),
    ...(settings.maxLength === undefined ? {} : { maxLength: settings.maxLength }),
    ...(chatTemplate ? { chatTemplate } : {}),
    definition,
    encode(text, options = {}) {
      const sink = run(text, options, false);
      return options.addSpecial || options.truncate || options.pad ? finish(sink, options).ids : sink.ids.slice(0, sink.length);
    },
    encodeWithOffsets: (text, options = {}) => finish(run(text, options, true), options),
    encodePrompt(segments) {
      const sink = createTokenSink(64, false);
      for (let index = 0; index < segments.length; index += 1) {
        let { text = "", special = false } = segments[index] ?? {};
        // What was cut only to keep a token from forming is one text again: nothing forms tokens from it here.
        while (!special && segments[index + 1]?.special === false) {
          index += 1;
          text += segments[index]?.text;
        }
        const part = run(text, { parseSpecial: special }, false);
        reserveTokens(sink, part.length);
        sink.ids.set(part.ids.subarray(0, part.length), sink.length);
        sink.length += part.length;
      }
      return sink.ids.slice(0, sink.length);
    },
    countTokens: (text, options = {}) => finish(run(text, options, false), options).ids.length,
    decode: texts.decode,
    createStream: texts.createStream,
    idOf: texts.idOf,
    tokenOf: texts.tokenOf,
    bytesOf: texts.bytesOf,
  };
}

function requireLength(value: number, name: string): number {
  if (Number.isInteger(value) && value >= 0 && value <= 2 ** 30) return value;
  throw new TenfoldError("invalid-input", `${name} is ${value}, expected a whole number of tokens.`);
}

function requirePadding(token: SpecialToken | undefined): number {
  if (token) return token.id;
  throw new TenfoldError("unsupported-request", "This tokenizer names no padding token, so that nothing can be padded with it.");
}
