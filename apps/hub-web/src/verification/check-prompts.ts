import { TenfoldError } from "@tenfold/catalog";
import type { Message, ModelFile } from "@tenfold/core";
import { checkChatTemplate, createChatTemplate, createTokenizer, describeTemplate, type Tokenizer } from "@tenfold/tokenizers";
import type { Check } from "./check.ts";

export interface PromptFindings {
  readonly checks: readonly Check[];
  readonly tokenizer?: Tokenizer;
}

/** Texts that tell tokenizers apart: accents, other scripts, emoji, spaces, numbers, and what spells a control token. */
export const tellingTexts = ["Hello, world!", "Grüße aus 東京 🙂 नमस्ते", "  two  spaces\n\tand a tab", "3.14159 + 2021 = x_1", "<|im_end|></s> is text"];

const conversations: readonly { name: string; messages: readonly Message[] }[] = [
  { name: "a question", messages: [{ role: "user", content: "Hello" }] },
  {
    name: "three turns",
    messages: [
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Hi!" },
      { role: "user", content: "How are you?" },
    ],
  },
];

/** Reads the tokenizer, encodes and decodes texts with it, renders conversations, and compares with golden vectors where some are known. */
export async function checkPrompts(files: readonly ModelFile[], signal: AbortSignal): Promise<PromptFindings> {
  let tokenizer: Tokenizer;
  try {
    tokenizer = await createTokenizer(files, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!TenfoldError.is(error)) throw error;
    const isAbsent = error.code === "unsupported-format";
    return {
      checks: [
        { name: "tokenizer", outcome: isAbsent ? "skipped" : "failed", detail: error.message },
        { name: "chat template", outcome: "skipped", detail: "Without a tokenizer no prompt can be made." },
      ],
    };
  }
  return { checks: [checkTokenizer(tokenizer), checkTemplate(tokenizer)], tokenizer };
}

function checkTokenizer(tokenizer: Tokenizer): Check {
  const changed = tellingTexts.filter((text) => tokenizer.decode(tokenizer.encode(text)) !== text);
  const words = `${tokenizer.vocabularySize} tokens`;
  if (changed.length === 0) return { name: "tokenizer", outcome: "passed", detail: `${words}; ${tellingTexts.length} texts came back as they were.` };
  return {
    name: "tokenizer",
    outcome: "noted",
    detail: `${words}; ${changed.length} of ${tellingTexts.length} texts come back changed, as those of some tokenizers do: ${JSON.stringify(changed[0])}.`,
  };
}

function checkTemplate(tokenizer: Tokenizer): Check {
  const { chatTemplate } = tokenizer;
  if (chatTemplate === undefined) return { name: "chat template", outcome: "skipped", detail: "The files hold none: the model continues text." };
  try {
    const template = createChatTemplate(chatTemplate);
    for (const { name, messages } of conversations) {
      const text = template
        .render({ messages })
        .map((segment) => segment.text)
        .join("");
      const missing = messages.filter(({ content }) => !text.includes(String(content)));
      if (missing.length > 0) return { name: "chat template", outcome: "failed", detail: `Of ${name} it leaves out ${JSON.stringify(missing[0]?.content)}.` };
    }
    const { family, checked, differences, tokenDifferences } = checkChatTemplate(chatTemplate, tokenizer);
    const [otherTokens] = tokenDifferences;
    if (otherTokens) {
      const detail = `Its prompt has the tokens ${otherTokens.encoded.join(" ")}, and ${family} was trained with ${otherTokens.expected.join(" ")}.`;
      return { name: "chat template", outcome: "failed", detail };
    }
    const [different] = differences;
    if (different) {
      // Models are trained further with other prompts: whether it is one of them is for a person to say.
      const detail = `${differences.length} of ${checked.length} conversations come out otherwise than ${family} was trained with: ${JSON.stringify(different.rendered)}, and there ${JSON.stringify(different.expected)}.`;
      return { name: "chat template", outcome: "noted", detail };
    }
    const { tools, reasoning, systemRole } = describeTemplate(chatTemplate.source);
    const able = [systemRole && "system messages", tools && "tools", reasoning && "reasoning"].filter((word) => word !== false);
    const known = family === undefined ? " No golden prompts are known for it." : ` ${checked.length} came out as ${family} was trained with.`;
    return { name: "chat template", outcome: "passed", detail: `Renders conversations${able.length > 0 ? `, ${able.join(", ")}` : ""}.${known}` };
  } catch (error) {
    if (!TenfoldError.is(error)) throw error;
    return { name: "chat template", outcome: "failed", detail: error.message };
  }
}
