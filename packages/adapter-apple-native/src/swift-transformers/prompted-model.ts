import { TenfoldError } from "@tenfold/catalog";
import type { GenerateRequest, LoadedModel } from "@tenfold/core";
import { createLock, type ResolvedSampling, resolveSampling, resolveSeed } from "@tenfold/generation/loop";
import { createChatPrompts, createLifetime, createPromptText, shownTokenizer, toolCallStyleOf } from "@tenfold/generation/model";
import { thinkTags } from "@tenfold/generation/parse";
import { createChatTemplate, describeTemplate, type Tokenizer } from "@tenfold/tokenizers";
import { swiftTransformersProfile } from "../profile.ts";
import { readAnswer, type Translation } from "../read-answer.ts";

export interface PromptedModelParts {
  /** Takes a prompt as text, and writes text. */
  remote: LoadedModel;
  tokenizer: Tokenizer;
  /** What the model recommends for what a request leaves open. */
  defaults: ResolvedSampling;
  now: () => number;
  random: () => number;
}

const { framework } = swiftTransformersProfile;

/** The contract's model over one that completes prompts: the template is rendered, and its text is parsed, here. */
export function createPromptedModel({ remote, tokenizer, defaults, now, random }: PromptedModelParts): LoadedModel {
  const template = tokenizer.chatTemplate;
  const describes = template && describeTemplate(template.source);
  const reasons = describes?.reasoning ?? false;
  const style = toolCallStyleOf(template?.source ?? "");
  const prompts = createChatPrompts(tokenizer, template && createChatTemplate(template), framework);
  const textOf = createPromptText(tokenizer);
  const lifetime = createLifetime(framework, remote.dispose);
  const lock = createLock();

  function translate(request: GenerateRequest): Translation {
    if (request.responseFormat?.type === "json") throw unsupported("Swift Transformers cannot be held to a JSON format.");
    const tools = "messages" in request && request.toolChoice !== "none" ? (request.tools ?? []) : [];
    const mustCall = "toolChoice" in request && (request.toolChoice === "required" || typeof request.toolChoice === "object");
    if (tools.length > 0 && mustCall) throw unsupported("Swift Transformers cannot be made to call a tool.");
    const sampling = resolveSampling(request.sampling, defaults, tokenizer.vocabularySize);
    const { tokens, startsInReasoning } = prompts.of(request);
    const room = remote.contextSize - tokens.length;
    if (room < 1) throw new TenfoldError("context-overflow", `The prompt has ${tokens.length} tokens; the context has ${remote.contextSize}.`, { framework });
    const { maxTokens = room, seed, stop, logProbabilities, cacheKey, priority, signal } = request;
    if (!Number.isInteger(maxTokens) || maxTokens < 1)
      throw new TenfoldError("invalid-input", `maxTokens is ${maxTokens}, expected a whole number of at least 1.`, { framework });
    return {
      request: {
        prompt: textOf([...tokens]),
        // What the host does not know it says in its `start`.
        sampling: { ...request.sampling, temperature: sampling.temperature, topK: sampling.topK, topP: sampling.topP },
        maxTokens: Math.min(maxTokens, room),
        seed: resolveSeed(seed, random),
        ...(logProbabilities ? { logProbabilities } : {}),
        ...(cacheKey === undefined ? {} : { cacheKey }),
        ...(priority === undefined ? {} : { priority }),
        ...(signal ? { signal } : {}),
      },
      parser: {
        ...(stop ? { stop } : {}),
        ...(reasons && "messages" in request ? { reasoning: { ...thinkTags, startsInside: startsInReasoning } } : {}),
        ...(tools.length > 0 ? { toolCalls: { ...style, tools } } : {}),
      },
      warnings: [],
      promptTokens: tokens.length,
      countPrompt: async () => tokens.length,
      countTokens: async (text) => tokenizer.encode(text, { parseSpecial: true }).length,
    };
  }

  return {
    capabilities: {
      ...{ chat: template !== undefined, tools: describes?.tools ?? false, reasoning: reasons },
      ...{ jsonSchema: false, embeddings: false, vision: false, logProbabilities: false },
      parallel: 1,
      template: "tenfold",
    },
    contextSize: remote.contextSize,
    tokenizer: shownTokenizer(tokenizer, lifetime),
    async *generate(request) {
      request.signal?.throwIfAborted();
      lifetime.check();
      yield* readAnswer({ remote, lock, now }, translate(request));
    },
    async countTokens(input) {
      lifetime.check();
      return { tokens: typeof input === "string" ? tokenizer.countTokens(input) : prompts.chat(input).tokens.length, exact: true };
    },
    memory: remote.memory,
    ...(remote.trim ? { trim: remote.trim } : {}),
    dispose: lifetime.dispose,
  };
}

const unsupported = (message: string) => new TenfoldError("unsupported-request", message, { framework });
