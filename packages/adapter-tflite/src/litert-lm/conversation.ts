import { parseJson } from "@tenfold/catalog";
import { thinkTags } from "@tenfold/generation/parse";
import { z } from "zod";
import type { CApi, Pointer } from "./c-api.ts";
import { readStream } from "./read-stream.ts";
import { required } from "./required.ts";
import { createSessionConfig, type Sampler } from "./session.ts";

/** What sessions cannot hold an answer to, and conversations can. */
export interface Holding {
  schema?: Readonly<Record<string, unknown>>;
  penalties?: { repetition: number; presence: number; frequency: number };
}

/** One answer of a conversation of its own. */
export interface Conversation {
  /** Gives pieces of text as they come. @returns whether the context was full before the answer ended. */
  answer(prompt: string, onText: (text: string) => void): Promise<{ full: boolean }>;
  /** Ends what runs soon; it resolves then. */
  cancel(): void;
  delete(): void;
}

const llGuidance = 1;
const jsonSchema = 2;

/** Writes a message's text and nothing else: the prompt has been rendered. */
const textOnly =
  "{%- for message in messages -%}{%- if message.content is string -%}{{ message.content }}{%- else -%}{%- for part in message.content -%}{{ part.text }}{%- endfor -%}{%- endif -%}{%- endfor -%}";

const chunkSchema = z.object({
  content: z.union([z.string(), z.array(z.object({ text: z.string().optional() }))]).optional(),
  channels: z.record(z.string(), z.string()).optional(),
});

/** @throws Error with the library's words. */
export function createConversation(api: CApi, engine: Pointer, sampler: Sampler, mostTokens: number, { schema, penalties }: Holding): Conversation {
  const conversation = create();

  function create(): Pointer {
    const session = createSessionConfig(api, sampler, mostTokens);
    const config = api.call("conversation_config_create");
    try {
      required(api, config, "a conversation's settings");
      api.call("conversation_config_set_session_config", config, session);
      api.call("conversation_config_set_prompt_template", config, textOnly);
      if (schema) {
        api.call("conversation_config_set_constraint_provider", config, [llGuidance]);
        api.call("conversation_config_set_enable_constrained_decoding", config, true);
      }
      return required(api, api.call("conversation_create", engine, config), "a conversation");
    } finally {
      if (config) api.call("conversation_config_delete", config);
      api.call("session_config_delete", session);
    }
  }

  function withArguments<T>(use: (given: Pointer) => T): T {
    const given = required(api, api.call("conversation_optional_args_create"), "a message's settings");
    try {
      if (schema) api.call("conversation_optional_args_set_constraint", given, jsonSchema, JSON.stringify(schema));
      if (penalties) {
        const native = required(api, api.call("repetition_penalty_config_create"), "penalties");
        api.call("repetition_penalty_config_set_repetition_penalty", native, penalties.repetition);
        api.call("repetition_penalty_config_set_presence_penalty", native, penalties.presence);
        api.call("repetition_penalty_config_set_frequency_penalty", native, penalties.frequency);
        api.call("conversation_optional_args_set_repetition_penalty_config", given, native);
        api.call("repetition_penalty_config_delete", native);
      }
      return use(given);
    } finally {
      api.call("conversation_optional_args_delete", given);
    }
  }

  return {
    answer(prompt, onText) {
      const message = JSON.stringify({ role: "user", content: prompt });
      const textOf = createChunkText();
      return readStream(
        api,
        (callback) => withArguments((given) => api.call("conversation_send_message_stream", conversation, message, null, given, callback, null)),
        (bytes) => {
          const text = textOf(new TextDecoder().decode(bytes));
          if (text) onText(text);
        },
      );
    },
    cancel: () => void api.call("conversation_cancel_process", conversation),
    delete: () => void api.call("conversation_delete", conversation),
  };
}

/** Chunks are messages in JSON. Thoughts, which have a channel of their own there, get their tags back, so that one parser reads all answers. */
function createChunkText(): (json: string) => string {
  let thinks = false;
  return (json) => {
    if (json === "") return "";
    const { content = "", channels } = parseJson(chunkSchema, json, "chunk of LiteRT-LM", "generation-failed");
    const text = typeof content === "string" ? content : content.map((part) => part.text ?? "").join("");
    const thought = Object.values(channels ?? {}).join("");
    let tags = "";
    if (thought && !thinks) tags = thinkTags.open;
    if (text && thinks) tags = thinkTags.close;
    if (tags) thinks = !thinks;
    return thought && tags === thinkTags.close ? thought + tags + text : tags + thought + text;
  };
}
