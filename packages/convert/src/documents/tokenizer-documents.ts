import type { ModelFile } from "@tenfold/core";
import type { Gguf } from "@tenfold/core/gguf";
import { readTokenizer, writeTokenizerJson } from "@tenfold/tokenizers";

/** The files of a tokenizer by name: tokenizer.json, tokenizer_config.json and, where the model brings one, chat_template.jinja. */
export async function tokenizerDocuments(file: ModelFile, gguf: Gguf, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const definition = await readTokenizer([file], signal ? { signal } : {});
  const { settings, addedTokens } = definition;
  const flag = (name: string) => gguf.boolean(`tokenizer.ggml.${name}`);
  const config = {
    tokenizer_class: "PreTrainedTokenizerFast",
    ...(flag("add_bos_token") === undefined ? {} : { add_bos_token: flag("add_bos_token") }),
    ...(flag("add_eos_token") === undefined ? {} : { add_eos_token: flag("add_eos_token") }),
    added_tokens_decoder: Object.fromEntries(
      [...addedTokens].sort((left, right) => left.id - right.id).map(({ id, singleWord, ...token }) => [id, { ...token, single_word: singleWord }]),
    ),
    bos_token: settings.bosToken ?? null,
    eos_token: settings.eosToken ?? null,
    pad_token: settings.padToken ?? null,
    unk_token: settings.unknownToken ?? null,
    clean_up_tokenization_spaces: false,
    ...(settings.maxLength === undefined ? {} : { model_max_length: settings.maxLength }),
    ...(settings.chatTemplate === undefined ? {} : { chat_template: settings.chatTemplate }),
  };
  return new Map([
    ["tokenizer.json", writeTokenizerJson(definition)],
    ["tokenizer_config.json", jsonText(config)],
    ...(settings.chatTemplate === undefined ? [] : [["chat_template.jinja", settings.chatTemplate] as const]),
  ]);
}

export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
