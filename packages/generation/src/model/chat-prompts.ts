import { TenfoldError } from "@tenfold/catalog";
import type { GenerateRequest, Message, Tool } from "@tenfold/core";
import type { ChatTemplate, Tokenizer } from "@tenfold/tokenizers";
import { thinkTags } from "../parse/answer-parser.ts";

export interface ChatPrompt {
  tokens: Int32Array;
  /** The template has opened a thought already. */
  startsInReasoning: boolean;
}

export interface ChatPrompts {
  /** @throws TenfoldError `unsupported-request`, `template-failed`, `invalid-input`. */
  of(request: GenerateRequest): ChatPrompt;
  /** A conversation with the opening of the answer. */
  chat(messages: readonly Message[], options?: { tools?: readonly Tool[]; reasoning?: boolean }): ChatPrompt;
}

/** Turns requests into tokens with our own rendering of the model's chat template. */
export function createChatPrompts(tokenizer: Tokenizer, template: ChatTemplate | undefined, framework: string): ChatPrompts {
  function chat(messages: readonly Message[], options: { tools?: readonly Tool[]; reasoning?: boolean } = {}): ChatPrompt {
    if (!template) {
      throw new TenfoldError("unsupported-request", "This model has no chat template, so it takes a raw prompt only.", {
        framework,
        remedy: "Send `prompt` instead of `messages`, or choose a model made for chat.",
      });
    }
    const segments = template.render({ messages, ...options });
    const end = segments
      .slice(-3)
      .map((segment) => segment.text)
      .join("");
    return { tokens: tokenizer.encodePrompt(segments), startsInReasoning: end.trimEnd().endsWith(thinkTags.open) };
  }

  return {
    chat,
    of(request) {
      const prompt =
        "messages" in request
          ? chat(request.messages, {
              ...(request.tools && request.toolChoice !== "none" ? { tools: request.tools } : {}),
              ...(request.reasoning === undefined ? {} : { reasoning: request.reasoning }),
            })
          : { tokens: tokenizer.encode(request.prompt), startsInReasoning: false };
      if (prompt.tokens.length === 0) throw new TenfoldError("invalid-input", "The prompt is empty.", { framework });
      return prompt;
    },
  };
}
