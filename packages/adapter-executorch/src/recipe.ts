/** One platform's wheel: its tags, which decide what pip takes whatever Python runs it, and its digest. */
export interface RecipeWheel {
  requirement: string;
  platform: string;
  python: string;
  abi: string;
  sha256: string;
}

/** How the host comes to be: what is fetched, what is kept of it, and what is compiled against it. */
export interface Recipe {
  /** The name of the part in the store. */
  name: string;
  version: string;
  licence: string;
  /** By `process.platform` and `process.arch`. */
  wheels: Readonly<Record<string, RecipeWheel>>;
  /** Members of the wheel that the host needs beside it, by their path there. */
  libraries: readonly string[];
  /** Members that say under what terms it comes. */
  licences: readonly string[];
  compile: {
    /** The first that is there compiles. */
    compilers: readonly string[];
    /** The folder of the sources: every .cpp of it. */
    sources: URL;
    program: string;
    /** For a wheel that is unpacked in `wheel`: what the compiler is given before and after its sources and `-o program`. */
    flags(wheel: string): readonly string[];
    links(wheel: string): readonly string[];
  };
}

const version = "1.5.1";
const libraries = ["executorch", "executorch_kernels_optimized", "executorch_kernels_quantized", "executorch_backend_xnnpack", "executorch_threadpool"];
const cp311 = { requirement: `executorch==${version}`, python: "3.11", abi: "cp311" };

/** ExecuTorch's own shared libraries and headers, from its wheel, and the host that is compiled against them: neither Python nor torch runs. */
export const executorchRecipe: Recipe = {
  name: "executorch",
  version,
  licence: "BSD-3-Clause",
  wheels: {
    "linux-x64": { ...cp311, platform: "manylinux_2_28_x86_64", sha256: "274c28c2fe2b76acb03f9fa381537425c40e0098dcf886baf6d97a1a55ffe300" },
    "linux-arm64": { ...cp311, platform: "manylinux_2_28_aarch64", sha256: "8ee02348a3ea80ddf770822911ebf78da616b73afce0fbaaa79f23311c88c66a" },
  },
  libraries: libraries.map((name) => `executorch/lib/lib${name}.so`),
  licences: [`executorch-${version}.dist-info/licenses/LICENSE`],
  compile: {
    compilers: ["g++", "clang++"],
    sources: new URL("../host/", import.meta.url),
    program: "tenfold-executorch-host",
    flags: (wheel) => [
      "-O2",
      "-std=c++20",
      "-DC10_USING_CUSTOM_GENERATED_MACROS",
      `-DTENFOLD_EXECUTORCH_VERSION="${version}"`,
      "-isystem",
      `${wheel}/executorch/include`,
      "-isystem",
      `${wheel}/executorch/include/executorch/runtime/core/portable_type/c10`,
    ],
    links: (wheel) => [
      `-L${wheel}/executorch/lib`,
      // Kernels and delegates register themselves when they are loaded; nothing refers to them.
      "-Wl,--no-as-needed",
      ...libraries.map((name) => `-l${name}`),
      "-Wl,-rpath,$ORIGIN",
      "-pthread",
    ],
  },
};
