import { parse, TenfoldError } from "@tenfold/catalog";
import type { Adapter } from "@tenfold/core";
import * as z from "zod/mini";
import { type DescribedFile, openModel } from "./describe-model.ts";
import type { AdapterSource, HostResponse, Load } from "./messages.ts";
import type { Port } from "./port.ts";
import { serveModel } from "./serve-model.ts";

const loadSchema = z.looseObject({
  type: z.literal("load"),
  adapter: z.object({ module: z.string(), name: z.string(), arguments: z.array(z.unknown()) }),
  model: z.looseObject({ id: z.string(), files: z.array(z.looseObject({ path: z.string(), sizeBytes: z.number() })) }),
  nativeParts: z.array(z.tuple([z.string(), z.string()])),
  options: z.looseObject({}),
});

export interface ServeAdapterOptions {
  findAdapter(source: AdapterSource): Promise<Adapter>;
  read(file: DescribedFile): (range?: { start: number; end: number }) => Promise<Uint8Array>;
}

/** A host's work: waits for one load, does it, and serves the model. The other end is {@link loadThrough}. */
export function serveAdapter(port: Port, { findAdapter, read }: ServeAdapterOptions): void {
  const send = (response: HostResponse) => port.postMessage(response);
  const abort = new AbortController();
  let asked = false;

  async function load(data: unknown): Promise<void> {
    try {
      const { adapter: source, model, platform, nativeParts, options } = parse(loadSchema, data, "load", "invalid-input") as unknown as Load;
      const adapter = await findAdapter(source);
      const loaded = await adapter.load(
        openModel(model, read),
        { platform, nativeParts: new Map(nativeParts), log: (level, message) => send({ type: "log", level, message }) },
        { ...options, isolation: "host", signal: abort.signal, onProgress: (fraction) => send({ type: "progress", fraction }) },
      );
      serveModel(loaded, port);
    } catch (error) {
      send({ type: "refused", error: TenfoldError.from(error, "load-failed", "The model cannot be loaded").toJSON() });
      port.close?.();
    }
  }

  port.addEventListener("message", ({ data }) => {
    if (asked) return;
    asked = true;
    void load(data);
  });
  port.addEventListener("close", () => abort.abort(new DOMException("The other side is gone", "AbortError")));
  port.start?.();
}
