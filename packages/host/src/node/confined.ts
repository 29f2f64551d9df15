import { spawnSync } from "node:child_process";
import { TenfoldError } from "@tenfold/catalog";
import type { HostCommand } from "./spawn-host.ts";

/** What a host may take. Enforced on Linux with util-linux's programs. */
export interface HostLimits {
  /** Writable memory of its own; files that are mapped do not count. */
  memoryBytes?: number;
  cpuSeconds?: number;
  /** The largest file that it may write. */
  fileBytes?: number;
  /** For files that nobody has verified: no network, and as root another user, without any rights. Refused where the system cannot take the network away. */
  unprivileged?: boolean;
}

/**
 * The command under its limits. Each program of the chain becomes the next, so that one process remains.
 * @throws TenfoldError `framework-unavailable` where it cannot be confined as asked.
 */
export function confined(command: HostCommand, limits: HostLimits = {}): HostCommand {
  if (process.platform !== "linux") return command;
  const isRoot = process.getuid?.() === 0;
  if (limits.unprivileged && !networkCanGo(isRoot)) {
    throw new TenfoldError("framework-unavailable", "This system does not let a host run without network.", {
      remedy: "Allow network namespaces (`unshare --net`), as containers do with the capability SYS_ADMIN, or verify the files first.",
    });
  }
  const ulimits = [
    ...(limits.memoryBytes === undefined ? [] : [`--data=${limits.memoryBytes}`]),
    ...(limits.cpuSeconds === undefined ? [] : [`--cpu=${limits.cpuSeconds}`]),
    ...(limits.fileBytes === undefined ? [] : [`--fsize=${limits.fileBytes}`]),
    ...(limits.unprivileged ? ["--core=0"] : []),
  ];
  const chain = [
    ...(limits.unprivileged ? ["unshare", ...(isRoot ? [] : ["--map-current-user"]), "--net", "--"] : []),
    ...(limits.unprivileged ? ["setpriv", "--no-new-privs", ...(isRoot ? ["--reuid=65534", "--regid=65534", "--clear-groups"] : []), "--"] : []),
    ...(ulimits.length > 0 ? ["prlimit", ...ulimits, "--"] : []),
    command.program,
    ...command.arguments,
  ];
  const [program = command.program, ...programArguments] = chain;
  return { ...command, program, arguments: programArguments };
}

/** Containers often forbid new network namespaces. */
function networkCanGo(isRoot: boolean): boolean {
  return spawnSync("unshare", [...(isRoot ? [] : ["--map-current-user"]), "--net", "true"], { stdio: "ignore" }).status === 0;
}
