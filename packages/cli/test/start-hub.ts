import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../apps/hub-web/bin/tenfold-hub.mjs", import.meta.url));

export interface RunningHub {
  readonly url: string;
  /** Asks it to stop as a terminal does, and resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** The real hub in a process and a data folder of its own, with the starter catalog of a folder. */
export async function startHub(starterFolder: string): Promise<RunningHub> {
  const data = await mkdtemp(join(tmpdir(), "tenfold-hub-"));
  const child = spawn(process.execPath, [program, "start", "--port", "0", "--data", data], {
    env: { ...process.env, DATABASE_URL: undefined, TENFOLD_HUB_STARTER: starterFolder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await readyUrl(child);
  return {
    url,
    async stop() {
      const exited = child.exitCode === null ? once(child, "exit") : undefined;
      child.kill("SIGTERM");
      await exited;
      await rm(data, { recursive: true, force: true });
      return child.exitCode;
    },
  };
}

function readyUrl(child: ChildProcess): Promise<string> {
  let output = "";
  return new Promise((resolve, reject) => {
    const read = (data: Buffer) => {
      output += data;
      const url = /is ready: (http:\/\/\S+)/.exec(output)?.[1];
      if (url) resolve(url.replace(/\/$/, ""));
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => reject(new Error(`The hub ended with ${code}:\n${output}`)));
  });
}
