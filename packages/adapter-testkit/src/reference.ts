import type { ContentPart, Message, Tool } from "@tenfold/core";

/** One prompt of a reference file: what a model answers, greedily, in 32-bit floats. */
export interface ReferencePrompt {
  id: string;
  /** "sum", "tool-call", …: what the prompt is to show. */
  behaviour: string;
  messages: readonly ReferenceMessage[];
  templateOptions: { tools?: readonly { function: Tool }[]; enable_thinking?: boolean };
  promptText: string;
  promptTokens: readonly number[];
  maxTokens: number;
  /** The end token included, when the model came to it. */
  outputTokens: readonly number[];
  finished: boolean;
  outputText: string;
  /** Smallest difference between the two largest logits of a step. */
  minimumMargin: number;
  /** Logits after the prompt: base64 of little-endian 32-bit floats, one for each token of the vocabulary. */
  lastPromptLogitsBase64?: string;
}

export interface ReferenceMessage {
  role: Message["role"];
  content: string;
  tool_calls?: readonly { function: { name: string; arguments: unknown } }[];
}

export interface Reference {
  model: string;
  endToken: number;
  prompts: readonly ReferencePrompt[];
}

/** The messages of a reference prompt as requests carry them. */
export function messagesOf(prompt: ReferencePrompt): Message[] {
  let lastName = "";
  return prompt.messages.map(({ role, content, tool_calls: calls = [] }) => {
    if (role === "tool") return { role, content: [{ type: "tool-result", id: "call-1", name: lastName, result: content }] };
    if (calls.length === 0) return { role, content };
    const parts: ContentPart[] = content ? [{ type: "text", text: content }] : [];
    for (const { function: called } of calls) {
      lastName = called.name;
      parts.push({ type: "tool-call", id: `call-${parts.length + 1}`, name: called.name, arguments: called.arguments });
    }
    return { role, content: parts };
  });
}

export function toolsOf(prompt: ReferencePrompt): Tool[] | undefined {
  return prompt.templateOptions.tools?.map(({ function: tool }) => tool);
}

/** What the text of an answer means: thoughts, words and calls, in the Hermes style. */
export interface Meaning {
  reasoning: string;
  text: string;
  calls: readonly { name: string; arguments: unknown }[];
}

export function meaningOf(outputText: string): Meaning {
  const calls: { name: string; arguments: unknown }[] = [];
  let reasoning = "";
  const text = outputText
    .replace(/<think>([\s\S]*?)<\/think>\s*/g, (_, thought: string) => {
      reasoning += thought.trim();
      return "";
    })
    .replace(/\s*<tool_call>([\s\S]*?)<\/tool_call>\s*/g, (_, call: string) => {
      calls.push(JSON.parse(call) as { name: string; arguments: unknown });
      return "";
    });
  return { reasoning, text, calls };
}
