import { type ErrorCode, TenfoldError } from "@tenfold/catalog";

interface NativeErrorRule {
  /** Tested against the error's name and message. */
  pattern: RegExp;
  code: ErrorCode;
  remedy?: string;
}

/** What ExecuTorch and the ways to it say, and what it means. The first rule that fits decides. */
const rules: readonly NativeErrorRule[] = [
  {
    pattern: /Cannot find (?:package|module)|ERR_MODULE_NOT_FOUND|Unable to resolve module|Native module .* not found/i,
    code: "framework-unavailable",
    remedy: "Install react-native-executorch beside @tenfold/adapter-executorch, and build the application again.",
  },
  {
    pattern: /error while loading shared libraries|Library not loaded|GLIBC|ENOEXEC|Exec format/,
    code: "framework-unavailable",
    remedy: "Add it again, so that it fits this system: tenfold frameworks add executorch.",
  },
  { pattern: /bad_alloc|out of memory|MemoryAllocationFailed/i, code: "out-of-memory" },
  { pattern: /OperatorMissing|SCHEMA_MISMATCH/, code: "unsupported-format", remedy: "Export the model again for this version of ExecuTorch." },
  { pattern: /LOAD_FAILED|InvalidProgram/, code: "load-failed" },
];

/** A native error as a TenfoldError; one that is a TenfoldError stays as it is. */
export function fromNative(error: unknown, fallback: ErrorCode, context: string): TenfoldError {
  if (TenfoldError.is(error)) return error;
  const { stderr } = error as { stderr?: unknown };
  const text = `${error instanceof Error ? `${error.name}: ${error.message}` : String(error)} ${typeof stderr === "string" ? stderr : ""}`;
  const rule = rules.find(({ pattern }) => pattern.test(text));
  return TenfoldError.from(error, rule?.code ?? fallback, context, { framework: "executorch", ...(rule?.remedy ? { remedy: rule.remedy } : {}) });
}
