import { TenfoldError } from "@tenfold/catalog";
import type { Adapter, AdapterContext, InstalledModel, LoadOptions } from "@tenfold/core";
import type { LogitsSequences } from "./connect-logits.ts";
import { type DescribedFile, openModel } from "./describe-model.ts";
import type { AdapterSource, FrameworkSource, HostResponse, Load } from "./messages.ts";
import type { Port } from "./port.ts";
import { parseToHost } from "./request-schemas.ts";
import { serveLogits } from "./serve-logits.ts";
import { serveModel } from "./serve-model.ts";
import { sendError } from "./serve-requests.ts";

/** What a host can load models with: in the role that it is asked for. */
export interface HostableAdapter extends Partial<Pick<Adapter, "load">> {
  /** Absent for adapters that only give whole models. */
  loadLogits?(model: InstalledModel, context: AdapterContext, options: LoadOptions): Promise<LogitsSequences>;
}

export interface ServeAdapterOptions {
  /** `source` is absent where the parent leaves it to the host. */
  findAdapter(source: AdapterSource | FrameworkSource | undefined): Promise<HostableAdapter>;
  read(file: DescribedFile): (range?: { start: number; end: number }) => Promise<Uint8Array>;
}

/** A host's work: waits for one load, does it, and serves the model. The other end is {@link loadThrough} or {@link loadLogitsThrough}. */
export function serveAdapter(port: Port, { findAdapter, read }: ServeAdapterOptions): void {
  const send = (response: HostResponse) => port.postMessage(response);
  const abort = new AbortController();
  let asked = false;

  function refuse(failure: unknown): void {
    sendError(TenfoldError.from(failure, "load-failed", "The model cannot be loaded"), (error) => send({ type: "refused", error }));
    port.close?.();
  }

  async function load({ role, adapter: source, framework, model, platform, nativeParts, options }: Load): Promise<void> {
    const adapter = await findAdapter(source ?? (framework === undefined ? undefined : { framework }));
    const loading = [
      openModel(model, read),
      { platform, nativeParts: new Map(nativeParts), log: (level, message) => send({ type: "log", level, message }) },
      { ...options, isolation: "host", signal: abort.signal, onProgress: (fraction) => send({ type: "progress", fraction }) },
    ] as [InstalledModel, AdapterContext, LoadOptions];
    if (role === "model" && adapter.load) serveModel(await adapter.load(...loading), port);
    else if (role === "logits" && adapter.loadLogits) serveLogits(await adapter.loadLogits(...loading), port);
    else throw new TenfoldError("unsupported-request", `The adapter ${source?.name ?? framework ?? "of this host"} does not have the role ${role}.`);
  }

  port.addEventListener("message", ({ data }) => {
    if (asked) return;
    try {
      const message = parseToHost(data);
      if (message.type === "echo") return send(message);
      asked = true;
      load(message).catch(refuse);
    } catch (error) {
      asked = true;
      refuse(error);
    }
  });
  port.addEventListener("close", () => abort.abort(new DOMException("The other side is gone", "AbortError")));
  port.start?.();
}
