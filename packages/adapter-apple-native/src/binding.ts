import type { Accelerator } from "@tenfold/catalog";
import type { AdapterContext, Log } from "@tenfold/core";
import type { HostProcess } from "@tenfold/host/node";

/** What the adapter needs of a way to MLX: a process that computes logits. */
export interface Binding {
  /** Finds MLX. @throws TenfoldError `framework-unavailable` with what would help. */
  find(context: AdapterContext): Promise<MlxInstallation>;
}

export interface MlxInstallation {
  /** Of MLX itself. */
  readonly version: string;
  /** The first is taken by itself. */
  readonly accelerators: readonly [Accelerator, ...Accelerator[]];
  /** How it is reached: "mlx-lm 0.32.2 in Python 3.11.7". */
  readonly notes: readonly string[];
  /** Starts a host in the role `logits`, which takes the folder of a model's files from `directory`. */
  start(log: Log): Promise<HostProcess>;
}
