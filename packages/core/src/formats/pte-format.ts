import { asciiAt, endsIn } from "./folder.ts";
import type { FormatHandler } from "./format-handler.ts";

export const pteFormat: FormatHandler = {
  format: "pte",
  detect: (head, path) => /^ET\d\d$/.test(asciiAt(head, 4, 4)) || endsIn({ path }, ".pte"),
  async validate(files, signal) {
    const { validatePte } = await import("./executorch/validate.ts");
    return validatePte(files, signal);
  },
};
