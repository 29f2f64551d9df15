import type { Accelerator } from "@tenfold/catalog";
import type { AdapterContext, InstalledFile, Log } from "@tenfold/core";
import type { FrameworkSource, Port } from "@tenfold/host";

/** What an adapter needs of a way to its framework: something that loads one model and speaks the protocol of hosts. */
export interface Binding {
  /** Finds the framework. @throws TenfoldError `framework-unavailable` with what would help. */
  find(context: AdapterContext): Promise<Installation>;
}

export interface Installation {
  /** Of the framework itself. */
  readonly version: string;
  /** The first is what is taken by itself. */
  readonly accelerators: readonly [Accelerator, ...Accelerator[]];
  /** How it is reached: "mlx-lm 0.32.2 in Python 3.11.7". */
  readonly notes: readonly string[];
  /** Said to a host of several frameworks. */
  readonly source?: FrameworkSource;
  start(log: Log): Promise<ModelHost>;
  /** Shows files under other names in a folder, whose path `use` gets, while it runs. */
  withFolder: WithFolder;
}

export type WithFolder = <Result>(files: ReadonlyMap<string, InstalledFile>, use: (folder: string) => Promise<Result>) => Promise<Result>;

/** One model's place to be: a process, or a part of this one. */
export interface ModelHost {
  readonly port: Port;
  /** Resolves when it is gone, and its memory with it. */
  readonly gone: Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

/** Its memory is free when it is gone; until then a process has something to wait for. */
export async function endHost({ port, gone }: ModelHost, dispose: () => Promise<void>): Promise<void> {
  await dispose();
  port.ref?.();
  await gone;
}
