import type { LoadedModel } from "@tenfold/core";
import { connectModel } from "./connect-model.ts";
import type { Port } from "./port.ts";
import { createPortPair } from "./port-pair.ts";
import { serveModel } from "./serve-model.ts";

/** Puts a message channel in front of a model of this process, so that it is used exactly as one of another process. */
export async function throughChannel(model: LoadedModel): Promise<LoadedModel> {
  const [served, used] = createPorts();
  serveModel(model, served);
  // The using end keeps the process alive while it waits; this end never has to.
  served.unref?.();
  return connectModel(used);
}

/** React Native has no MessageChannel. */
function createPorts(): readonly [Port, Port] {
  if (typeof MessageChannel === "undefined") return createPortPair();
  const { port1, port2 } = new MessageChannel();
  return [port1 as unknown as Port, port2 as unknown as Port];
}
