// LiteRT-LM alone, as its own benchmark measures it: node litert-lm.mjs LIBRARY MODEL PREFILL DECODE THREADS
// Its benchmark computes so many tokens of a prompt and writes so many, whatever the model says.
import koffi from "koffi";

const [path, model, prefill, decode, threads] = process.argv.slice(2);
const library = koffi.load(path);
const api = (result, name, parameters) => library.func(`${result} litert_lm_${name}(${parameters})`);
api("void", "set_min_log_level", "int level")(3);
const settings = api("void *", "engine_settings_create", "str path, str backend, str vision, str audio")(model, "cpu", null, null);
api("void", "engine_settings_set_num_threads", "void *settings, int threads")(settings, Number(threads));
api("void", "engine_settings_set_max_num_tokens", "void *settings, int tokens")(settings, 512);
// As the adapter does: it would write beside the model.
api("void", "engine_settings_set_cache_dir", "void *settings, str folder")(settings, ":nocache");
api("void", "engine_settings_enable_benchmark", "void *settings")(settings);
api("void", "engine_settings_set_num_prefill_tokens", "void *settings, int tokens")(settings, Number(prefill));
api("void", "engine_settings_set_num_decode_tokens", "void *settings, int tokens")(settings, Number(decode));
const engine = api("void *", "engine_create", "void *settings")(settings);
if (!engine) throw new Error(api("str", "get_last_error_message", "void")() ?? "LiteRT-LM could not load the model.");
const session = api("void *", "engine_create_session", "void *engine, void *config")(engine, null);
const text = Buffer.from("Once upon a time");
const input = api("void *", "input_data_create", "int type, void *data, size_t bytes")(0, text, text.length);
if (api("int", "session_run_prefill", "void *session, void **inputs, size_t count")(session, [input], 1) !== 0) throw new Error("The prompt failed.");
api("void *", "session_run_decode", "void *session")(session);
const info = api("void *", "session_get_benchmark_info", "void *session")(session);
const at = (name) => api("double", `benchmark_info_get_${name}`, "void *info, int index")(info, 0);
const figures = {
  loadMs: api("double", "benchmark_info_get_total_init_time_in_second", "void *info")(info) * 1000,
  timeToFirstTokenMs: api("double", "benchmark_info_get_time_to_first_token", "void *info")(info) * 1000,
  prefillTokensPerSecond: at("prefill_tokens_per_sec_at"),
  decodeTokensPerSecond: at("decode_tokens_per_sec_at"),
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
