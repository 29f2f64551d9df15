import type { CApi, Pointer } from "./c-api.ts";
import { readStream } from "./read-stream.ts";
import { failure, required } from "./required.ts";

export interface Sampler {
  topK: number;
  topP: number;
  temperature: number;
  seed: number;
}

/** A cache with a sampler of its own. */
export interface Session {
  /** Text behind what is in the cache. */
  prefill(text: string): Promise<void>;
  /** Gives pieces of text as they come. @returns whether the context was full before the answer ended. */
  decode(onText: (text: string) => void): Promise<{ full: boolean }>;
  /** Ends what runs soon; it resolves then. */
  cancel(): void;
  delete(): void;
}

const inputText = 0;
/** Greedy and top-k answer "not implemented" on the CPU; top-p with one candidate is greedy. */
const topPSampler = 2;

/** Settings of a session, to be deleted by who asked for them. */
export function createSessionConfig(api: CApi, { topK, topP, temperature, seed }: Sampler, mostTokens: number): Pointer {
  const config = required(api, api.call("session_config_create"), "a session's settings");
  try {
    const sampler = required(api, api.call("sampler_params_create", topPSampler), "a sampler");
    api.call("sampler_params_set_top_k", sampler, topK);
    api.call("sampler_params_set_top_p", sampler, topP);
    api.call("sampler_params_set_temperature", sampler, temperature);
    api.call("sampler_params_set_seed", sampler, seed);
    api.call("session_config_set_sampler_params", config, sampler);
    api.call("sampler_params_delete", sampler);
    api.call("session_config_set_apply_prompt_template", config, false);
    // The caller counts: where this limit ends an answer, the library drops the text that it holds back.
    api.call("session_config_set_max_output_tokens", config, mostTokens);
    return config;
  } catch (error) {
    api.call("session_config_delete", config);
    throw error;
  }
}

/** @throws Error with the library's words. */
export function createSession(api: CApi, engine: Pointer, sampler: Sampler, mostTokens: number): Session {
  const config = createSessionConfig(api, sampler, mostTokens);
  let session: Pointer;
  try {
    session = required(api, api.call("engine_create_session", engine, config), "a session");
  } finally {
    api.call("session_config_delete", config);
  }
  return {
    async prefill(text) {
      const bytes = Buffer.from(text);
      const input = required(api, api.call("input_data_create", inputText, bytes, bytes.length), "an input");
      try {
        if ((await api.callAsync("session_run_prefill", session, [input], 1)) !== 0) throw failure(api, "The prompt was refused");
      } finally {
        api.call("input_data_delete", input);
      }
    },
    decode(onText) {
      const decoder = new TextDecoder();
      return readStream(
        api,
        (callback) => api.call("session_run_decode_async", session, callback, null),
        (bytes, final) => {
          const text = decoder.decode(bytes, { stream: !final });
          if (text) onText(text);
        },
      );
    },
    cancel: () => void api.call("session_cancel_process", session),
    delete: () => void api.call("session_delete", session),
  };
}
