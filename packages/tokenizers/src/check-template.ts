import type { Message, Tool } from "@tenfold/core";
import { type ChatTemplateOptions, createChatTemplate } from "./chat-template.ts";
import { type GoldenConversation, goldenFamilies } from "./golden-prompts.ts";
import type { Tokenizer } from "./tokenizer.ts";

export interface TemplateCheck {
  /** The models whose template this is, as far as that is known: "Qwen 3". */
  family?: string;
  /** Conversations whose prompt is known. */
  checked: readonly GoldenConversation[];
  /** Those that come out otherwise than the model was trained with. */
  differences: readonly { conversation: GoldenConversation; expected: string; rendered: string }[];
  /** Prompts that came out as they should and that the tokenizer makes other tokens of: with a tokenizer, and where the publisher's tokens are known. */
  tokenDifferences: readonly { conversation: GoldenConversation; expected: readonly number[]; encoded: readonly number[] }[];
}

const user = (content: string): Message => ({ role: "user", content });
const weather: Tool = {
  name: "get_weather",
  description: "The weather in a city.",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const question = user("Weather in Paris?");

/** What is rendered for each name: a question; a system message and two turns; a tool that is offered; its call and result. */
const conversations: Readonly<Record<GoldenConversation, { messages: readonly Message[]; tools?: readonly Tool[] }>> = {
  question: { messages: [user("What is 2 + 2?")] },
  turns: { messages: [{ role: "system", content: "Answer in French." }, user("Hello"), { role: "assistant", content: "Bonjour" }, user('And "goodbye"?')] },
  tools: { messages: [question], tools: [weather] },
  result: {
    messages: [
      question,
      { role: "assistant", content: [{ type: "tool-call", id: "call00001", name: "get_weather", arguments: { city: "Paris" } }] },
      { role: "tool", content: [{ type: "tool-result", id: "call00001", name: "get_weather", result: { sky: "clear" } }] },
    ],
    tools: [weather],
  },
};

/**
 * Renders known conversations and compares them with what the model's family is known to be prompted with, and with a tokenizer also token by token. A
 * template of no known family has nothing to be compared with. A difference is no fault by itself: models are trained further with other prompts.
 * @throws TenfoldError `template-failed` when it is not Jinja.
 */
export function checkChatTemplate(options: ChatTemplateOptions, tokenizer?: Pick<Tokenizer, "encodePrompt" | "vocabularySize">): TemplateCheck {
  const template = createChatTemplate({ ...options, now: () => new Date(2026, 10, 26) });
  const family = goldenFamilies.find(({ isWrittenBy }) => isWrittenBy(options.source));
  if (!family) return { checked: [], differences: [], tokenDifferences: [] };
  const known = Object.entries(family.prompts) as [GoldenConversation, string][];
  const differences = known.flatMap(([conversation, expected]) => {
    const rendered = render(() =>
      template
        .render(conversations[conversation])
        .map(({ text }) => text)
        .join(""),
    );
    return rendered === expected ? [] : [{ conversation, expected, rendered }];
  });
  const tokens = tokenizer?.vocabularySize === family.tokens?.vocabularySize ? family.tokens?.of : undefined;
  const asExpected = known.filter(([conversation]) => !differences.some((one) => one.conversation === conversation));
  const tokenDifferences = asExpected.flatMap(([conversation]) => {
    const expected = tokens?.[conversation];
    if (!tokenizer || !expected) return [];
    const encoded = [...tokenizer.encodePrompt(template.render(conversations[conversation]))];
    return encoded.join() === expected.join() ? [] : [{ conversation, expected, encoded }];
  });
  return { family: family.name, checked: known.map(([conversation]) => conversation), differences, tokenDifferences };
}

/** A template that fails on a conversation renders nothing of it. */
function render(run: () => string): string {
  try {
    return run();
  } catch (error) {
    return `(${error instanceof Error ? error.message : String(error)})`;
  }
}
