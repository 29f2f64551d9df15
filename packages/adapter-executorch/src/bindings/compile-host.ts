import { execFile } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { TenfoldError } from "@tenfold/catalog";
import type { NativePartTools } from "@tenfold/core/native-parts";

const run = promisify(execFile);
/** The first that is there compiles. */
const compilers = ["g++", "clang++"];

export interface HostToCompile {
  /** Of ExecuTorch, which the host says of itself. */
  version: string;
  libraries: readonly string[];
  program: string;
}

/**
 * Compiles the host in a folder where the wheel was unpacked, and drops what only the compiler needs.
 * @throws TenfoldError `framework-unavailable` without a compiler, `load-failed` with what it said; the signal's reason when aborted.
 */
export async function compileHost(
  folder: string,
  { version, libraries, program }: HostToCompile,
  { signal, log }: Pick<NativePartTools, "signal" | "log">,
): Promise<void> {
  const compiler = await findCompiler();
  log("info", `Compiling ExecuTorch's host with ${compiler}.`);
  const sources = fileURLToPath(new URL("../../host/", import.meta.url));
  const names = (await readdir(sources)).filter((name) => name.endsWith(".cpp"));
  const flags = ["-O2", "-std=c++20", "-DC10_USING_CUSTOM_GENERATED_MACROS", `-DTENFOLD_EXECUTORCH_VERSION="${version}"`];
  const include = join(folder, "executorch/include");
  // Not our headers: their warnings are nobody's here.
  const includes = ["-isystem", include, "-isystem", join(include, "executorch/runtime/core/portable_type/c10")];
  const options = signal ? { signal } : {};
  try {
    const left = [...names];
    const turns = Array.from({ length: availableParallelism() }, async () => {
      for (let name = left.shift(); name; name = left.shift()) {
        await run(compiler, [...flags, ...includes, "-c", join(sources, name), "-o", join(folder, `${name}.o`)], options);
      }
    });
    await Promise.all(turns);
    const objects = names.map((name) => join(folder, `${name}.o`));
    await run(
      compiler,
      [
        ...objects,
        ...["-o", join(folder, program), `-L${join(folder, "executorch/lib")}`, "-pthread"],
        // Kernels and delegates register themselves when they are loaded; nothing refers to them.
        ...["-Wl,--no-as-needed", ...libraries.map((name) => `-l${name}`)],
        "-Wl,-rpath,$ORIGIN/executorch/lib",
      ],
      options,
    );
    await Promise.all([...objects, include].map((path) => rm(path, { recursive: true })));
  } catch (error) {
    signal?.throwIfAborted();
    const { stderr } = error as { stderr?: string };
    const said = stderr?.split("\n").find((line) => /error|cannot find/.test(line)) ?? String(error);
    throw new TenfoldError("load-failed", `${compiler} cannot compile ExecuTorch's host: ${said}`, {
      stage: "initialization",
      framework: "executorch",
      cause: error,
      remedy: "Update the compiler: g++ 11 and clang 15 are new enough.",
    });
  }
}

async function findCompiler(): Promise<string> {
  for (const compiler of compilers) {
    const runs = await run(compiler, ["--version"]).then(
      () => true,
      () => false,
    );
    if (runs) return compiler;
  }
  throw new TenfoldError("framework-unavailable", `ExecuTorch's host is compiled on this machine, and there is neither ${compilers.join(" nor ")}.`, {
    framework: "executorch",
    remedy: "Install a compiler (apt-get install -y g++) and add it again.",
  });
}
