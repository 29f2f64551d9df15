import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { TenfoldError } from "@tenfold/catalog";
import type { Log } from "@tenfold/core";
import { createPipePort } from "../pipe-port.ts";
import type { Port } from "../port.ts";
import { createLineTail } from "./line-tail.ts";

export interface HostCommand {
  program: string;
  arguments: readonly string[];
  /** All of it: nothing else is inherited. */
  environment: Readonly<Record<string, string>>;
}

export interface HostProcess {
  readonly port: Port;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

/** How long a host that was told to end may take before it is killed. */
const graceMs = 5000;
/** Descriptors of a host: 0 requests, 1 and 2 what native code prints, 3 answers, 4 stays open as long as the parent lives. */
const [answers, lifeline] = [3, 4];

/**
 * Starts a host. What it prints goes to the log. When it dies, all who wait are told how, with the last lines that it printed.
 * @throws TenfoldError `framework-unavailable` when the program does not start.
 */
export async function spawnHost({ program, arguments: programArguments, environment }: HostCommand, log: Log): Promise<HostProcess> {
  const child = spawn(program, programArguments, { env: environment as NodeJS.ProcessEnv, stdio: ["pipe", "pipe", "pipe", "pipe", "pipe"], windowsHide: true });
  const tail = createLineTail((line) => log("debug", line, { host: child.pid }));
  child.stdout.on("data", tail.push);
  child.stderr.on("data", tail.push);
  const gone = once(child, "close").then(() => {});
  gone.catch(() => {});
  try {
    await once(child, "spawn");
  } catch (error) {
    throw TenfoldError.from(error, "framework-unavailable", `The host process ${program} does not start`);
  }
  log("debug", "A host process started.", { host: child.pid });
  const pipes = child.stdio.filter((pipe) => pipe !== null) as unknown as Socket[];
  // A pipe that breaks is one whose process is gone, which is told once, by its end.
  for (const pipe of pipes) pipe.on("error", () => {});
  let grace: NodeJS.Timeout | undefined;
  void gone.then(
    () => clearTimeout(grace),
    () => {},
  );
  const port = createPipePort({
    incoming: child.stdio[answers] as Socket,
    outgoing: child.stdin,
    async whyEnded(broken) {
      // Without its answers a host is of no use, whether it still lives or not.
      child.kill("SIGKILL");
      await gone;
      return deathOf(child, broken, tail.lines());
    },
    ref: () => both(child, pipes, "ref"),
    unref: () => both(child, pipes, "unref"),
  });
  return {
    gone,
    port: {
      ...port,
      close() {
        port.close?.();
        (child.stdio[lifeline] as Socket).end();
        grace ??= setTimeout(() => child.kill("SIGKILL"), graceMs).unref();
      },
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

function both(child: ChildProcess, pipes: readonly Socket[], what: "ref" | "unref"): void {
  child[what]();
  for (const pipe of pipes) pipe[what]();
}

const memoryWords = /bad_alloc|out of memory|failed to allocate|cannot allocate|allocation failed/i;

function deathOf({ exitCode, signalCode }: ChildProcess, broken: Error | undefined, lines: readonly string[]): TenfoldError {
  const details = { exitCode, signal: signalCode, lines };
  if (broken) return new TenfoldError("crashed", `The host process sent ${broken.message}; it was ended.`, { details });
  const how = signalCode ? `was ended by ${signalCode}` : `ended with code ${exitCode}`;
  if (lines.some((line) => memoryWords.test(line))) return new TenfoldError("out-of-memory", `The process that ran the model ran out of memory.`, { details });
  return new TenfoldError("crashed", `The process that ran the model ${how}.`, { details });
}
