import type { FormatHandler } from "./format-handler.ts";

export const mlmodelcFormat: FormatHandler = {
  format: "mlmodelc",
  detect: (_head, path) => /(?:^|\/)coremldata\.bin$/.test(path),
  async validate(files) {
    const { validateMlmodelc } = await import("./opaque/validate.ts");
    return validateMlmodelc(files);
  },
};
