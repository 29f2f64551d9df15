import type { NativePartRecipe } from "@tenfold/core/native-parts";
import { makeEnvironment } from "./mlx/make-environment.ts";

/** What of mlx-lm loads models and computes them. The rest is for training, serving and tokenizers, and wants 300 MB of other packages. */
const members = ["mlx_lm/__init__.py", "mlx_lm/_version.py", "mlx_lm/utils.py", "mlx_lm/models/", "mlx_lm-0.32.2.dist-info/METADATA"];

/** The same for every platform: it is Python alone. */
const mlxLm = {
  package: "mlx-lm",
  version: "0.32.2",
  fileName: "mlx_lm-0.32.2-py3-none-any.whl",
  sha256: "5c0991248cfff5872503d74f466d2532dd8cb7fb3670cb9be7a06d7305dadc04",
  sizeBytes: 546_040,
  members,
};

/** MLX for the host in Python: mlx-lm, unpacked, and beside it an environment with MLX, for which Python 3.11 or newer and its pip have to be there. */
export const mlxPart: NativePartRecipe = {
  id: "mlx",
  title: "MLX",
  version: "0.32.4",
  licence: { name: "MIT", url: "https://github.com/ml-explore/mlx/blob/main/LICENSE" },
  wheels: { "linux-x64": mlxLm, "linux-arm64": mlxLm, "darwin-arm64": mlxLm },
  build: makeEnvironment,
};

/** What is in the folder of the part, once it is there. */
export const appleHostProgram = "tenfold-apple-host";

/** The host for Apple's frameworks, built on a Mac of this package's Swift sources. */
export const appleHostPart: NativePartRecipe = {
  id: "apple-host",
  title: "The host for Apple's frameworks",
  version: "0.1.0",
  licence: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
  wheels: {},
  builtOn: ["darwin-arm64", "darwin-x64"],
  async build(folder, tools) {
    const { buildHost } = await import("./bindings/build-host.ts");
    await buildHost(folder, { program: appleHostProgram }, tools);
  },
};
