export interface LiteRtOptions {
  /** In browsers: the address of a folder with the files of @litertjs/core's folder wasm. */
  wasm?: string;
  /** Node: the program that runs a model in its own process, where a bundler has moved ours: a module that calls `runHost` of @tenfold/host/node. */
  hostEntry?: string;
}

export type LiteRtLmOptions = Pick<LiteRtOptions, "hostEntry">;
