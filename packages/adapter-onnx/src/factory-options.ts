export interface OnnxOptions {
  /**
   * How ONNX Runtime is reached in Node: "native" calls onnxruntime-node's library by its C API through koffi, "javascript" is
   * onnxruntime-node's own interface, which blocks the event loop. Default "auto": native where koffi is installed.
   */
  through?: "auto" | "native" | "javascript";
  /** In browsers: the address of a folder with onnxruntime-web's files. Default: where the bundler puts them. */
  wasm?: string;
  /** In browsers: the address of the script of a model's worker, @tenfold/adapter-onnx/worker bundled. Default: where the bundler puts it. */
  worker?: string;
  /** Node: the program that runs a model in its own process, where a bundler has moved ours: a module that calls `runHost` of @tenfold/host/node. */
  hostEntry?: string;
}
