import { asciiAt, endsIn } from "./folder.ts";
import type { FormatHandler } from "./format-handler.ts";

export const taskFormat: FormatHandler = {
  format: "task",
  // A zip whose first file is a model under the name that these bundles use.
  detect: (head, path) => endsIn({ path }, ".task") || (asciiAt(head, 0, 4) === "PK\u0003\u0004" && asciiAt(head, 30, 7) === "TF_LITE"),
  async validate(files, signal) {
    const { validateTask } = await import("./task/validate.ts");
    return validateTask(files, signal);
  },
};
