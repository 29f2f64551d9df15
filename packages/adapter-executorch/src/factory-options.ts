export interface ExecutorchOptions {
  /** Node: the host's program, where it is not the one that `tenfold frameworks add executorch` put into the store. */
  hostPath?: string;
}
