import { endsIn } from "./folder.ts";
import type { FormatHandler } from "./format-handler.ts";

export const mlmodelFormat: FormatHandler = {
  format: "mlmodel",
  detect: (_head, path) => endsIn({ path }, ".mlmodel"),
  async validate(files, signal) {
    const { validateMlmodel } = await import("./coreml/validate-mlmodel.ts");
    return validateMlmodel(files, signal);
  },
};
