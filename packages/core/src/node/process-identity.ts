import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Names a process beyond its number, which the system gives to another one later. */
export interface ProcessIdentity {
  host: string;
  pid: number;
  startedAt: string;
}

export function currentProcess(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, startedAt: startTime(process.pid) ?? "" };
}

/** True when the process may still live; a process of another host is given the benefit of the doubt. */
export function mayLive(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return true;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const started = startTime(identity.pid);
  return started === undefined ? process.platform === "win32" : started === identity.startedAt;
}

function startTime(pid: number): string | undefined {
  try {
    if (process.platform === "linux") {
      const status = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The second field, the command, may hold spaces and brackets: count from its end. A zombie holds nothing any more.
      const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" ? undefined : fields[19];
    }
    if (process.platform === "win32") return "";
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}
