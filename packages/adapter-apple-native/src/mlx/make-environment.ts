import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { TenfoldError } from "@tenfold/catalog";
import { type Log, silentLog } from "@tenfold/core";
import { hostFolderOf } from "./bindings/host-folder.ts";

const run = promisify(execFile);

export interface MakeEnvironmentOptions {
  /** The Python that it is made of. Default "python3". */
  python?: string;
  /** All of pip's environment: its configuration is the user's own. */
  environment: Readonly<Record<string, string | undefined>>;
  log?: Log;
  signal?: AbortSignal | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
}

/** Steps that pip tells of, each for every package. */
const toldSteps = /^(?:Collecting|\s*Downloading|\s*Using cached|Installing collected|Successfully)/;
const expectedSteps = 8;

/**
 * Makes a Python environment for the MLX host in a folder that does not exist yet: mlx and mlx-lm in pinned versions, each file by its digest. What
 * was begun is the caller's to remove when it rejects. Rejects with the signal's reason.
 * @throws TenfoldError `framework-unavailable` without a Python that can do it, or when pip cannot bring the packages.
 */
export async function makeMlxEnvironment(
  folder: string,
  { python = "python3", environment, log = silentLog, ...options }: MakeEnvironmentOptions,
): Promise<void> {
  const { signal, onProgress } = options;
  const env = environment as NodeJS.ProcessEnv;
  signal?.throwIfAborted();
  try {
    const { stdout } = await run(python, ["-c", "import sys; print(*sys.version_info[:2])"], { env, signal });
    const [major = 0, minor = 0] = stdout.trim().split(" ").map(Number);
    if (major !== 3 || minor < 11) throw unavailable(`${python} is Python ${major}.${minor}; MLX needs 3.11 or newer.`, "Install Python 3.11 or newer.");
    await run(python, ["-m", "venv", "--without-pip", folder], { env, signal });
    onProgress?.(0.05);
    let steps = 0;
    const requirements = join(hostFolderOf(), "requirements.txt");
    const install = [
      "install",
      "--no-deps",
      "--require-hashes",
      "--only-binary",
      ":all:",
      "--disable-pip-version-check",
      "--no-input",
      "--progress-bar",
      "off",
    ];
    await told(python, ["-m", "pip", "--python", join(folder, "bin", "python"), ...install, "--requirement", requirements], { env, signal }, (line) => {
      log("info", line.trim());
      if (!toldSteps.test(line)) return;
      steps += 1;
      onProgress?.(Math.min(0.95, 0.05 + (0.9 * steps) / expectedSteps));
    });
    onProgress?.(1);
  } catch (error) {
    signal?.throwIfAborted();
    throw reasonOf(error, python);
  }
}

/** Runs a program whose lines are told as they come. */
async function told(
  program: string,
  words: readonly string[],
  options: { env: NodeJS.ProcessEnv; signal: AbortSignal | undefined },
  tell: (line: string) => void,
) {
  const child = spawn(program, words, { ...options, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  let stderr = "";
  child.stderr.on("data", (chunk: Uint8Array) => {
    stderr = (stderr + new TextDecoder().decode(chunk)).slice(-10_000);
  });
  createInterface(child.stdout).on("line", tell);
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(Object.assign(new Error(`${program} ended with code ${code}`), { stderr }))));
  });
}

function reasonOf(error: unknown, python: string): TenfoldError {
  if (TenfoldError.is(error)) return error;
  const { code, stderr = "", message } = error as { code?: unknown; stderr?: string; message: string };
  if (code === "ENOENT") return unavailable(`There is no ${python}.`, "Install Python 3.11 or newer.");
  if (/No module named (?:pip|venv)/.test(stderr)) return unavailable(`${python} has no pip.`, "On Debian and Ubuntu: apt-get install -y python3-pip.");
  if (/do not match the hashes/i.test(stderr))
    return unavailable("The package index gave other files for MLX than those that were published.", "Ask whoever runs your package index.");
  const lines = stderr.trim().split("\n");
  const line = lines.findLast((one) => one.startsWith("ERROR")) ?? lines.at(-1);
  const remedy = "Check that the package index is in reach; `python3 -m pip config list` shows which one is asked.";
  return unavailable(`pip cannot bring MLX: ${line || message}`, remedy);
}

function unavailable(message: string, remedy: string): TenfoldError {
  return new TenfoldError("framework-unavailable", message, { framework: "mlx", remedy });
}
