import type { TenfoldError } from "@tenfold/catalog";
import type { LoadedModel, LoadOptions } from "@tenfold/core";
import { throughChannel } from "./through-channel.ts";

export interface CompleteLoadParts {
  signal: LoadOptions["signal"];
  report: (fraction: number) => void;
  /** Makes the contract's model of what native code has loaded. */
  make(): LoadedModel | Promise<LoadedModel>;
  /** Frees what native code has loaded, where no model came of it. */
  release(): void | Promise<void>;
  told: (error: unknown) => TenfoldError;
  /** Whether the model stands behind a message channel already: a host has one of its own. */
  hosted?: boolean;
}

/**
 * For adapters: how every load ends, once native code holds the model. The model is shown through a message channel, so that it is used
 * exactly as one of another process. When it fails nothing is left behind.
 * @throws what `told` makes of a failure; the signal's reason when it is aborted.
 */
export async function completeLoad({ signal, report, make, release, told, hosted = false }: CompleteLoadParts): Promise<LoadedModel> {
  let loaded: LoadedModel | undefined;
  try {
    signal?.throwIfAborted();
    loaded = await make();
    const shown = hosted ? loaded : await throughChannel(loaded);
    report(1);
    return shown;
  } catch (error) {
    await (loaded ? loaded.dispose() : release());
    signal?.throwIfAborted();
    throw told(error);
  }
}
