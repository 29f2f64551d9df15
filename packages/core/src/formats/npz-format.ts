import { asciiAt, endsIn } from "./folder.ts";
import type { FormatHandler } from "./format-handler.ts";

export const npzFormat: FormatHandler = {
  format: "npz",
  // A zip whose first file is an array.
  detect: (head, path) => endsIn({ path }, ".npz") || (asciiAt(head, 0, 4) === "PK\u0003\u0004" && asciiAt(head, 30, head[26] ?? 0).endsWith(".npy")),
  async validate(files, signal) {
    const { validateNpz } = await import("./npz/validate.ts");
    return validateNpz(files, signal);
  },
};
