import { createRequire } from "node:module";
import { availableParallelism, platform } from "node:os";
import { TenfoldError } from "@tenfold/catalog";
import type { Binding, CreateOptions, PicoImage, PicoModel } from "../binding.ts";
import { framework } from "../errors.ts";
import { undecodable } from "../image.ts";

type PicoNode = typeof import("@picovoice/picollm-node");

/** picoLLM's native library, through @picovoice/picollm-node, which is imported on first use. */
export function createNodeBinding(importLibrary: () => Promise<PicoNode> = () => import("@picovoice/picollm-node")): Binding {
  return {
    async open() {
      const library = await importLibrary();
      const version = packageVersion();
      return {
        through: `@picovoice/picollm-node ${version}`,
        version,
        devices: library.PicoLLM.listAvailableDevices(),
        cores: availableParallelism(),
        gpu: platform() === "darwin" ? "metal" : "cuda",
        errors: library,
        create: (options) => create(library, options),
        decodeImage,
      };
    },
  };
}

/** Blocks until the weights are read and Picovoice's servers have answered. */
async function create({ PicoLLM }: PicoNode, { accessKey, file, device, contextCaching }: CreateOptions): Promise<PicoModel> {
  if (!file.location) throw new TenfoldError("unsupported-format", `picoLLM opens files by path, and ${file.path} has none here.`, { framework });
  return new PicoLLM(accessKey, file.location(), { device, enableContextCaching: contextCaching });
}

function packageVersion(): string {
  const { version } = createRequire(import.meta.url)("@picovoice/picollm-node/package.json") as { version: string };
  return version;
}

async function decodeImage(bytes: Uint8Array, mediaType: string): Promise<PicoImage> {
  const { default: sharp } = await import("sharp").catch((error: unknown) => {
    throw new TenfoldError("unsupported-request", "Images are decoded by sharp, which is not installed.", {
      framework,
      cause: error,
      remedy: "Install the package sharp beside @tenfold/adapter-picollm.",
    });
  });
  try {
    const { data, info } = await sharp(bytes).rotate().flatten({ background: "white" }).toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (error) {
    throw undecodable(mediaType, error);
  }
}
