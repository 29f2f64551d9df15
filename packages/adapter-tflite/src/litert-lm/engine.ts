import type { CApi, Pointer } from "./c-api.ts";
import { type Conversation, createConversation, type Holding } from "./conversation.ts";
import { required } from "./required.ts";
import { createSession, type Sampler, type Session } from "./session.ts";

export interface EngineOptions {
  path: string;
  threads: number;
  contextSize: number;
}

/** As text or as tokens. */
export type TokenUnion = string | readonly number[];

export interface Engine {
  /** What the library puts before each prompt by itself. */
  startToken: TokenUnion | undefined;
  /** What ends an answer. */
  stopTokens: readonly TokenUnion[];
  createSession(sampler: Sampler): Session;
  createConversation(sampler: Sampler, holding: Holding): Conversation;
  delete(): Promise<void>;
}

/** What fails is thrown with the library's words; its log would say it again. */
const severityFatal = 5;
const floats32 = 0;

/** Loads a model. @throws Error with the library's words. */
export async function createEngine(api: CApi, { path, threads, contextSize }: EngineOptions): Promise<Engine> {
  api.call("set_min_log_level", severityFatal);
  const settings = required(api, api.call("engine_settings_create", path, "cpu", null, null), "its settings");
  let engine: Pointer;
  try {
    api.call("engine_settings_set_num_threads", settings, threads);
    api.call("engine_settings_set_max_num_tokens", settings, contextSize);
    api.call("engine_settings_set_cache_dir", settings, ":nocache");
    api.call("engine_settings_set_activation_data_type", settings, floats32);
    engine = required(api, await api.callAsync("engine_create", settings), "the model");
  } finally {
    api.call("engine_settings_delete", settings);
  }
  return {
    startToken: startTokenOf(api, engine),
    stopTokens: stopTokensOf(api, engine),
    createSession: (sampler) => createSession(api, engine, sampler, contextSize),
    createConversation: (sampler, holding) => createConversation(api, engine, sampler, contextSize, holding),
    async delete() {
      await api.callAsync("engine_delete", engine);
    },
  };
}

const unionOfIds = 1;

function startTokenOf(api: CApi, engine: Pointer): TokenUnion | undefined {
  const token = api.call("engine_get_start_token", engine);
  if (!token) return undefined;
  try {
    return readUnion(api, token);
  } finally {
    api.call("token_union_delete", token);
  }
}

function stopTokensOf(api: CApi, engine: Pointer): TokenUnion[] {
  const tokens = api.call("engine_get_stop_tokens", engine);
  if (!tokens) return [];
  try {
    const count = Number(api.call("token_unions_get_num_tokens", tokens));
    return Array.from({ length: count }, (_, index) => {
      const token = api.call("token_unions_get_token_at", tokens, index);
      const read = token ? readUnion(api, token) : undefined;
      if (token) api.call("token_union_delete", token);
      return read ?? [];
    });
  } finally {
    api.call("token_unions_delete", tokens);
  }
}

function readUnion(api: CApi, token: Pointer): TokenUnion | undefined {
  if (api.call("token_union_get_type", token) !== unionOfIds) return (api.call("token_union_get_string", token) as string | null) || undefined;
  const [ids, count]: [Pointer[], (number | bigint)[]] = [[null], [0]];
  if (api.call("token_union_get_ids", token, ids, count) !== 0) return undefined;
  return api.integersAt(ids[0], Number(count[0]));
}
