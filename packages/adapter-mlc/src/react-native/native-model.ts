import { type Accelerator, TenfoldError } from "@tenfold/catalog";
import type { GenerateEvent, GenerateRequest, LoadedModel, Message, Warning } from "@tenfold/core";
import { createAnswerParser, createGenerationClock, thinkTags } from "@tenfold/generation/parse";
import { fromNative } from "../errors.ts";
import type { NativeCompletion, NativeEngine, NativeMessage, NativeOptions } from "./engine.ts";

export interface NativeModelParts {
  engine: NativeEngine;
  now: () => number;
  accelerator: Accelerator;
  contextSize: number;
  weightsBytes: number;
}

const framework = "mlc-llm";
/** About as many letters as a token has, for an estimate. */
const lettersPerToken = 4;

/** The contract's model over an engine that takes messages and streams text. */
export function createNativeModel({ engine, now, accelerator, contextSize, weightsBytes }: NativeModelParts): LoadedModel {
  let busy: Promise<unknown> = Promise.resolve();
  let disposal: Promise<void> | undefined;
  const check = () => {
    if (disposal) throw new TenfoldError("disposed", "The model was disposed.", { framework });
  };

  async function* generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    const { signal } = request;
    signal?.throwIfAborted();
    check();
    const { messages, options, warnings } = translate(request);
    const before = busy;
    let release: () => void = () => {};
    busy = new Promise<void>((resolve) => {
      release = resolve;
    });
    await before;
    try {
      signal?.throwIfAborted();
      check();
      yield* answer(messages, options, warnings, request);
    } finally {
      release();
    }
  }

  async function* answer(messages: NativeMessage[], options: NativeOptions, warnings: readonly Warning[], { stop, signal }: GenerateRequest) {
    const clock = createGenerationClock(now);
    const parser = createAnswerParser({ ...(stop ? { stop } : {}), reasoning: thinkTags });
    const queue: string[] = [];
    let completion: NativeCompletion | undefined;
    let wake: () => void = () => {};
    const listeners = [
      engine.onChatUpdate(({ delta }) => {
        queue.push(delta.content);
        wake();
      }),
      engine.onChatComplete((event) => {
        completion = event;
        wake();
      }),
    ];
    const onAbort = () => wake();
    signal?.addEventListener("abort", onAbort);
    let stream: string | undefined;
    try {
      yield { type: "start", accelerator, warnings } as const;
      stream = await engine.streamText(messages, options).catch((error: unknown) => {
        throw fromNative(error, "generation-failed", "MLC-LLM cannot answer");
      });
      while (!parser.stopped) {
        signal?.throwIfAborted();
        check();
        const text = queue.shift();
        if (text) {
          clock.firstToken();
          yield* parser.push(text);
        } else if (completion) break;
        else if (text === undefined)
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (queue.length > 0 || completion || signal?.aborted || disposal) resolve();
          });
      }
      const reason = !parser.stopped && completion?.finish_reason === "length" ? "length" : "stop";
      yield* parser.end(reason === "length");
      const { prompt_tokens: promptTokens = 0, completion_tokens: completionTokens = 0 } = completion?.usage ?? {};
      const usage = { promptTokens, cachedTokens: 0, completionTokens };
      yield { type: "finish", reason, usage, timings: clock.timings(promptTokens, completionTokens) } as const;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      for (const listener of listeners) listener.remove();
      if (stream !== undefined && !completion) await engine.cancelStream(stream).catch(() => {});
    }
  }

  return {
    capabilities: {
      ...{ chat: true, tools: false, jsonSchema: true, reasoning: true, embeddings: false, vision: false, logProbabilities: false },
      parallel: 1,
      template: "framework",
    },
    contextSize,
    generate,
    async countTokens(input) {
      check();
      const text = typeof input === "string" ? input : input.map(textOf).join("\n");
      return { tokens: Math.ceil(text.length / lettersPerToken), exact: false };
    },
    memory: () => ({ weightsBytes, kvCacheBytes: 0, computeBytes: 0 }),
    dispose() {
      disposal ??= busy.then(async () => void (await engine.unloadModel()));
      return disposal;
    },
  };
}

function translate(request: GenerateRequest): { messages: NativeMessage[]; options: NativeOptions; warnings: readonly Warning[] } {
  if (!("messages" in request)) throw refuse("takes messages, not a prompt");
  if (request.tools?.length && request.toolChoice !== "none") throw refuse("hands on no tools: its stream leaves calls out");
  const { temperature, topP, topK, ...others } = request.sampling ?? {};
  const ignored: Record<string, unknown> = { ...others, seed: request.seed, logProbabilities: request.logProbabilities || undefined };
  const { responseFormat, maxTokens } = request;
  return {
    messages: request.messages.map((message) => ({ role: message.role, content: textOf(message) })),
    options: {
      ...(temperature === undefined ? {} : { temperature }),
      ...(topP === undefined ? {} : { topP }),
      ...(topK === undefined ? {} : { topK }),
      ...(maxTokens === undefined ? {} : { maxTokens }),
      ...(responseFormat?.type === "json"
        ? { responseFormat: { type: "json_object", ...(responseFormat.schema ? { schema: JSON.stringify(responseFormat.schema) } : {}) } }
        : {}),
    },
    warnings: Object.entries(ignored)
      .filter(([, value]) => value !== undefined)
      .map(([setting]) => ({ kind: "ignored-setting", setting, message: `@react-native-ai/mlc does not take ${setting}.` })),
  };
}

function textOf({ content }: Message): string {
  if (typeof content === "string") return content;
  return content
    .map((part) => {
      if (part.type === "text") return part.text;
      if (part.type === "reasoning") return "";
      throw refuse(`takes text in messages, not ${part.type}`);
    })
    .join("");
}

const refuse = (what: string) => new TenfoldError("unsupported-request", `@react-native-ai/mlc ${what}.`, { framework });
