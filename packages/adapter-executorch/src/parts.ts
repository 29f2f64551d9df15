import type { NativePartRecipe, NativePartWheel } from "@tenfold/core/native-parts";

const version = "1.5.1";
/** Counts the changes of host/, so that a host that was compiled from older sources is not taken for this one. */
const hostRevision = 1;
const libraries = ["executorch", "executorch_kernels_optimized", "executorch_kernels_quantized", "executorch_backend_xnnpack", "executorch_threadpool"];

/** What is in the folder of the part, once it is there. */
export const hostProgram = "tenfold-executorch-host";

/** Headers are for the compiler alone. The Python that a wheel is made for plays no part: only its libraries run. */
function wheel(platform: string, sha256: string, sizeBytes: number): NativePartWheel {
  return {
    package: "executorch",
    version,
    fileName: `executorch-${version}-cp311-cp311-${platform}.whl`,
    sha256,
    sizeBytes,
    members: ["executorch/include/", ...libraries.map((name) => `executorch/lib/lib${name}.so`)],
  };
}

/** ExecuTorch's own shared libraries, from its wheel, and the host that is compiled against them: neither Python nor torch runs. */
export const executorchPart = {
  id: "executorch",
  title: "ExecuTorch",
  version: `${version}-${hostRevision}`,
  licence: { name: "BSD-3-Clause", url: "https://github.com/pytorch/executorch/blob/main/LICENSE" },
  wheels: {
    "linux-x64": wheel("manylinux_2_28_x86_64", "274c28c2fe2b76acb03f9fa381537425c40e0098dcf886baf6d97a1a55ffe300", 18_887_977),
    "linux-arm64": wheel("manylinux_2_28_aarch64", "8ee02348a3ea80ddf770822911ebf78da616b73afce0fbaaa79f23311c88c66a", 17_810_491),
  },
  async build(folder, tools) {
    const { compileHost } = await import("./bindings/compile-host.ts");
    await compileHost(folder, { version, libraries, program: hostProgram }, tools);
  },
} as const satisfies NativePartRecipe;
