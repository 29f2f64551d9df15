import { type ErrorCode, TenfoldError } from "@tenfold/catalog";

interface NativeErrorRule {
  /** Tested against the error's name and message. */
  pattern: RegExp;
  code: ErrorCode;
  /** In place of an error's own words, where nobody would understand them. */
  words?: string;
  remedy?: string;
}

const compiling = "Compile the model library again with the MLC-LLM that belongs to the installed @mlc-ai/web-llm; docs/mlc.md says how.";
const reload = "Load the model again; if it happens again, load a smaller variant or a smaller context size.";

/** What web-llm, TVM and WebGPU say, and what it means. The first rule that fits decides. */
const rules: readonly NativeErrorRule[] = [
  {
    pattern: /Cannot find (?:package|module) '?webgpu/,
    code: "framework-unavailable",
    remedy: "Install webgpu 0.6 beside @tenfold/adapter-mlc.",
  },
  {
    pattern: /Cannot find (?:package|module) '?@react-native-ai|TurboModuleRegistry|MLCEngine' could not be found/,
    code: "framework-unavailable",
    remedy: "Install @react-native-ai/mlc beside @tenfold/adapter-mlc, and build the application with its model libraries.",
  },
  {
    pattern: /Cannot find (?:package|module)|ERR_MODULE_NOT_FOUND|Failed to resolve module specifier|Failed to fetch dynamically imported/,
    code: "framework-unavailable",
    remedy: "Install @mlc-ai/web-llm 0.2.86 beside @tenfold/adapter-mlc.",
  },
  { pattern: /WebGPUNot|compatible GPU|requestAdapter/i, code: "framework-unavailable", remedy: "Use a browser or a machine with a GPU that WebGPU knows." },
  {
    pattern: /DeviceLost|device (?:was|is) lost|A valid external Instance reference no longer exists|ModelNotLoaded|SpecifiedModelNotFound/i,
    code: "generation-failed",
    remedy: `The GPU was taken away, as a rule because its memory was full. ${reload}`,
  },
  { pattern: /out of memory|OOM|bad_alloc|Array buffer allocation|exceeds limit|exceeds the max/i, code: "out-of-memory" },
  {
    pattern: /ShaderF16|FeatureSupport/,
    code: "framework-unavailable",
    remedy: "Choose a variant without 16-bit floats: its quantization is called q4f32_1, or q0f32.",
  },
  // What web-llm says where TVM finds no model in the library.
  { pattern: /reading 'getFunction'/, code: "invalid-format", words: "it holds no compiled model", remedy: compiling },
  { pattern: /LinkError|CompileError|magic word|Cannot find .* in exports|Cannot find required VM|WebAssembly/i, code: "invalid-format", remedy: compiling },
];

/** An error of web-llm as a TenfoldError; one that is a TenfoldError stays as it is. */
export function fromNative(error: unknown, fallback: ErrorCode, context: string): TenfoldError {
  if (TenfoldError.is(error)) return error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const rule = rules.find(({ pattern }) => pattern.test(text));
  const options = { framework: "mlc-llm", ...(rule?.remedy ? { remedy: rule.remedy } : {}) };
  if (rule?.words) return new TenfoldError(rule.code, `${context}: ${rule.words}.`, { ...options, cause: error });
  return TenfoldError.from(error, rule?.code ?? fallback, context, options);
}
