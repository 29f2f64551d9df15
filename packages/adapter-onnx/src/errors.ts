import { type ErrorCode, TenfoldError } from "@tenfold/catalog";

interface NativeErrorRule {
  /** Tested against the error's name and message. */
  pattern: RegExp;
  code: ErrorCode;
  remedy?: string;
}

/** What ONNX Runtime and the ways to it say, and what it means. The first rule that fits decides. */
const rules: readonly NativeErrorRule[] = [
  {
    pattern: /Cannot find (?:package|module) '?onnxruntime|ERR_MODULE_NOT_FOUND|Failed to resolve module specifier/,
    code: "framework-unavailable",
    remedy: "Install onnxruntime-node beside @tenfold/adapter-onnx; in browsers onnxruntime-web, in React Native onnxruntime-react-native.",
  },
  {
    pattern: /Failed to fetch dynamically imported|failed to asynchronously prepare wasm|no available backend|expected magic word/i,
    code: "framework-unavailable",
    remedy: "Serve the files ort-wasm-simd-threaded.* of onnxruntime-web, and pass their folder as the option wasm.",
  },
  { pattern: /bad_alloc|Failed to allocate|out of memory|Array buffer allocation failed/i, code: "out-of-memory" },
  {
    pattern: /is not a registered function\/op|Could not find an implementation|NOT_IMPLEMENTED/i,
    code: "unsupported-format",
    remedy: "Export the model again with operators that this version of ONNX Runtime has.",
  },
  { pattern: /INVALID_PROTOBUF|INVALID_GRAPH|NO_SUCHFILE|Deserialize|Load model .* failed/i, code: "load-failed" },
];

/** A native error as a TenfoldError; one that is a TenfoldError stays as it is. */
export function fromNative(error: unknown, fallback: ErrorCode, context: string): TenfoldError {
  if (TenfoldError.is(error)) return error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const rule = rules.find(({ pattern }) => pattern.test(text));
  return TenfoldError.from(error, rule?.code ?? fallback, context, { framework: "onnx-runtime", ...(rule?.remedy ? { remedy: rule.remedy } : {}) });
}
