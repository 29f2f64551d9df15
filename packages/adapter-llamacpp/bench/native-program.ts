import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface NativeProgram {
  readonly path: string;
  /** Where llama.cpp finds the code for this processor. */
  readonly backends: string;
  remove(): Promise<void>;
}

/**
 * Compiles decode.cpp against the libraries that node-llama-cpp ships. Its package carries the sources of the same release, and so the headers.
 * Rejects where there is no git, no g++ or no build for Linux on x64.
 */
export async function compileNativeProgram(): Promise<NativeProgram> {
  const entry = createRequire(import.meta.url).resolve("node-llama-cpp");
  const sources = join(dirname(entry), "..", "llama", "gitRelease.bundle");
  const backends = join(dirname(createRequire(entry).resolve("@node-llama-cpp/linux-x64")), "..", "bins", "linux-x64");
  const folder = await mkdtemp(join(tmpdir(), "tenfold-decode-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const headers = join(folder, "llama.cpp");
    await run("git", ["clone", "--quiet", "--no-checkout", sources, headers]);
    await run("git", ["-C", headers, "checkout", "--quiet", "HEAD", "--", "include", "ggml/include"]);
    const libraries = (await readdir(backends)).filter((name) => /^lib(llama|ggml|ggml-base)(\.v[\d.]+)?\.so$/.test(name)).map((name) => join(backends, name));
    const path = join(folder, "decode");
    const includes = ["include", "ggml/include"].map((name) => `-I${join(headers, name)}`);
    const source = fileURLToPath(new URL("./decode.cpp", import.meta.url));
    await run("g++", ["-O2", "-std=c++17", ...includes, source, ...libraries, `-Wl,-rpath,${backends}`, "-o", path]);
    return { path, backends, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
