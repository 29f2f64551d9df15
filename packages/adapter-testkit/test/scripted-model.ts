import { TenfoldError } from "@tenfold/catalog";
import type { ChatRequest, Message } from "@tenfold/core";
import type { Reference, ReferencePrompt } from "../src/reference.ts";

/** A tokenizer and answers that need no weights: bytes are tokens, and answers are looked up. */
export const endToken = 256;
const specials = ["<|im_start|>", "<|im_end|>"];
export const vocabularySize = 257 + specials.length;

export function encode(text: string, parseSpecial: boolean): number[] {
  if (!parseSpecial) return [...new TextEncoder().encode(text)];
  return text.split(/(<\|im_start\|>|<\|im_end\|>)/).flatMap((part) => (specials.includes(part) ? [257 + specials.indexOf(part)] : encode(part, false)));
}

export function decode(tokens: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(tokens.filter((token) => token < 256)));
}

export function promptTokens({ messages, tools, reasoning }: Pick<ChatRequest, "messages" | "tools" | "reasoning">, parseSpecial = false): number[] {
  const tokens: number[] = [];
  if (tools || reasoning) tokens.push(...encode(JSON.stringify({ tools, reasoning }), false));
  for (const message of messages) tokens.push(257, ...encode(`${message.role}\n`, false), ...encode(textOf(message), parseSpecial), 258, 10);
  return [...tokens, 257, ...encode("assistant\n", false)];
}

function textOf({ content }: Message): string {
  if (typeof content === "string") return content;
  if (content.some((part) => part.type === "image")) throw new TenfoldError("unsupported-request", "This model reads text only.");
  return content.map((part) => (part.type === "tool-result" ? String(part.result) : part.type === "text" ? part.text : JSON.stringify(part))).join("");
}

const call = '<tool_call>\n{"name": "get_time", "arguments": {"city": "Oslo"}}\n</tool_call>';
const thought = "<think>\nI add 3 and 4.\n</think>\n3 + 4 = 7.";

/** The answer to a conversation, as the model's raw text. */
export function answerTo({ messages, tools, responseFormat, reasoning }: ChatRequest): string {
  const last = messages.at(-1);
  const text = last ? textOf(last) : "";
  if (last?.role === "tool") return `It is ${text} in Oslo.`;
  if (responseFormat?.type === "json") return '{"city": "Paris", "large": true}';
  if (text.includes("What time")) return tools ? call : "I cannot know the time without a tool.";
  if (text.includes("3 + 4")) return reasoning ? thought : "3 + 4 = 7.";
  if (text.includes("emoji")) return "🦊 café 🌈";
  if (text.includes("fifty")) return Array.from({ length: 50 }, (_, index) => index + 1).join(", ");
  if (text.includes("And then")) return "And then the fox slept, for the day had been long and the night was cold.";
  return "Once upon a time there was a little fox who lived in a forest, and every morning the fox looked for berries, and so on, until the story was long enough.";
}

const tool = { function: { name: "get_time", parameters: { type: "object", properties: { city: { type: "string" } } } } };
const question = { role: "user", content: "What time is it in Oslo?" } as const;

function prompt(
  behaviour: string,
  messages: ReferencePrompt["messages"],
  request: ChatRequest,
  templateOptions: ReferencePrompt["templateOptions"] = {},
): ReferencePrompt {
  const outputText = answerTo(request);
  const tokens = promptTokens(request);
  return {
    id: behaviour,
    behaviour,
    messages,
    templateOptions,
    promptText: tokens.map((token) => (token > 256 ? specials[token - 257] : String.fromCharCode(token))).join(""),
    promptTokens: tokens,
    maxTokens: 400,
    outputTokens: [...encode(outputText, false), endToken],
    finished: true,
    outputText,
    minimumMargin: 1,
  };
}

const user = (content: string): ReferencePrompt["messages"] => [{ role: "user", content }];
const tools = [tool.function];
const called = { role: "assistant", content: [{ type: "tool-call", id: "call-1", name: "get_time", arguments: { city: "Oslo" } }] } as const;
const result = { role: "tool", content: [{ type: "tool-result", id: "call-1", name: "get_time", result: "14:30" }] } as const;

export const scriptedReference: Reference = {
  model: "scripted",
  endToken,
  prompts: [
    prompt("sum", user("What is 3 + 4?"), { messages: user("What is 3 + 4?") }),
    prompt("unicode", user("Show me emoji."), { messages: user("Show me emoji.") }),
    prompt("think", user("What is 3 + 4?"), { messages: user("What is 3 + 4?"), reasoning: true }, { enable_thinking: true }),
    prompt("tool-call", [question], { messages: [question], tools }, { tools: [tool] }),
    prompt(
      "tool-result",
      [
        question,
        { role: "assistant", content: "", tool_calls: [{ function: { name: "get_time", arguments: { city: "Oslo" } } }] },
        { role: "tool", content: "14:30" },
      ],
      { messages: [question, called, result], tools },
      { tools: [tool] },
    ),
  ],
};
