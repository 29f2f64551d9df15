import { asciiAt } from "./folder.ts";
import type { FormatHandler } from "./format-handler.ts";

export const mlpackageFormat: FormatHandler = {
  format: "mlpackage",
  detect: (head, path) => /(?:^|\/)Manifest\.json$/.test(path) && asciiAt(head, 0, 4096).includes('"rootModelIdentifier"'),
  async validate(files, signal) {
    const { validateMlpackage } = await import("./coreml/validate-mlpackage.ts");
    return validateMlpackage(files, signal);
  },
};
