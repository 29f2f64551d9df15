import type { TokenizerSettings } from "../definition.ts";
import { isObject, type JsonObject, parseJson, readObject } from "../json-reader.ts";

/** The texts of the files that stand beside a tokenizer, where there are any. */
export interface SettingsFiles {
  /** tokenizer_config.json */
  config?: string;
  /** special_tokens_map.json */
  specialTokens?: string;
  /** chat_template.jinja */
  chatTemplate?: string;
}

/** Written for "no limit". */
const noLimit = 1e9;

/** @throws TenfoldError `invalid-format` when a file is not JSON. */
export function readSettings({ config, specialTokens, chatTemplate }: SettingsFiles): TokenizerSettings {
  const map = specialTokens === undefined ? {} : readObject(parseJson(specialTokens, "special_tokens_map.json"), "special_tokens_map.json");
  const file = config === undefined ? {} : readObject(parseJson(config, "tokenizer_config.json"), "tokenizer_config.json");
  const token = (name: string) => contentOf(file[name]) ?? contentOf(map[name]);
  const limit = file.model_max_length;
  const settings = {
    bosToken: token("bos_token"),
    eosToken: token("eos_token"),
    padToken: token("pad_token"),
    unknownToken: token("unk_token"),
    chatTemplate: chatTemplate ?? readTemplate(file),
    maxLength: typeof limit === "number" && limit > 0 && limit < noLimit ? Math.floor(limit) : undefined,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** A token is written as its text, or as an object that holds it. */
function contentOf(value: unknown): string | undefined {
  const content = isObject(value) ? value.content : value;
  return typeof content === "string" ? content : undefined;
}

/** One template, or several by name of which one is the default. */
function readTemplate({ chat_template: value }: JsonObject): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  const named = value.filter(isObject);
  const found = named.find(({ name }) => name === "default") ?? named[0];
  return typeof found?.template === "string" ? found.template : undefined;
}
