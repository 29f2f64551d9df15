import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { TenfoldError } from "@tenfold/catalog";
import type { NativePartTools } from "@tenfold/core/native-parts";
import { hostFolderOf } from "./bindings/host-folder.ts";

/** Where a part's Python is, in the part's folder. */
export const environmentPython = ["environment", "bin", "python"] as const;

/**
 * Makes a Python environment with MLX in the folder of a part: pinned versions, each file by its digest, with the pip of `python` and its user's own
 * configuration. It may be moved afterwards. Rejects with the signal's reason.
 * @throws TenfoldError `framework-unavailable` without a Python that can do it, `digest-mismatch`, or `network` when pip cannot bring the packages.
 */
export async function makeEnvironment(folder: string, { python, log, signal }: NativePartTools): Promise<void> {
  signal?.throwIfAborted();
  const tell = (line: string) => log("info", line.trim());
  try {
    const [version = ""] = await run(python, ["-c", "import sys; print(*sys.version_info[:2])"], signal);
    const [major = 0, minor = 0] = version.split(" ").map(Number);
    if (major !== 3 || minor < 11) throw unavailable(`${python} is Python ${major}.${minor}; MLX needs 3.11 or newer.`, "Install Python 3.11 or newer.");
    await run(python, ["-m", "venv", "--without-pip", join(folder, "environment")], signal);
    const how = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
    const into = ["-m", "pip", "--python", join(folder, ...environmentPython)];
    await run(python, [...into, "install", ...how, "--requirement", join(hostFolderOf(), "requirements.txt")], signal, tell);
    // Its sources are read at every start.
    await run(join(folder, ...environmentPython), ["-m", "compileall", "-q", join(folder, "mlx_lm")], signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw reasonOf(error, python);
  }
}

/** Runs a program, whose lines are told as they come. It has the environment of this process: pip's configuration may lie there. */
async function run(program: string, words: readonly string[], signal: AbortSignal | undefined, tell?: (line: string) => void): Promise<string[]> {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true, ...(signal ? { signal } : {}) });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-16_384);
  });
  const lines: string[] = [];
  createInterface(child.stdout).on("line", (line) => {
    lines.push(line);
    tell?.(line);
  });
  await new Promise<void>((resolve, reject) => {
    let failure: Error | undefined;
    child.on("error", (error) => {
      failure = error;
      // A program that never started does not close.
      if (child.pid === undefined) reject(error);
    });
    child.on("close", (code) =>
      code === 0 && !failure ? resolve() : reject(failure ?? Object.assign(new Error(`${program} ended with ${code}`), { stderr })),
    );
  });
  return lines;
}

function reasonOf(error: unknown, python: string): TenfoldError {
  if (TenfoldError.is(error)) return error;
  const { code, stderr = "", message } = error as { code?: unknown; stderr?: string; message: string };
  if (code === "ENOENT") return unavailable(`There is no ${python}.`, "Install Python 3.11 or newer.");
  if (/No module named (?:pip|venv)/.test(stderr)) return unavailable(`${python} has no pip.`, "On Debian and Ubuntu: apt-get install -y python3-pip.");
  if (/do not match the hashes/i.test(stderr))
    return new TenfoldError("digest-mismatch", "The package index gave other files for MLX than those that were published.", {
      framework: "mlx",
      remedy: "Do not use them: ask whoever runs your package index.",
    });
  const lines = stderr.trim().split("\n");
  const line = lines.findLast((one) => one.startsWith("ERROR")) ?? lines.at(-1);
  const remedy = "Check that the package index is in reach; `python3 -m pip config list` shows which one is asked.";
  return new TenfoldError("network", `pip cannot bring MLX: ${line || message}`, { framework: "mlx", remedy });
}

function unavailable(message: string, remedy: string): TenfoldError {
  return new TenfoldError("framework-unavailable", message, { framework: "mlx", remedy });
}
