import { execFile } from "node:child_process";
import { copyFile, cp, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { TenfoldError } from "@tenfold/catalog";
import type { NativePartTools } from "@tenfold/core/native-parts";

const run = promisify(execFile);
const mostOutputBytes = 64 * 1024 * 1024;

export interface HostToBuild {
  /** The product of the Swift package. */
  program: string;
  /** The Swift compiler's driver. */
  swift?: string;
  /** The Swift package. Default: the one that this package carries. */
  sources?: string;
}

/**
 * Builds the host for Apple's frameworks into a folder, beside the resources that its libraries bring.
 * @throws TenfoldError `framework-unavailable` without Swift, `load-failed` with what the compiler said; the signal's reason when aborted.
 */
export async function buildHost(
  folder: string,
  { program, swift = "swift", sources = fileURLToPath(new URL("../../swift/", import.meta.url)) }: HostToBuild,
  { signal, log }: Pick<NativePartTools, "signal" | "log">,
): Promise<void> {
  const scratch = join(folder, "build");
  await mkdir(scratch, { recursive: true });
  log("info", "Building the host for Apple's frameworks with Swift; the first time its packages are fetched.");
  const build = ["build", "--package-path", sources, "--scratch-path", scratch, "--configuration", "release", "--product", program];
  const options = { maxBuffer: mostOutputBytes, ...(signal ? { signal } : {}) };
  try {
    await run(swift, build, options);
    const { stdout } = await run(swift, [...build, "--show-bin-path"], options);
    await copyFile(join(stdout.trim(), program), join(folder, program));
    await copyResources(stdout.trim(), folder);
    await rm(scratch, { recursive: true });
  } catch (error) {
    signal?.throwIfAborted();
    const { code, stdout = "", stderr = "" } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (code === "ENOENT") {
      throw new TenfoldError("framework-unavailable", "There is no Swift here, which builds the host for Apple's frameworks.", {
        cause: error,
        remedy: "Install Xcode 26, or its command line tools: xcode-select --install.",
      });
    }
    const said = `${stdout}\n${stderr}`.split("\n").find((line) => /error:/.test(line)) ?? String(error);
    throw new TenfoldError("load-failed", `Swift cannot build the host for Apple's frameworks: ${said.trim()}`, {
      stage: "initialization",
      cause: error,
      remedy: "Update Xcode: 26 is new enough.",
    });
  }
}

/** MLX keeps its kernels for Metal in a bundle that it looks for beside the program. */
async function copyResources(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) if (/\.(?:bundle|metallib)$/.test(name)) await cp(join(from, name), join(to, name), { recursive: true });
}
