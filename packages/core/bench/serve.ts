import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BenchServerSettings } from "./server.ts";

export interface BenchServer {
  /** Where every path is the file. */
  origin: string;
  url: string;
  counters(): Promise<{ bodyBytes: number; requests: number }>;
  close(): void;
}

/** The server of the bench in a process of its own, so that its work is not counted as the client's. */
export async function serve(settings: BenchServerSettings): Promise<BenchServer> {
  const program = fileURLToPath(new URL("server.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", program, JSON.stringify(settings)], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const origin = `http://127.0.0.1:${String(line).trim()}`;
  return {
    origin,
    url: `${origin}/file`,
    counters: async () => (await fetch(`${origin}/counters`)).json() as Promise<{ bodyBytes: number; requests: number }>,
    close: () => child.stdin.end(),
  };
}
