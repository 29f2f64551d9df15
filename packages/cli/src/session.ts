import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { TenfoldError } from "@tenfold/catalog";
import { createTenfold, type Log, type Tenfold } from "@tenfold/core";
import { defaultHome, nodePlatform } from "@tenfold/core/node";
import { exitCodeOf, interruptedExitCode } from "./exit-codes.ts";
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
  stdout: TextStream;
  stderr: TextStream;
  stdin: AsyncIterable<Uint8Array | string> & { isTTY?: boolean };
  environment: Readonly<Record<string, string | undefined>>;
  /** Runs a command to its exit code; Ctrl-C aborts the signal. */
  run(command: (signal: AbortSignal) => Promise<void>, options: GlobalOptions): Promise<void>;
}

export const defaultHub = "http://127.0.0.1:3210";

export function processSession(process: NodeJS.Process): Session {
  const session: Session = {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    environment: process.env,
    async run(command, options) {
      const abort = new AbortController();
      const interrupt = () => {
        // A second Ctrl-C does not wait for anything.
        process.once("SIGINT", () => process.exit(interruptedExitCode));
        abort.abort(new DOMException("Interrupted", "AbortError"));
      };
      process.once("SIGINT", interrupt);
      process.once("SIGTERM", interrupt);
      // A reader that has seen enough, like head, ends the output and with it the work.
      process.stdout.once("error", (error: NodeJS.ErrnoException) => {
        if (error.code === "EPIPE") abort.abort(error);
      });
      try {
        await command(abort.signal);
      } catch (error) {
        if (abort.signal.aborted) {
          process.stderr.write("\nInterrupted. What was downloaded is kept: the same command goes on from there.\n");
          process.exitCode = interruptedExitCode;
        } else {
          process.stderr.write(describeError(error, { json: options.json ?? false, verbose: options.verbose ?? false }));
          process.exitCode = exitCodeOf(error);
        }
      } finally {
        process.removeListener("SIGINT", interrupt);
        process.removeListener("SIGTERM", interrupt);
      }
    },
  };
  return session;
}

export function hubsOf(session: Pick<Session, "environment">, options: GlobalOptions): readonly string[] {
  if (options.hub?.length) return options.hub;
  const named = session.environment.TENFOLD_HUB?.split(",").map((hub) => hub.trim());
  return named?.filter(Boolean).length ? named.filter(Boolean) : [defaultHub];
}

export function homeOf(session: Pick<Session, "environment">, options: GlobalOptions): string {
  return options.home ?? defaultHome(session.environment);
}

export function openTenfold(session: Session, options: GlobalOptions): Tenfold {
  const { HF_ENDPOINT, HF_TOKEN } = session.environment;
  return createTenfold({
    adapters: [llamaCpp()],
    catalogs: hubsOf(session, options),
    platform: nodePlatform({ home: homeOf(session, options) }),
    log: logTo(session, options),
    huggingFace: { ...(HF_ENDPOINT ? { endpoint: HF_ENDPOINT } : {}), ...(HF_TOKEN ? { token: HF_TOKEN } : {}) },
  });
}

function logTo({ stderr }: Session, { verbose }: GlobalOptions): Log {
  return (level, message) => {
    if (level === "debug" || level === "info" ? verbose : true) stderr.write(`${level === "info" ? "" : `${level}: `}${message}\n`);
  };
}

/** "tenfold-tiny:gguf-f16" names a model and a variant. */
export function splitModelName(name: string): { model: string; variant?: string } {
  const [model = "", variant, ...rest] = name.split(":");
  if (model === "" || variant === "" || rest.length > 0) {
    throw new TenfoldError("invalid-input", `${name} is not a model's name.`, { remedy: "Write MODEL or MODEL:VARIANT, as `tenfold list` and `tenfold show` print them." });
  }
  return variant === undefined ? { model } : { model, variant };
}
