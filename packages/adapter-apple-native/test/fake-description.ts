import { protocolVersion } from "@tenfold/host";
import type { AppleDescription } from "../src/apple/apple-description.ts";

/** What a Mac with all four would say. */
export const fakeDescription: AppleDescription = {
  protocolVersion,
  version: "0.1.0",
  frameworks: [
    { framework: "core-ml", available: true, version: "macOS 26.0", accelerators: ["core-ml", "neural-engine", "metal", "cpu"] },
    { framework: "mlx", available: true, version: "3.31.3", accelerators: ["metal", "cpu"], notes: ["Apple M9"] },
    { framework: "swift-transformers", available: true, version: "1.3.0", accelerators: ["core-ml", "neural-engine", "metal", "cpu"] },
    { framework: "apple-foundation-models", available: true, version: "macOS 26.0", accelerators: ["neural-engine"] },
  ],
};
