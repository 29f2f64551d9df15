import { TenfoldError } from "@tenfold/catalog";
import type { ContentPart, Message, Tool } from "@tenfold/core";

/** A message in the shape that chat templates read. */
export interface TemplateMessage {
  role: string;
  content: string;
  reasoning_content?: string;
  tool_calls?: { id: string; type: "function"; function: { name: string; arguments: unknown } }[];
  tool_call_id?: string;
  name?: string;
}

/** @throws TenfoldError `unsupported-request` for images, which templates of text cannot show. */
export function templateMessages(messages: readonly Message[]): TemplateMessage[] {
  return messages.flatMap((message) =>
    typeof message.content === "string" ? [{ role: message.role, content: message.content }] : fromParts(message.role, message.content),
  );
}

/** Each tool result becomes a message of its own; everything else is one message. */
function fromParts(role: Message["role"], parts: readonly ContentPart[]): TemplateMessage[] {
  const results: TemplateMessage[] = [];
  let text = "";
  let reasoning = "";
  const calls: NonNullable<TemplateMessage["tool_calls"]> = [];
  for (const part of parts) {
    switch (part.type) {
      case "text":
        text += part.text;
        break;
      case "reasoning":
        reasoning += part.text;
        break;
      case "tool-call":
        calls.push({ id: part.id, type: "function", function: { name: part.name, arguments: part.arguments } });
        break;
      case "tool-result":
        results.push({
          role: "tool",
          content: typeof part.result === "string" ? part.result : JSON.stringify(part.result),
          tool_call_id: part.id,
          name: part.name,
        });
        break;
      case "image":
        throw new TenfoldError("unsupported-request", "This model reads text only; the messages hold an image.");
    }
  }
  const empty = text === "" && reasoning === "" && calls.length === 0;
  if (empty && results.length > 0) return results;
  return [
    { role, content: text, ...(reasoning === "" ? {} : { reasoning_content: reasoning }), ...(calls.length === 0 ? {} : { tool_calls: calls }) },
    ...results,
  ];
}

/** Tools in the shape that chat templates read. */
export function templateTools(tools: readonly Tool[]) {
  return tools.map(({ name, description, parameters }) => ({
    type: "function",
    function: { name, ...(description === undefined ? {} : { description }), parameters },
  }));
}
