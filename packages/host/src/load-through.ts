import { TenfoldError } from "@tenfold/catalog";
import type { AdapterContext, InstalledModel, LoadedModel, LoadOptions } from "@tenfold/core";
import { connectModel } from "./connect-model.ts";
import { describeModel } from "./describe-model.ts";
import type { AdapterSource, HostResponse, Load } from "./messages.ts";
import type { Port } from "./port.ts";

/**
 * Has a host on the other end of a port load a model, and uses it from here.
 * Rejects with the signal's reason; whoever made the host then ends it.
 * @throws TenfoldError what the adapter threw, or `crashed`.
 */
export async function loadThrough(
  port: Port,
  adapter: AdapterSource,
  model: InstalledModel,
  context: AdapterContext,
  { signal, onProgress, isolation: _, ...options }: LoadOptions,
): Promise<LoadedModel> {
  signal?.throwIfAborted();
  let refuse: (error: unknown) => void = () => {};
  const refused = new Promise<never>((_resolve, reject) => {
    refuse = reject;
  });
  const onAbort = () => refuse(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  port.addEventListener("message", ({ data }) => {
    const response = data as HostResponse;
    if (response.type === "progress") {
      if (!signal?.aborted) onProgress?.(response.fraction);
    } else if (response.type === "log") context.log(response.level, response.message, { host: true });
    else if (response.type === "refused") refuse(TenfoldError.fromJSON(response.error));
  });
  const connected = connectModel(port);
  const load: Load = {
    type: "load",
    adapter,
    model: describeModel(model),
    platform: context.platform,
    nativeParts: [...context.nativeParts],
    options,
  };
  try {
    port.postMessage(load);
    return await Promise.race([connected, refused]);
  } catch (error) {
    connected.catch(() => {});
    throw error;
  } finally {
    refused.catch(() => {});
    signal?.removeEventListener("abort", onAbort);
  }
}
