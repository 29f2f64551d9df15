import { coreMl, foundationModels, mlx, swiftTransformers } from "@tenfold/adapter-apple-native";
import { executorch } from "@tenfold/adapter-executorch";
import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { mlc } from "@tenfold/adapter-mlc";
import { onnx } from "@tenfold/adapter-onnx";
import { picoLlm } from "@tenfold/adapter-picollm";
import { liteRt, liteRtLm } from "@tenfold/adapter-tflite";
import { TenfoldError } from "@tenfold/catalog";
import { createTenfold, type Log, type MemoryOptions, modelIdOf, type Platform, type Tenfold } from "@tenfold/core";
import { createHuggingFaceSource, type HuggingFaceSource } from "@tenfold/core/hugging-face";
import { defaultHome, nodePlatform } from "@tenfold/core/node";
import { credentialsOf } from "./credentials.ts";
import { exitCodeOf, interruptedExitCode } from "./exit-codes.ts";
import { proxiedFetch } from "./proxied-fetch.ts";
import { describeError } from "./terminal/describe-error.ts";
import type { TextStream } from "./terminal/text-stream.ts";

/** What every command takes. */
export interface GlobalOptions {
  hub?: readonly string[];
  home?: string;
  json?: boolean;
  verbose?: boolean;
}

/** The surroundings of one command: where it writes, what it was told by the environment, and how it ends. */
export interface Session {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly stdin: AsyncIterable<Uint8Array | string> & { isTTY?: boolean; destroy?(): unknown };
  readonly environment: Readonly<Record<string, string | undefined>>;
  exitCode: number;
  /** Calls back when the user wants to stop, or nobody reads the output any more. Returns the function that ends it. */
  onInterrupt(listener: () => void): () => void;
}

export const defaultHub = "http://127.0.0.1:3210";

export function processSession(process: NodeJS.Process): Session {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    environment: process.env,
    get exitCode() {
      return Number(process.exitCode ?? 0);
    },
    set exitCode(code) {
      process.exitCode = code;
    },
    onInterrupt(listener) {
      const interrupt = () => {
        // A second Ctrl-C does not wait for anything.
        process.once("SIGINT", () => process.exit(interruptedExitCode));
        listener();
      };
      const unread = (error: NodeJS.ErrnoException) => {
        if (error.code === "EPIPE") listener();
      };
      process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
      process.stdout.on("error", unread);
      return () => void process.removeListener("SIGINT", interrupt).removeListener("SIGTERM", interrupt);
    },
  };
}

/** Runs a command to its exit code and says what went wrong. */
export async function runCommand(session: Session, options: GlobalOptions, command: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const abort = new AbortController();
  const ended = session.onInterrupt(() => abort.abort(new DOMException("Interrupted", "AbortError")));
  try {
    await command(abort.signal);
  } catch (error) {
    if (abort.signal.aborted) session.stderr.write("\nInterrupted. What was downloaded is kept: the same command goes on from there.\n");
    else session.stderr.write(describeError(error, { json: options.json ?? false, verbose: options.verbose ?? false }));
    session.exitCode = abort.signal.aborted ? interruptedExitCode : exitCodeOf(error);
  } finally {
    ended();
  }
}

export function hubsOf(session: Pick<Session, "environment">, options: GlobalOptions): readonly string[] {
  if (options.hub?.length) return options.hub;
  const named = session.environment.TENFOLD_HUB?.split(",").map((hub) => hub.trim());
  return named?.filter(Boolean).length ? named.filter(Boolean) : [defaultHub];
}

/** Options with the hubs that were added to the store, where neither an option nor the environment names any. */
export async function withAddedHubs<Options extends GlobalOptions>(session: Session, options: Options): Promise<Options> {
  if (options.hub?.length || session.environment.TENFOLD_HUB) return options;
  // Late: it brings the code that checks signatures, which most commands do not need.
  const { createHubList } = await import("@tenfold/core/trust");
  const added = await createHubList(openPlatform(session, options)).list();
  return added.length > 0 ? { ...options, hub: added.map(({ url }) => url) } : options;
}

export function homeOf(session: Pick<Session, "environment">, options: GlobalOptions): string {
  return options.home ?? defaultHome(session.environment);
}

export function openPlatform(session: Session, options: GlobalOptions): Platform {
  const fetch = proxiedFetch(session.environment);
  return nodePlatform({ home: homeOf(session, options), ...(fetch ? { fetch } : {}) });
}

/** Who is asked about models. The Hugging Face Hub learns only of what is asked of it. */
export type Asked = "hubs" | "hugging-face";

/** Whom a name is asked of: "hf:owner/name", or the id that was made of it. */
export function askedFor(model: string): Asked {
  return /^hf(?::|--)/.test(model) ? "hugging-face" : "hubs";
}

export function openTenfold(session: Session, options: GlobalOptions, asked: Asked = "hubs", memory?: MemoryOptions): Tenfold {
  const credentials = credentialsOf(session.environment);
  const { TENFOLD_PYTHON: python, TENFOLD_APPLE_HOST: hostPath, PICOVOICE_ACCESS_KEY: accessKey } = session.environment;
  const apple = hostPath ? { hostPath } : {};
  return createTenfold({
    adapters: [
      ...[llamaCpp(), onnx(), liteRt(), liteRtLm(), executorch()],
      ...[mlx({ ...apple, ...(python ? { python } : {}) }), coreMl(apple), swiftTransformers(apple), foundationModels(apple)],
      ...[mlc(), picoLlm(accessKey ? { accessKey } : {})],
    ],
    ...(asked === "hubs" ? { catalogs: hubsOf(session, options) } : { sources: [openHuggingFace(session, options)] }),
    platform: openPlatform(session, options),
    log: logTo(session, options),
    huggingFace: huggingFaceOf(session),
    ...(credentials ? { credentials } : {}),
    ...(memory ? { memory } : {}),
  });
}

export function openHuggingFace(session: Session, options: GlobalOptions): HuggingFaceSource {
  return createHuggingFaceSource({ platform: openPlatform(session, options), ...huggingFaceOf(session) });
}

function huggingFaceOf({ environment: { HF_ENDPOINT, HF_TOKEN } }: Session): { endpoint?: string; token?: string } {
  return { ...(HF_ENDPOINT ? { endpoint: HF_ENDPOINT } : {}), ...(HF_TOKEN ? { token: HF_TOKEN } : {}) };
}

export function logTo({ stderr }: Session, { verbose }: GlobalOptions): Log {
  return (level, message) => {
    if (level === "debug" || level === "info" ? verbose : true) stderr.write(`${level === "info" ? "" : `${level}: `}${message}\n`);
  };
}

/** "tenfold-tiny:gguf-f16" names a model and a variant; "hf:owner/name:Q4_K_M" one of the Hugging Face Hub and a quantization. */
export function splitModelName(name: string): { model: string; variant?: string } {
  const scheme = name.startsWith("hf:") ? "hf:" : "";
  const [rawModel = "", variant, ...rest] = name.slice(scheme.length).split(":");
  const model = rawModel && scheme + rawModel;
  if (model === "" || variant === "" || rest.length > 0) {
    throw new TenfoldError("invalid-input", `${name} is not a model's name.`, {
      remedy: "Write MODEL or MODEL:VARIANT, as `tenfold list` and `tenfold show` print them.",
    });
  }
  return variant === undefined ? { model } : { model, variant };
}

/** The same of a model in the store, which goes by its id. */
export function splitInstalledName(name: string): { model: string; variant?: string } {
  const { model, ...rest } = splitModelName(name);
  return { model: modelIdOf(model), ...rest };
}
