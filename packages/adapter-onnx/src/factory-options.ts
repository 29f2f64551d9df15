export interface OnnxOptions {
  /**
   * How ONNX Runtime is reached in Node: "native" calls onnxruntime-node's library by its C API through koffi, "javascript" is
   * onnxruntime-node's own interface, which blocks the event loop. Default "auto": native where koffi is installed.
   */
  through?: "auto" | "native" | "javascript";
}
