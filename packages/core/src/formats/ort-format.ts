import { asciiAt, endsIn } from "./folder.ts";
import type { FormatHandler } from "./format-handler.ts";

export const ortFormat: FormatHandler = {
  format: "ort",
  detect: (head, path) => asciiAt(head, 4, 4) === "ORTM" || endsIn({ path }, ".ort"),
  async validate(files, signal) {
    const { validateOrt } = await import("./ort/validate.ts");
    return validateOrt(files, signal);
  },
};
