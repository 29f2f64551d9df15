import { endsIn } from "./folder.ts";
import type { FormatHandler } from "./format-handler.ts";

export const safetensorsFormat: FormatHandler = {
  format: "safetensors",
  // A header of a plausible length, and the brace it begins with.
  detect: (head, path) => endsIn({ path }, ".safetensors") || (head[8] === 0x7b && head[9] === 0x22 && head.subarray(4, 8).every((byte) => byte === 0)),
  async validate(files, signal) {
    const { validateSafetensors } = await import("./safetensors/validate.ts");
    return validateSafetensors(files, signal);
  },
};
