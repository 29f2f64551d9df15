import type { FormatHandler } from "./format-handler.ts";

export const mlcFormat: FormatHandler = {
  format: "mlc",
  detect: (_head, path) => /(?:^|\/)mlc-chat-config\.json$/.test(path),
  async validate(files, signal) {
    const { validateMlc } = await import("./mlc/validate.ts");
    return validateMlc(files, signal);
  },
};
