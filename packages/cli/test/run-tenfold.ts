import { CommanderError } from "commander";
import { createProgram } from "../src/program.ts";
import type { Session } from "../src/session.ts";

export interface Outcome {
  stdout: string;
  stderr: string;
  exitCode: number;
}

export interface RunSettings {
  home: string;
  hub?: string;
  /** Variables besides those that name home and hub. */
  environment?: Readonly<Record<string, string>>;
  input?: string;
  /** The input is typed at a terminal. */
  terminal?: boolean;
  /** Called with every piece of standard error; may ask for an interruption, as Ctrl-C does. */
  onStderr?: (text: string, interrupt: () => void) => void;
  /** The same for standard output. */
  onStdout?: (text: string, interrupt: () => void) => void;
}

/** Runs a command in this process, with everything around it real but the terminal. */
export async function runTenfold(words: readonly string[], { home, hub, environment, input, terminal, onStderr, onStdout }: RunSettings): Promise<Outcome> {
  const outcome: Outcome = { stdout: "", stderr: "", exitCode: 0 };
  let interrupt = () => {};
  const session: Session = {
    stdout: {
      write(text) {
        outcome.stdout += text;
        onStdout?.(text, () => interrupt());
      },
    },
    stderr: {
      write(text) {
        outcome.stderr += text;
        onStderr?.(text, () => interrupt());
      },
    },
    stdin: Object.assign(
      (async function* () {
        if (input !== undefined) yield new TextEncoder().encode(input);
      })(),
      { isTTY: terminal ?? input === undefined },
    ),
    environment: { ...environment, TENFOLD_HOME: home, ...(hub ? { TENFOLD_HUB: hub } : {}) },
    get exitCode() {
      return outcome.exitCode;
    },
    set exitCode(code) {
      outcome.exitCode = code;
    },
    onInterrupt(listener) {
      interrupt = listener;
      return () => {};
    },
  };
  try {
    await createProgram(session).parseAsync(["node", "tenfold", ...words]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
  }
  return outcome;
}
