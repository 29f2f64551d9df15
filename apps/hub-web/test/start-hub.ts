import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../bin/tenfold-hub.mjs", import.meta.url));

export interface HubProcess {
  readonly child: ChildProcess;
  /** Everything it has said so far. */
  output(): string;
  /** The URL it ends its start with. Rejects when it ends before. */
  ready(): Promise<string>;
  /** Sends a signal and answers how the process ended. */
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
  /** How the process ended by itself. */
  ended(): Promise<number | NodeJS.Signals | null>;
}

/** Starts the real command in a process of its own, on a free port unless told otherwise. */
export function startHub(environment: Record<string, string>, words: readonly string[] = ["start"]): HubProcess {
  const child = spawn(process.execPath, [program, ...words], {
    env: { ...process.env, DATABASE_URL: undefined, PORT: "0", HOST: "127.0.0.1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const exited = once(child, "close").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null);
  return {
    child,
    output: () => output,
    async ready() {
      for (;;) {
        const url = /ready: (http:\S+)/.exec(output)?.[1];
        if (url !== undefined) return url;
        const ended = await Promise.race([once(child.stdout, "data").then(() => false), exited.then(() => true)]);
        if (ended) throw new Error(`the hub ended before it was ready:\n${output}`);
      }
    },
    end(signal = "SIGTERM") {
      child.kill(signal);
      return exited;
    },
    ended: () => exited,
  };
}
