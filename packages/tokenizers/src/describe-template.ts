import type { Tool } from "@tenfold/core";
import { createChatTemplate, type RenderOptions } from "./chat-template.ts";

/** What a chat template can express. */
export interface TemplateDescription {
  /** It writes the tools it is given into the prompt. */
  tools: boolean;
  /** It opens a reasoning block, can be told to think or not to, or writes earlier reasoning back. */
  reasoning: boolean;
  /** It accepts a system message and writes it into the prompt. */
  systemRole: boolean;
}

const mark = "zqprobe";
const user = { role: "user", content: "Hello" } as const;
const tool: Tool = {
  name: `${mark}_tool`,
  description: "Says what time it is.",
  parameters: { type: "object", properties: { zone: { type: "string", description: "Time zone" } } },
};

/** Finds out by rendering small conversations. Throws `template-failed` when the template cannot be parsed. */
export function describeTemplate(source: string): TemplateDescription {
  const template = createChatTemplate({ source, specialTokens: [], bosToken: "", eosToken: "" });
  const render = (input: RenderOptions) => {
    try {
      return template
        .render(input)
        .map((segment) => segment.text)
        .join("");
    } catch {
      return undefined;
    }
  };
  const thinking = render({ messages: [user], reasoning: true });
  const notThinking = render({ messages: [user], reasoning: false });
  const remembered = render({
    messages: [
      user,
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: mark },
          { type: "text", text: "Hi" },
        ],
      },
    ],
    addGenerationPrompt: false,
  });

  return {
    tools: render({ messages: [user], tools: [tool] })?.includes(tool.name) ?? false,
    reasoning: thinking !== notThinking || (thinking?.includes("<think>") ?? false) || (remembered?.includes(mark) ?? false),
    systemRole: render({ messages: [{ role: "system", content: mark }, user] })?.includes(mark) ?? false,
  };
}
