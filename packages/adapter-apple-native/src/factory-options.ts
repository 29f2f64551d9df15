/** What `mlx` is given. */
export interface MlxOptions {
  /** Node: a Python, 3.11 or newer, that has mlx and mlx-lm. Default: the one that `tenfold frameworks add mlx` made. */
  python?: string;
  /** Node: the folder with the host's program, `tenfold_mlx`, where a bundler has moved it. Default: this package's. */
  hostFolder?: string;
}
