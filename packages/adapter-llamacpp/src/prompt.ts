import { TenfoldError } from "@tenfold/catalog";
import type { GenerateRequest, Message, Tool, Warning } from "@tenfold/core";
import { fitMessages, type OverflowPolicy } from "@tenfold/generation/loop";
import { thinkTags } from "@tenfold/generation/parse";
import type { ChatTemplate } from "@tenfold/tokenizers";
import type { NativeImage, NativeModel } from "./binding.ts";
import { checkMarkers, markImages } from "./image-markers.ts";
import type { Tokenize } from "./tokenize.ts";

export interface FittedPrompt {
  readonly tokens: number[];
  /** What the markers among the tokens stand for. */
  readonly images: readonly NativeImage[];
  readonly startsInReasoning: boolean;
  /** What was left out. */
  readonly warnings: readonly Warning[];
}

export interface PromptMaker {
  /**
   * The tokens of a request, with room for an answer.
   * @throws TenfoldError `unsupported-request`, `template-failed`, `invalid-input`; `context-overflow` where the policy cannot make it fit.
   */
  fit(request: GenerateRequest, room: { contextSize: number; policy: OverflowPolicy }): FittedPrompt;
  /** Tokens of a conversation with the opening of the answer. */
  chat(messages: readonly Message[], options?: { tools?: readonly Tool[]; reasoning?: boolean }): Omit<FittedPrompt, "warnings">;
}

/** Turns requests into tokens, with our own rendering of the model's chat template. */
export function createPromptMaker(native: NativeModel, tokenize: Tokenize, template: ChatTemplate | undefined): PromptMaker {
  function chat(messages: readonly Message[], options: { tools?: readonly Tool[]; reasoning?: boolean } = {}) {
    if (!template) {
      throw new TenfoldError("unsupported-request", "This model has no chat template, so it takes a raw prompt only.", {
        framework: "llama.cpp",
        remedy: "Send `prompt` instead of `messages`, or choose a model made for chat.",
      });
    }
    const marker = native.imageMarker;
    const { messages: texts, images } = marker === undefined ? { messages, images: [] } : markImages(messages, marker);
    const segments = template.render({ messages: texts, ...options });
    const tokens = segments.flatMap(({ text, special }) => tokenize(text, special));
    // Many templates write the beginning token themselves; twice, it makes answers worse.
    if (native.addsBeginToken && native.beginToken !== undefined && tokens[0] !== native.beginToken) tokens.unshift(native.beginToken);
    const text = segments.map((segment) => segment.text).join("");
    if (marker !== undefined) checkMarkers(text, marker, images);
    return { tokens, images, startsInReasoning: text.trimEnd().endsWith(thinkTags.open) };
  }

  return {
    chat,
    fit(request, { contextSize, policy }) {
      const answers = request.maxTokens === undefined ? {} : { answerTokens: request.maxTokens };
      const raw = "messages" in request ? undefined : { tokens: tokenize(request.prompt, false), images: [], startsInReasoning: false };
      // A raw prompt has no turns; and what slides is cut anywhere, through a marker, too.
      const impossible: OverflowPolicy | undefined = raw ? "drop-turns" : holdsImage(request) ? "slide" : undefined;
      const { prompt, warnings } = fitMessages({
        messages: "messages" in request ? request.messages : [],
        render: (messages) =>
          raw ??
          chat(messages, {
            ...("tools" in request && request.tools && request.toolChoice !== "none" ? { tools: request.tools } : {}),
            ...(request.reasoning === undefined ? {} : { reasoning: request.reasoning }),
          }),
        contextSize,
        policy: policy === impossible ? "error" : policy,
        ...answers,
      });
      if (prompt.tokens.length === 0) throw new TenfoldError("invalid-input", "The prompt is empty.", { framework: "llama.cpp" });
      return { ...prompt, tokens: Array.from(prompt.tokens), warnings };
    },
  };
}

function holdsImage(request: GenerateRequest): boolean {
  return "messages" in request && request.messages.some(({ content }) => typeof content !== "string" && content.some(({ type }) => type === "image"));
}
