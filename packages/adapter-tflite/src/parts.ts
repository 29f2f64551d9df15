import type { NativePartRecipe } from "@tenfold/core/native-parts";

const version = "0.18.1";
const wheel = (platform: string, sha256: string, sizeBytes: number, members: readonly string[]) => ({
  ...{ package: "litert-lm-api", version, sha256, sizeBytes },
  fileName: `litert_lm_api-${version}-py3-none-${platform}.whl`,
  members: members.map((name) => `litert_lm/${name}`),
});

/** LiteRT-LM's C library, out of the wheel that its makers publish. */
export const liteRtLmPart: NativePartRecipe = {
  id: "litert-lm",
  title: "LiteRT-LM",
  version,
  licence: { name: "Apache-2.0", url: "https://github.com/google-ai-edge/LiteRT-LM/blob/main/LICENSE" },
  wheels: {
    "linux-x64": wheel("manylinux_2_27_x86_64", "b2fe9b9a87afe991a7b0d29615b0bfc3d41c7a0ac28e9c54436676482bca2e5b", 47_051_755, ["liblitert-lm.so"]),
    "linux-arm64": wheel("manylinux_2_27_aarch64", "9c0e02bf7596693d9adbf6bfbb1bf08ae60c61abf9fa22dff19e5afe6af276f2", 46_425_916, ["liblitert-lm.so"]),
    "darwin-arm64": wheel("macosx_12_0_arm64", "e599ccc4943b1b1c8a49b1de9e524fa2dac4ae23ddf166f42d79a48b3a4b55cb", 21_430_663, ["liblitert-lm.dylib"]),
    "win32-x64": wheel("win_amd64", "2c786288b0e41291e52a611a51a6ab6ec755a3196b86c60d5269779010042895", 26_403_799, [
      "litert-lm.dll",
      "dxcompiler.dll",
      "dxil.dll",
    ]),
  },
};

/** Where the library lies in the part's folder. */
export function liteRtLmLibrary(folder: string, os: string): string {
  const name = os === "win32" ? "litert-lm.dll" : os === "darwin" ? "liblitert-lm.dylib" : "liblitert-lm.so";
  return `${folder}/litert_lm/${name}`;
}
