import { TenfoldError } from "@tenfold/catalog";
import type { AdapterContext, InstalledModel, LoadedModel, LoadOptions } from "@tenfold/core";
import { connectLogits, type LogitsSequences } from "./connect-logits.ts";
import { connectModel } from "./connect-model.ts";
import { describeModel } from "./describe-model.ts";
import type { AdapterSource, FrameworkSource, Load, Role } from "./messages.ts";
import type { Port } from "./port.ts";
import { isHostResponse, parseHostResponse } from "./response-schemas.ts";

type LoadThrough<Loaded> = (
  port: Port,
  /** Absent for hosts of one framework. */
  source: AdapterSource | FrameworkSource | undefined,
  model: InstalledModel,
  context: AdapterContext,
  options: LoadOptions,
) => Promise<Loaded>;

/**
 * Has a host on the other end of a port load a model, and uses it from here.
 * Rejects with the signal's reason; whoever made the host then ends it.
 * @throws TenfoldError what the adapter threw, or `crashed`.
 */
export const loadThrough: LoadThrough<LoadedModel> = through("model", connectModel);

/** The same for a host that only computes logits: `createChatModel` of @tenfold/generation makes a model of them. */
export const loadLogitsThrough: LoadThrough<LogitsSequences> = through("logits", connectLogits);

function through<Loaded>(role: Role, connect: (port: Port) => Promise<Loaded>): LoadThrough<Loaded> {
  return async (port, source, model, context, { signal, onProgress, isolation: _, ...options }) => {
    signal?.throwIfAborted();
    const described = await describeModel(model);
    signal?.throwIfAborted();
    let refuse: (error: unknown) => void = () => {};
    const refused = new Promise<never>((_resolve, reject) => {
      refuse = reject;
    });
    const onAbort = () => refuse(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    port.addEventListener("message", ({ data }) => {
      if (!isHostResponse(data)) return;
      try {
        const response = parseHostResponse(data);
        if (response.type === "progress") {
          if (!signal?.aborted) onProgress?.(response.fraction);
        } else if (response.type === "log") context.log(response.level, response.message, { host: true });
        else if (response.type === "refused") refuse(TenfoldError.fromJSON(response.error));
      } catch (error) {
        refuse(error);
        port.close?.();
      }
    });
    const connected = connect(port);
    const load: Load = {
      type: "load",
      role,
      ...(source && ("framework" in source ? source : { adapter: source })),
      model: described,
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
  };
}
