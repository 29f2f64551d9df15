import { Template } from "@huggingface/jinja";
import { TenfoldError } from "@tenfold/catalog";
import type { Message, Tool } from "@tenfold/core";
import { createTokenGuard, type PromptSegment } from "./segments.ts";
import { templateMessages, templateTools } from "./template-messages.ts";

export interface ChatTemplateOptions {
  /** Jinja, as models carry it. */
  source: string;
  /** Every token that the model's tokenizer never makes from plain text: "<|im_end|>". */
  specialTokens: readonly string[];
  bosToken?: string;
  eosToken?: string;
}

export interface RenderOptions {
  messages: readonly Message[];
  tools?: readonly Tool[];
  /** End with the opening of the assistant's turn. Default true. */
  addGenerationPrompt?: boolean;
  /** Whether the model shall think first, for templates that can say so. Absent: as the template likes. */
  reasoning?: boolean;
}

export interface ChatTemplate {
  /**
   * The prompt. What comes from messages and tools is never a special token, whatever it spells.
   * @throws TenfoldError `template-failed` with the template's own words, `unsupported-request` for images.
   */
  render(options: RenderOptions): PromptSegment[];
}

const sourceLimitLength = 256 * 1024;
const outputLimitLength = 16 * 1024 * 1024;

/**
 * Compiles a chat template once.
 * @throws TenfoldError `template-failed` when it is not Jinja, or longer than 256 KiB.
 */
export function createChatTemplate({ source, specialTokens, bosToken, eosToken }: ChatTemplateOptions): ChatTemplate {
  const template = compile(source);
  const guard = createTokenGuard(specialTokens);

  return {
    render({ messages, tools, addGenerationPrompt = true, reasoning }) {
      const context = {
        messages: guard.protect(templateMessages(messages)),
        // Templates ask whether there are tools at all: an empty list would print an empty heading.
        ...(tools?.length ? { tools: guard.protect(templateTools(tools)) } : {}),
        add_generation_prompt: addGenerationPrompt,
        bos_token: bosToken ?? "",
        eos_token: eosToken ?? "",
        ...(reasoning === undefined ? {} : { enable_thinking: reasoning }),
      };
      return guard.split(renderText(template, context));
    },
  };
}

function renderText(template: Template, context: Record<string, unknown>): string {
  let rendered: string;
  try {
    rendered = template.render(context);
  } catch (error) {
    throw new TenfoldError("template-failed", `The model's chat template refuses these messages: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (rendered.length > outputLimitLength)
    throw new TenfoldError("template-failed", `The prompt has ${rendered.length} characters; ${outputLimitLength} are the most.`);
  return rendered;
}

const compiled = new Map<string, Template>();
const compiledLimit = 16;

function compile(source: string): Template {
  const known = compiled.get(source);
  if (known) return known;
  if (source.length > sourceLimitLength)
    throw new TenfoldError("template-failed", `The model's chat template has ${source.length} characters; ${sourceLimitLength} are the most.`);
  try {
    const template = new Template(source);
    const [oldest] = compiled.keys();
    if (oldest !== undefined && compiled.size >= compiledLimit) compiled.delete(oldest);
    compiled.set(source, template);
    return template;
  } catch (error) {
    throw new TenfoldError("template-failed", `The model's chat template is not a template: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
