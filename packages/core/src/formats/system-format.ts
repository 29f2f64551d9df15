import type { FormatHandler } from "./format-handler.ts";
import { createRefusal } from "./invalid-format.ts";

const refuse = createRefusal("model of the system");

/** A model that the operating system brings: there is nothing to download, and nothing to check. */
export const systemFormat: FormatHandler = {
  format: "system",
  detect: () => false,
  async validate(files) {
    if (files.length > 0) throw refuse(`it has no files of its own; there are ${files.length}`);
    return { format: "system" };
  },
};
