import type { CApi, Pointer } from "./c-api.ts";

export interface EngineOptions {
  path: string;
  threads: number;
  contextSize: number;
}

export interface Sampler {
  topK: number;
  topP: number;
  temperature: number;
  seed: number;
}

/** One answer. */
export interface Session {
  prefill(prompt: string): Promise<void>;
  /** Gives pieces of text as they come. @returns whether the context was full before the answer ended. */
  decode(onText: (text: string) => void): Promise<{ full: boolean }>;
  /** Ends what runs soon; it resolves then. */
  cancel(): void;
  delete(): void;
}

export interface Engine {
  /** There may be one at a time. */
  createSession(sampler: Sampler, mostTokens: number): Session;
  delete(): Promise<void>;
}

const severityError = 4;
const floats32 = 0;
const inputText = 0;
/** Greedy and top-k answer "not implemented" on the CPU; top-p with one candidate is greedy. */
const topPSampler = 2;

/** Loads a model. @throws Error with the library's words. */
export async function createEngine(api: CApi, { path, threads, contextSize }: EngineOptions): Promise<Engine> {
  api.call("set_min_log_level", severityError);
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
    createSession: (sampler, mostTokens) => createSession(api, engine, sampler, mostTokens),
    async delete() {
      await api.callAsync("engine_delete", engine);
    },
  };
}

function createSession(api: CApi, engine: Pointer, { topK, topP, temperature, seed }: Sampler, mostTokens: number): Session {
  const config = required(api, api.call("session_config_create"), "a session's settings");
  const sampler = required(api, api.call("sampler_params_create", topPSampler), "a sampler");
  let session: Pointer;
  try {
    api.call("sampler_params_set_top_k", sampler, topK);
    api.call("sampler_params_set_top_p", sampler, topP);
    api.call("sampler_params_set_temperature", sampler, temperature);
    api.call("sampler_params_set_seed", sampler, seed);
    api.call("session_config_set_sampler_params", config, sampler);
    api.call("session_config_set_apply_prompt_template", config, false);
    api.call("session_config_set_max_output_tokens", config, mostTokens);
    session = required(api, api.call("engine_create_session", engine, config), "a session");
  } finally {
    api.call("sampler_params_delete", sampler);
    api.call("session_config_delete", config);
  }
  return {
    async prefill(prompt) {
      const bytes = Buffer.from(prompt);
      const input = required(api, api.call("input_data_create", inputText, bytes, bytes.length), "an input");
      try {
        if ((await api.callAsync("session_run_prefill", session, [input], 1)) !== 0) throw failure(api, "The prompt was refused");
      } finally {
        api.call("input_data_delete", input);
      }
    },
    decode: (onText) => decode(api, session, onText),
    cancel: () => void api.call("session_cancel_process", session),
    delete: () => void api.call("session_delete", session),
  };
}

async function decode(api: CApi, session: Pointer, onText: (text: string) => void): Promise<{ full: boolean }> {
  // Calls from another thread do not keep a process alive.
  const alive = setInterval(() => {}, 2 ** 30);
  const decoder = new TextDecoder();
  let release = () => {};
  try {
    return await new Promise((resolve, reject) => {
      const stream = api.stream((chunk) => {
        const error = api.call("stream_chunk_get_error", chunk) as string | null;
        if (error) {
          if (/Max number of tokens/.test(error)) resolve({ full: true });
          else if (/CANCELLED/i.test(error)) resolve({ full: false });
          else reject(new Error(error));
          return;
        }
        const final = api.call("stream_chunk_is_final", chunk) === true;
        const text = decoder.decode(api.bytesAt(api.call("stream_chunk_get_text", chunk)), { stream: !final });
        if (text) onText(text);
        if (final) resolve({ full: false });
      });
      release = stream.release;
      if (api.call("session_run_decode_async", session, stream.pointer, null) !== 0) reject(failure(api, "Decoding did not begin"));
    });
  } finally {
    clearInterval(alive);
    // The library may still be inside the last call.
    setImmediate(release);
  }
}

function required(api: CApi, pointer: Pointer, what: string): Pointer {
  if (pointer) return pointer;
  throw failure(api, `LiteRT-LM could not make ${what}`);
}

function failure(api: CApi, what: string): Error {
  const message = api.call("get_last_error_message") as string | null;
  return new Error(message ? `${what}: ${message}` : `${what}.`);
}
