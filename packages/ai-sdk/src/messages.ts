import { type LanguageModelV4FilePart, type LanguageModelV4Message, type LanguageModelV4Prompt, UnsupportedFunctionalityError } from "@ai-sdk/provider";
import { convertBase64ToUint8Array, getTopLevelMediaType, resolveFullMediaType } from "@ai-sdk/provider-utils";
import type { ContentPart, Message } from "@tenfold/core";
import { toolResultOf } from "./tool-result.ts";

type AssistantPart = Extract<LanguageModelV4Message, { role: "assistant" }>["content"][number];

/**
 * The AI SDK's prompt as messages of Tenfold.
 * @param sees whether the model takes images.
 * @throws UnsupportedFunctionalityError for a file that the model cannot take.
 */
export function toMessages(prompt: LanguageModelV4Prompt, sees: boolean): Message[] {
  return prompt.map((message) => toMessage(message, sees));
}

function toMessage(message: LanguageModelV4Message, sees: boolean): Message {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.content };
    case "user":
      return { role: "user", content: message.content.map((part) => (part.type === "text" ? { type: "text", text: part.text } : fileContent(part, sees))) };
    case "assistant":
      return { role: "assistant", content: message.content.flatMap(assistantContent) };
    case "tool":
      // Approvals are for tools that a provider runs; Tenfold runs none.
      return { role: "tool", content: message.content.flatMap((part) => (part.type === "tool-result" ? [toolResultOf(part)] : [])) };
  }
}

function assistantContent(part: AssistantPart): ContentPart[] {
  switch (part.type) {
    case "text":
    case "reasoning":
      return [{ type: part.type, text: part.text }];
    case "tool-call":
      return [{ type: "tool-call", id: part.toolCallId, name: part.toolName, arguments: part.input }];
    case "tool-result":
      return [toolResultOf(part)];
    case "custom":
      return [];
    default:
      throw new UnsupportedFunctionalityError({ functionality: `${part.type} parts in messages of the assistant` });
  }
}

function fileContent(part: LanguageModelV4FilePart, sees: boolean): ContentPart {
  const { data, mediaType } = part;
  const refuse = (why: string) => new UnsupportedFunctionalityError({ functionality: `file of type ${mediaType}`, message: why });
  if (data.type === "text") return { type: "text", text: data.text };
  // The SDK fetches addresses by itself, for `supportedUrls` names none.
  if (data.type !== "data") throw refuse(`A file given as ${data.type} cannot be read on this device: give its bytes.`);
  const bytes = typeof data.data === "string" ? convertBase64ToUint8Array(data.data) : data.data;
  switch (getTopLevelMediaType(mediaType)) {
    case "text":
      return { type: "text", text: new TextDecoder().decode(bytes) };
    case "image":
      if (!sees) throw refuse("This model does not take images: choose one whose capabilities include vision.");
      return { type: "image", bytes, mediaType: resolveFullMediaType({ part }) };
    default:
      throw refuse(`Models on this device take images and text, not ${mediaType}.`);
  }
}
