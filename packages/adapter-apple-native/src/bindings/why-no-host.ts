import { type FrameworkProfile, TenfoldError } from "@tenfold/catalog";
import type { AdapterContext } from "@tenfold/core";

const names: Readonly<Record<string, string>> = { linux: "Linux", win32: "Windows", darwin: "macOS", ios: "iOS", android: "Android" };
/** The first macOS that each runs on. */
const oldestMacOs: Readonly<Record<string, number>> = { "core-ml": 14, mlx: 14, "swift-transformers": 15, "apple-foundation-models": 26 };
/** What computes on the GPU of Apple silicon alone. */
const wantsAppleSilicon: readonly string[] = ["mlx", "apple-foundation-models"];

/**
 * Why there is no host for one of Apple's frameworks, as an error with what would help.
 * @param systemRelease of Darwin, as `os.release()` has it: "24.1.0".
 */
export function whyNoHost({ framework, name }: FrameworkProfile, { platform }: AdapterContext, systemRelease: string): TenfoldError {
  const unavailable = (reason: string, remedy: string) => new TenfoldError("framework-unavailable", reason, { framework, remedy });
  const oldest = oldestMacOs[framework] ?? 14;
  const elsewhere = `Use it on a Mac with macOS ${oldest} or newer, or choose a variant in GGUF or ONNX.`;
  if (platform.os !== "darwin") return unavailable(`${name} runs on Apple's systems only; this is ${names[platform.os] ?? platform.os}.`, elsewhere);
  const found = macOsOf(systemRelease);
  if (found !== undefined && found < oldest)
    return unavailable(`${name} needs macOS ${oldest}; this is macOS ${found}.`, "Update macOS, or choose a variant in GGUF.");
  if (platform.architecture !== "arm64" && wantsAppleSilicon.includes(framework)) {
    return unavailable(`${name} needs Apple silicon; this Mac has an Intel processor.`, "Choose a variant in GGUF, for llama.cpp.");
  }
  return unavailable(
    "The host for Apple's frameworks, tenfold-apple-host, is not among what was added to the store.",
    "Run `tenfold frameworks add apple-host`, which builds it with Xcode's Swift, or name one with the option hostPath, on the command line TENFOLD_APPLE_HOST.",
  );
}

/** Darwin 20 to 24 are macOS 11 to 15, Darwin 25 is macOS 26, and so on. */
function macOsOf(systemRelease: string): number | undefined {
  const darwin = Number(systemRelease.split(".")[0]);
  if (!Number.isInteger(darwin) || darwin < 20) return undefined;
  return darwin < 25 ? darwin - 9 : darwin + 1;
}
