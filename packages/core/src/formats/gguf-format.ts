import { TenfoldError } from "@tenfold/catalog";
import type { FormatHandler } from "./format-handler.ts";

export const ggufFormat: FormatHandler = {
  format: "gguf",
  // The older relatives of the format are recognised as well, so that validation can say what they are.
  detect: (head, path) => ["GGUF", "lmgg", "fmgg", "tjgg"].includes(String.fromCharCode(...head.subarray(0, 4))) || path.toLowerCase().endsWith(".gguf"),
  async validate(files, signal) {
    const weights = files.filter((file) => file.path.toLowerCase().endsWith(".gguf"));
    if (weights.length === 0) throw new TenfoldError("invalid-format", "A GGUF model is one .gguf file, or all parts of a split one; there are none.");
    const { validateGgufFiles } = await import("./gguf/index.ts");
    return validateGgufFiles(weights, signal ? { signal } : {});
  },
};
