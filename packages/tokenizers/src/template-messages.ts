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

/** @throws TenfoldError `invalid-input` for values that are not JSON, `unsupported-request` for images, which templates of text cannot show. */
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
        calls.push({
          id: part.id,
          type: "function",
          function: { name: part.name, arguments: asJson(part.arguments, `The arguments of the tool call "${part.id}"`) },
        });
        break;
      case "tool-result":
        results.push({
          role: "tool",
          content: resultText(asJson(part.result, `The result of the tool call "${part.id}"`)),
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

/** Applies `protect` to all that came from outside, and to nothing that templates compare: role, type and the names of the fields. */
export function protectMessage({ role, tool_calls, ...fields }: TemplateMessage, protect: Protect): TemplateMessage {
  const calls = tool_calls?.map(({ id, type, function: called }) => ({ id: protect(id), type, function: protectFields(called, protect) }));
  return { role, ...protectFields(fields, protect), ...(calls ? { tool_calls: calls } : {}) };
}

export function protectTool(tool: ReturnType<typeof templateTools>[number], protect: Protect): ReturnType<typeof templateTools>[number] {
  return { type: tool.type, function: protectFields(tool.function, protect) };
}

type Protect = <Value>(value: Value) => Value;

function protectFields<Fields extends object>(fields: Fields, protect: Protect): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, protect(value)])) as Fields;
}

/** Tools in the shape that chat templates read. */
export function templateTools(tools: readonly Tool[]) {
  return tools.map(({ name, description, parameters }) => ({
    type: "function",
    function: { name, ...(description === undefined ? {} : { description }), parameters: asJson(parameters, `The parameters of the tool "${name}"`) },
  }));
}

function resultText(result: unknown): string {
  return typeof result === "string" ? result : JSON.stringify(result);
}

/** A plain copy: templates can call the functions they are given, and cycles and dates have no text. */
function asJson(value: unknown, what: string): unknown {
  if (value === undefined) return null;
  try {
    return JSON.parse(JSON.stringify(value));
  } catch (error) {
    throw new TenfoldError("invalid-input", `${what} cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
