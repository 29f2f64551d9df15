import { endsIn } from "./folder.ts";
import type { FormatHandler } from "./format-handler.ts";

export const pllmFormat: FormatHandler = {
  format: "pllm",
  detect: (_head, path) => endsIn({ path }, ".pllm"),
  async validate(files) {
    const { validatePllm } = await import("./opaque/validate.ts");
    return validatePllm(files);
  },
};
