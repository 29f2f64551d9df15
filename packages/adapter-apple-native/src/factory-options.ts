/** What `coreMl`, `swiftTransformers` and `foundationModels` are given. */
export interface AppleOptions {
  /** Node: the program `tenfold-apple-host`, made from this package's Swift sources. Default: the one in the store, as the native part `apple-host`. */
  hostPath?: string;
}

export type CoreMlOptions = AppleOptions;
export type SwiftTransformersOptions = AppleOptions;
export type FoundationModelsOptions = AppleOptions;

/** What `mlx` is given. */
export interface MlxOptions extends AppleOptions {
  /** Node: a Python, 3.11 or newer, that has mlx and mlx-lm. Default: the one that `tenfold frameworks add mlx` made. */
  python?: string;
  /** Node: the folder with the host's program, `tenfold_mlx`, where a bundler has moved it. Default: this package's. */
  hostFolder?: string;
}
