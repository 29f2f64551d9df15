import { TenfoldError } from "@tenfold/catalog";
import type { Message, Tool } from "@tenfold/core";
import { type JinjaProgram, parseJinja } from "./jinja-program.ts";
import { createSpecialTokens, type PromptSegment } from "./segments.ts";
import { strftime } from "./strftime.ts";
import { protectMessage, protectTool, templateMessages, templateTools } from "./template-messages.ts";

export interface ChatTemplateOptions {
  /** Jinja, as models carry it. */
  source: string;
  /** Every token that the model's tokenizer never makes from plain text: "<|im_end|>". */
  specialTokens: readonly string[];
  bosToken?: string;
  eosToken?: string;
  /** For templates that write today's date. */
  now?: () => Date;
}

/** What a model is given to answer from. */
export interface TemplateDocument {
  title: string;
  text: string;
}

export interface RenderOptions {
  messages: readonly Message[];
  tools?: readonly Tool[];
  /** For templates that have a place for them; others leave them out. */
  documents?: readonly TemplateDocument[];
  /** End with the opening of the assistant's turn. Default true. */
  addGenerationPrompt?: boolean;
  /** Whether the model shall think first, for templates that can say so. Absent: as the template likes. */
  reasoning?: boolean;
}

export interface ChatTemplate {
  /**
   * The prompt. What comes from messages, tools and documents is never a special token, whatever it spells.
   * @throws TenfoldError `template-failed` with the template's own words, `unsupported-request` for images, `invalid-input` for values that are not JSON.
   */
  render(options: RenderOptions): PromptSegment[];
}

const compiled = new Map<string, JinjaProgram>();
const compiledLimit = 16;

/**
 * Compiles a chat template once.
 * @throws TenfoldError `template-failed` when it is not Jinja, or longer than 256 KiB.
 */
export function createChatTemplate({ source, specialTokens, bosToken, eosToken, now = () => new Date() }: ChatTemplateOptions): ChatTemplate {
  const program = compile(source);
  const known = createSpecialTokens([...specialTokens, bosToken ?? "", eosToken ?? ""]);

  return {
    render({ messages, tools, documents = [], addGenerationPrompt = true, reasoning }) {
      const plain = { messages: templateMessages(messages), tools: tools?.length ? templateTools(tools) : undefined, documents };
      const shield = known.createShield([source, JSON.stringify(plain)]);
      const rendered = run(program, {
        messages: plain.messages.map((message) => protectMessage(message, shield.protect)),
        // Templates ask whether there are tools at all: an empty list would print an empty heading.
        ...(plain.tools ? { tools: plain.tools.map((tool) => protectTool(tool, shield.protect)) } : {}),
        ...(documents.length > 0 ? { documents: shield.protect(documents) } : {}),
        add_generation_prompt: addGenerationPrompt,
        bos_token: bosToken ?? "",
        eos_token: eosToken ?? "",
        ...(reasoning === undefined ? {} : { enable_thinking: reasoning }),
        strftime_now: (format: unknown) => strftime(now(), String(format)),
        raise_exception: (reason: unknown) => {
          throw new TenfoldError("template-failed", `The model's chat template refuses these messages: ${String(reason)}`);
        },
      });
      return shield.split(rendered);
    },
  };
}

function run(program: JinjaProgram, variables: Readonly<Record<string, unknown>>): string {
  try {
    return program.run(variables);
  } catch (error) {
    // A stack overflow is how a template ends that calls itself, or gets messages nested without end.
    const reason = error instanceof RangeError ? new Error("it nests too deeply or grows too large", { cause: error }) : error;
    throw TenfoldError.from(reason, "template-failed", "The model's chat template failed with these messages");
  }
}

/** The templates used last stay parsed. */
function compile(source: string): JinjaProgram {
  const program = compiled.get(source) ?? parseJinja(source);
  compiled.delete(source);
  compiled.set(source, program);
  const oldest = compiled.size > compiledLimit ? compiled.keys().next().value : undefined;
  if (oldest !== undefined) compiled.delete(oldest);
  return program;
}
