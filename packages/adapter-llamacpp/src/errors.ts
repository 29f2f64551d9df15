import { type ErrorCode, TenfoldError } from "@tenfold/catalog";

interface NativeErrorRule {
  /** Tested against the error's name and message. */
  pattern: RegExp;
  code: ErrorCode;
  remedy?: string;
}

/** What llama.cpp and its libraries say, and what it means. The first rule that fits decides. */
const rules: readonly NativeErrorRule[] = [
  {
    pattern: /Cannot find (?:package|module) '?node-llama-cpp|ERR_MODULE_NOT_FOUND/,
    code: "framework-unavailable",
    remedy: "Install the package node-llama-cpp beside @tenfold/adapter-llamacpp.",
  },
  {
    pattern: /@wllama\/wllama|dynamically imported module/,
    code: "framework-unavailable",
    remedy: "Install the package @wllama/wllama beside @tenfold/adapter-llamacpp.",
  },
  {
    pattern: /llama\.rn|RNLlama/,
    code: "framework-unavailable",
    remedy: "Install the package llama.rn beside @tenfold/adapter-llamacpp, and build the application anew.",
  },
  { pattern: /does not fit into (?:physical )?batch|Running out of context cache/, code: "context-overflow" },
  {
    pattern: /NoBinaryFound|no (?:prebuilt )?binary|prebuilt binar|libgomp|GLIBC|GLIBCXX/i,
    code: "framework-unavailable",
    remedy: "node-llama-cpp has no build of llama.cpp that runs on this machine; see its documentation for the platforms it supports.",
  },
  {
    pattern: /insufficient ?memory|not enough (?:V?RAM|memory)|too large for the available|out of memory|bad_alloc|failed to (?:allocate|create context)/i,
    code: "out-of-memory",
  },
  { pattern: /disposed/i, code: "disposed" },
  { pattern: /Failed to load model|unknown model architecture|unsupported model|model is corrupted/i, code: "load-failed" },
  { pattern: /grammar|json schema|gbnf/i, code: "unsupported-request", remedy: "Simplify the JSON Schema of the response format, or leave it out." },
];

/** A native error as a TenfoldError; one that is a TenfoldError stays as it is. */
export function fromNative(error: unknown, fallback: ErrorCode, context: string): TenfoldError {
  if (TenfoldError.is(error)) return error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const rule = rules.find(({ pattern }) => pattern.test(text));
  return TenfoldError.from(error, rule?.code ?? fallback, context, { framework: "llama.cpp", ...(rule?.remedy ? { remedy: rule.remedy } : {}) });
}

export function disposedError(): TenfoldError {
  return new TenfoldError("disposed", "The model was disposed.", { framework: "llama.cpp" });
}
