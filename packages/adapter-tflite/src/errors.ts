import { type ErrorCode, TenfoldError } from "@tenfold/catalog";

interface NativeErrorRule {
  pattern: RegExp;
  code: ErrorCode;
  remedy?: string;
}

/** What the libraries and the ways to them say, and what it means. The first rule that fits decides. */
const rules: readonly NativeErrorRule[] = [
  {
    pattern: /Cannot find (?:package|module) '?@litertjs|Failed to resolve module specifier/,
    code: "framework-unavailable",
    remedy: "Install @litertjs/core beside @tenfold/adapter-tflite.",
  },
  { pattern: /Cannot find (?:package|module) '?koffi/, code: "framework-unavailable", remedy: "Install koffi beside @tenfold/adapter-tflite." },
  {
    pattern: /react-native/,
    code: "framework-unavailable",
    remedy: "Install react-native-fast-tflite for .tflite and react-native-litert-lm for .litertlm in the application, and build it again.",
  },
  {
    pattern: /Failed to fetch|Failed to load shared library|importScripts|expected magic word/i,
    code: "framework-unavailable",
    remedy:
      "See that the library's files are where they belong: `tenfold frameworks add litert-lm`; in browsers serve the folder wasm of @litertjs/core and pass it as the option wasm.",
  },
  {
    pattern: /parse LlmMetadata|Stop tokens are required|Unsupported file format/,
    code: "unsupported-format",
    remedy: "Take the model as .litertlm: LiteRT-LM loads no .task bundles for the web, and none that name no end token.",
  },
  {
    pattern: /LLGuidance constraint/,
    code: "unsupported-request",
    remedy: "Use a JSON Schema that LLGuidance, LiteRT-LM's library for formats, can follow.",
  },
  { pattern: /bad_alloc|RESOURCE_EXHAUSTED|out of memory|Cannot enlarge memory|Array buffer allocation failed/i, code: "out-of-memory" },
  {
    pattern: /unresolved custom op|UNIMPLEMENTED|not supported/i,
    code: "unsupported-format",
    remedy: "Export the model again with operators that this version of LiteRT has.",
  },
];

/** A native error as a TenfoldError; one that is a TenfoldError stays as it is. */
export function fromNative(error: unknown, fallback: ErrorCode, context: string, framework: string): TenfoldError {
  if (TenfoldError.is(error)) return error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const rule = rules.find(({ pattern }) => pattern.test(text));
  return TenfoldError.from(error, rule?.code ?? fallback, context, { framework, ...(rule?.remedy ? { remedy: rule.remedy } : {}) });
}
