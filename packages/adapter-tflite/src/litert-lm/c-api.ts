type Koffi = typeof import("koffi").default;
type KoffiFunction = ((...values: readonly unknown[]) => unknown) & { async(...values: readonly unknown[]): void };

/** An object of the library; null is none. */
export type Pointer = unknown;

/** What is used of LiteRT-LM's C API, whose functions all begin with `litert_lm_`: result and parameters. */
const functions = {
  set_min_log_level: ["void", "int level"],
  get_last_error_message: ["str", ""],
  engine_settings_create: ["void *", "str path, str backend, str vision, str audio"],
  engine_settings_delete: ["void", "void *settings"],
  engine_settings_set_max_num_tokens: ["void", "void *settings, int tokens"],
  engine_settings_set_num_threads: ["void", "void *settings, int threads"],
  engine_settings_set_cache_dir: ["void", "void *settings, str folder"],
  engine_settings_set_activation_data_type: ["void", "void *settings, int type"],
  engine_create: ["void *", "void *settings"],
  engine_delete: ["void", "void *engine"],
  engine_create_session: ["void *", "void *engine, void *config"],
  engine_get_start_token: ["void *", "void *engine"],
  engine_get_stop_tokens: ["void *", "void *engine"],
  token_unions_get_num_tokens: ["size_t", "void *tokens"],
  token_unions_get_token_at: ["void *", "void *tokens, size_t index"],
  token_unions_delete: ["void", "void *tokens"],
  token_union_get_type: ["int", "void *token"],
  token_union_get_string: ["str", "void *token"],
  token_union_get_ids: ["int", "void *token, _Out_ void **ids, _Out_ size_t *count"],
  token_union_delete: ["void", "void *token"],
  session_config_create: ["void *", ""],
  session_config_delete: ["void", "void *config"],
  session_config_set_max_output_tokens: ["void", "void *config, int tokens"],
  session_config_set_apply_prompt_template: ["void", "void *config, bool apply"],
  session_config_set_sampler_params: ["void", "void *config, void *sampler"],
  session_delete: ["void", "void *session"],
  session_cancel_process: ["void", "void *session"],
  session_run_prefill: ["int", "void *session, void **inputs, size_t count"],
  session_run_decode_async: ["int", "void *session, LiteRtLmStream *callback, void *data"],
  sampler_params_create: ["void *", "int type"],
  sampler_params_delete: ["void", "void *sampler"],
  sampler_params_set_top_k: ["void", "void *sampler, int k"],
  sampler_params_set_top_p: ["void", "void *sampler, float p"],
  sampler_params_set_temperature: ["void", "void *sampler, float temperature"],
  sampler_params_set_seed: ["void", "void *sampler, int seed"],
  input_data_create: ["void *", "int type, void *data, size_t bytes"],
  input_data_delete: ["void", "void *input"],
  conversation_config_create: ["void *", ""],
  conversation_config_delete: ["void", "void *config"],
  conversation_config_set_session_config: ["void", "void *config, void *session"],
  conversation_config_set_prompt_template: ["void", "void *config, str template"],
  conversation_config_set_constraint_provider: ["void", "void *config, int *provider"],
  conversation_config_set_enable_constrained_decoding: ["void", "void *config, bool enable"],
  conversation_create: ["void *", "void *engine, void *config"],
  conversation_delete: ["void", "void *conversation"],
  conversation_cancel_process: ["void", "void *conversation"],
  conversation_send_message_stream: ["int", "void *conversation, str message, str context, void *arguments, LiteRtLmStream *callback, void *data"],
  conversation_optional_args_create: ["void *", ""],
  conversation_optional_args_delete: ["void", "void *arguments"],
  conversation_optional_args_set_constraint: ["void", "void *arguments, int type, str constraint"],
  conversation_optional_args_set_repetition_penalty_config: ["void", "void *arguments, void *penalties"],
  repetition_penalty_config_create: ["void *", ""],
  repetition_penalty_config_delete: ["void", "void *penalties"],
  repetition_penalty_config_set_repetition_penalty: ["void", "void *penalties, float penalty"],
  repetition_penalty_config_set_presence_penalty: ["void", "void *penalties, float penalty"],
  repetition_penalty_config_set_frequency_penalty: ["void", "void *penalties, float penalty"],
  stream_chunk_get_text: ["void *", "void *chunk"],
  stream_chunk_get_error: ["str", "void *chunk"],
  stream_chunk_is_final: ["bool", "void *chunk"],
} as const satisfies Record<string, readonly [result: string, parameters: string]>;
type FunctionName = keyof typeof functions;

export interface CApi {
  call(name: FunctionName, ...values: readonly unknown[]): unknown;
  /** The same on another thread, so that this one goes on. */
  callAsync(name: FunctionName, ...values: readonly unknown[]): Promise<unknown>;
  /** So many 32-bit integers. */
  integersAt(pointer: Pointer, count: number): number[];
  /** The bytes before the zero that ends them: a piece of an answer may end inside a character. */
  bytesAt(text: Pointer): Uint8Array;
  /** A function that the library may call from any thread; it runs on this one. `release` it once the library is done with it. */
  stream(listener: (chunk: Pointer) => void): { pointer: Pointer; release(): void };
}

const opened = new Map<string, CApi>();

/** Opens the library at a path, once. @throws whatever koffi says. */
export async function openCApi(path: string): Promise<CApi> {
  const { default: koffi } = await import("koffi");
  const found = opened.get(path) ?? bind(koffi, path);
  opened.set(path, found);
  return found;
}

function bind(koffi: Koffi, path: string): CApi {
  const library = koffi.load(path);
  // Types are named once in a process, whatever libraries there are.
  if (opened.size === 0) koffi.proto("void LiteRtLmStream(void *data, void *chunk)");
  const bound = Object.fromEntries(
    Object.entries(functions).map(([name, [result, parameters]]) => [
      name,
      library.func(`${result} litert_lm_${name}(${parameters || "void"})`) as KoffiFunction,
    ]),
  ) as Record<FunctionName, KoffiFunction>;
  return {
    call: (name, ...values) => bound[name](...values),
    callAsync: (name, ...values) =>
      new Promise((resolve, reject) => bound[name].async(...values, (error: unknown, result: unknown) => (error ? reject(error) : resolve(result)))),
    integersAt: (pointer, count) => (count === 0 ? [] : [...(koffi.decode(pointer, "int", count) as Int32Array)]),
    bytesAt(text) {
      const bytes: number[] = [];
      if (!text) return new Uint8Array();
      for (;;) {
        const byte = koffi.decode(text, bytes.length, "uint8_t") as number;
        if (byte === 0) break;
        bytes.push(byte);
      }
      return Uint8Array.from(bytes);
    },
    stream(listener) {
      const pointer = koffi.register((_data: unknown, chunk: Pointer) => listener(chunk), koffi.pointer("LiteRtLmStream"));
      return { pointer, release: () => koffi.unregister(pointer) };
    },
  };
}
