import { asciiAt, endsIn } from "./folder.ts";
import type { FormatHandler } from "./format-handler.ts";

export const tfliteFormat: FormatHandler = {
  format: "tflite",
  detect: (head, path) => endsIn({ path }, ".tflite") || (asciiAt(head, 4, 4) === "TFL3" && !endsIn({ path }, ".task")),
  async validate(files, signal) {
    const { validateTflite } = await import("./tflite/validate.ts");
    return validateTflite(files, signal);
  },
};
