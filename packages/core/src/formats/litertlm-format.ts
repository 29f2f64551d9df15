import { asciiAt, endsIn } from "./folder.ts";
import type { FormatHandler } from "./format-handler.ts";

export const litertlmFormat: FormatHandler = {
  format: "litertlm",
  detect: (head, path) => asciiAt(head, 0, 8) === "LITERTLM" || endsIn({ path }, ".litertlm"),
  async validate(files, signal) {
    const { validateLitertLm } = await import("./litertlm/validate.ts");
    return validateLitertLm(files, signal);
  },
};
