import { endsIn } from "./folder.ts";
import type { FormatHandler } from "./format-handler.ts";

export const onnxFormat: FormatHandler = {
  format: "onnx",
  // A protobuf has no signature: the name must do.
  detect: (_head, path) => endsIn({ path }, ".onnx"),
  async validate(files, signal) {
    const { validateOnnx } = await import("./onnx/validate.ts");
    return validateOnnx(files, signal);
  },
};
