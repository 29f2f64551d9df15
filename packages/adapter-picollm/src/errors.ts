import { type ErrorCode, TenfoldError, type TenfoldErrorOptions } from "@tenfold/catalog";
import { picoLlmProfile } from "./profile.ts";

export const framework = picoLlmProfile.framework;

/** The vendor's error classes by name. Classes are compared, not names: a minifier renames them. */
export type VendorErrors = Readonly<Record<VendorErrorName, abstract new (...parts: never[]) => Error>>;

interface Meaning {
  /** Absent: whatever was being done failed. */
  code?: ErrorCode;
  remedy?: string;
  retryable?: boolean;
}

/** What each of the vendor's errors means. */
const meanings = {
  PicoLLMOutOfMemoryError: { code: "out-of-memory" },
  PicoLLMIOError: { remedy: "Check that the model's file can be read and is whole, and that Picovoice's servers are in reach." },
  PicoLLMInvalidArgumentError: { remedy: "Check that the file is a model from Picovoice Console for this version of picoLLM; it may be damaged." },
  PicoLLMStopIterationError: {},
  PicoLLMKeyError: { code: "unauthorized", remedy: "Copy the AccessKey from Picovoice Console again, and check that the model belongs to that account." },
  PicoLLMInvalidStateError: { remedy: "Load the model anew." },
  PicoLLMRuntimeError: { remedy: 'Try again; if it happens again, load the model on the CPU: accelerator: "cpu".' },
  PicoLLMActivationError: {
    code: "unauthorized",
    remedy: "Check the AccessKey, and that Picovoice's servers are in reach: picoLLM asks them while it loads a model.",
    retryable: true,
  },
  PicoLLMActivationLimitReachedError: {
    code: "unauthorized",
    remedy: "The account has used up what its plan allows: see Picovoice Console, and wait until it begins anew or change the plan.",
  },
  PicoLLMActivationThrottledError: {
    code: "unauthorized",
    remedy: "Picovoice's servers were asked too often: wait some minutes and load again.",
    retryable: true,
  },
  PicoLLMActivationRefusedError: { code: "unauthorized", remedy: "Picovoice refuses this AccessKey: see its state in Picovoice Console, or take another." },
} as const satisfies Record<string, Meaning>;

export type VendorErrorName = keyof typeof meanings;
export const vendorErrorNames = Object.keys(meanings) as readonly VendorErrorName[];

/** A package that is not there, or not for this platform. */
const missing = /Cannot find (?:package|module)|ERR_MODULE_NOT_FOUND|Failed to resolve module specifier|Failed to fetch dynamically imported/;
const notForHere = /is not supported by this library|Unsupported CPU|Unsupported Browser|does not support running on main thread|ERR_DLOPEN_FAILED|GLIBC/;

/**
 * A failure of picoLLM as a TenfoldError; one that is a TenfoldError stays as it is.
 * @param errors absent where the package could not be imported.
 */
export function fromVendor(error: unknown, errors: VendorErrors | undefined, fallback: ErrorCode, context: string): TenfoldError {
  if (TenfoldError.is(error)) return error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (missing.test(text)) {
    const remedy = "Install @picovoice/picollm-node 2.1.4 beside @tenfold/adapter-picollm; in browsers @picovoice/picollm-web.";
    return new TenfoldError("framework-unavailable", `${context}: its package is not installed.`, { framework, cause: error, remedy });
  }
  if (notForHere.test(text)) {
    const remedy =
      "picoLLM runs on Linux (x86-64), macOS, Windows and Raspberry Pi 3 to 5, and in pages that are cross-origin isolated; choose another framework here.";
    return TenfoldError.from(error, "framework-unavailable", context, { framework, remedy });
  }
  const name = errors && vendorErrorNames.find((one) => error instanceof errors[one]);
  const meaning: Meaning = name ? meanings[name] : {};
  const options: TenfoldErrorOptions = {
    framework,
    ...(meaning.code === "unauthorized" ? { stage: "initialization" } : {}),
    ...(meaning.remedy ? { remedy: meaning.remedy } : {}),
    ...(meaning.retryable === undefined ? {} : { retryable: meaning.retryable }),
    // Numbers of places in the vendor's code, which its support asks for.
    details: { ...(name ? { vendorError: name } : {}), messages: messagesOf(error) },
  };
  return new TenfoldError(meaning.code ?? fallback, `${context}: ${firstLine(error)}`, { ...options, cause: error });
}

function messagesOf(error: unknown): readonly string[] {
  const stack = typeof error === "object" && error !== null && "messageStack" in error ? error.messageStack : undefined;
  return Array.isArray(stack) ? stack.map(String) : [];
}

function firstLine(error: unknown): string {
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return line.replace(/:\s*$/, "");
}
