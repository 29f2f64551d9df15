import { TenfoldError } from "@tenfold/catalog";
import type { ContentPart, GenerateRequest, Message, Tool } from "@tenfold/core";
import { toolCallStyleOf } from "@tenfold/generation/model";
import { type ToolCallStyle, thinkTags } from "@tenfold/generation/parse";
import { createChatTemplate, describeTemplate, type PromptSegment } from "@tenfold/tokenizers";
import { breakMarks, controlMarks, wordJoiner } from "./control-text.ts";
import type { DialogPrompt } from "./dialog.ts";
import { framework } from "./errors.ts";
import type { ModelKind } from "./model-kind.ts";

export type ImagePart = Extract<ContentPart, { type: "image" }>;

export interface PicoPrompt {
  text: string;
  /** The template has opened a thought already. */
  startsInReasoning: boolean;
  image?: ImagePart;
}

/** Turns requests into the text that picoLLM takes. */
export interface Prompts {
  readonly chat: boolean;
  readonly tools: boolean;
  readonly reasoning: boolean;
  readonly template: "tenfold" | "framework";
  /** How the model writes tool calls. */
  readonly style: ToolCallStyle;
  /** Marks that end an answer and that picoLLM hands over as text. */
  readonly endPhrases: readonly string[];
  /** @throws TenfoldError `unsupported-request`, `template-failed`, `invalid-input`. */
  of(request: GenerateRequest): PicoPrompt;
  /** A conversation with the opening of the answer. */
  text(messages: readonly Message[]): string;
}

const turnEnds = ["</s>", "<end_of_turn>", "<|endoftext|>", "<|eot_id|>", "<|im_end|>", "<|end|>", "<|end_of_text|>"];
const twoTurns: readonly Message[] = [
  { role: "user", content: "Hello" },
  { role: "assistant", content: "Hello" },
  { role: "user", content: "Hello" },
];

/** @param source the model's chat template; its vendor's dialog is used where there is none. */
export function createPrompts(source: string | undefined, dialog: DialogPrompt | undefined, kind: ModelKind): Prompts {
  const describes = source === undefined ? undefined : describeTemplate(source);
  // The only place that tells how a prompt begins: picoLLM does not say which tokens its models have.
  const bosToken = /^(?:<\|begin_of_text\|>|<bos>|<s>)/.exec(dialog?.([{ role: "user", content: "Hello" }]) ?? "")?.[0];

  function render(messages: readonly Message[], options: { tools?: readonly Tool[]; reasoning?: boolean } = {}): string {
    if (source === undefined) {
      if (dialog) return dialog(messages);
      throw new TenfoldError("unsupported-request", "This model has no chat template, so it takes a raw prompt only.", {
        framework,
        remedy: "Send `prompt` instead of `messages`, or give the model a template: frameworkOptions: { chatTemplate }.",
      });
    }
    const written = JSON.stringify([messages, options.tools ?? []]);
    const specialTokens = [...new Set([...controlMarks(source), ...controlMarks(written)])];
    return textOf(createChatTemplate({ source, specialTokens, ...(bosToken === undefined ? {} : { bosToken }) }).render({ messages, ...options }));
  }

  const shown = source ?? dialog?.(twoTurns) ?? "";
  const tools = describes?.tools ?? false;
  return {
    chat: (source !== undefined || dialog !== undefined) && (kind === "text" || kind === "vision"),
    tools,
    reasoning: describes?.reasoning ?? false,
    template: source === undefined ? "framework" : "tenfold",
    style: toolCallStyleOf(source ?? ""),
    endPhrases: turnEnds.filter((mark) => shown.includes(mark)),
    text: (messages) => render(withoutImages(messages, kind).messages),
    of(request) {
      if (!("messages" in request)) return { text: checked(breakMarks(request.prompt)), startsInReasoning: false };
      const { messages, image } = withoutImages(request.messages, kind);
      if (kind === "ocr") return { text: "", startsInReasoning: false, image: image ?? missingImage() };
      const offered = tools && request.tools && request.toolChoice !== "none" ? { tools: request.tools } : {};
      const text = checked(render(messages, { ...offered, ...(request.reasoning === undefined ? {} : { reasoning: request.reasoning }) }));
      return { text, startsInReasoning: text.trimEnd().endsWith(thinkTags.open), ...(image ? { image } : {}) };
    },
  };
}

/** Where plain text was parted, a mark was broken up: as one text it needs something between. */
function textOf(segments: readonly PromptSegment[]): string {
  return segments.map(({ text, special }, index) => (special || index === 0 || segments[index - 1]?.special ? text : wordJoiner + text)).join("");
}

function checked(text: string): string {
  if (text === "") throw new TenfoldError("invalid-input", "The prompt is empty.", { framework });
  return text;
}

/** The messages' text, and the one image that picoLLM takes beside it. */
function withoutImages(messages: readonly Message[], kind: ModelKind): { messages: readonly Message[]; image?: ImagePart } {
  const images = messages.flatMap(({ content }) => (typeof content === "string" ? [] : content.filter((part) => part.type === "image")));
  const [image] = images;
  if (!image) return { messages };
  if (kind !== "vision" && kind !== "ocr") {
    throw new TenfoldError("unsupported-request", "This model reads text only; the messages hold an image.", { framework });
  }
  if (images.length > 1) throw new TenfoldError("unsupported-request", `picoLLM takes one image; the messages hold ${images.length}.`, { framework });
  const texts = messages.map(
    (message): Message => (typeof message.content === "string" ? message : { ...message, content: message.content.filter(({ type }) => type !== "image") }),
  );
  return { messages: texts, image };
}

function missingImage(): never {
  throw new TenfoldError("unsupported-request", "This model reads text from images; the messages hold none.", {
    framework,
    remedy: "Send a message with an image part.",
  });
}
