import type { LoadedModel } from "@tenfold/core";
import { connectModel } from "./connect-model.ts";
import type { Port } from "./port.ts";
import { serveModel } from "./serve-model.ts";

/** Puts a message channel in front of a model of this process, so that it is used exactly as one of another process. */
export async function throughChannel(model: LoadedModel): Promise<LoadedModel> {
  const { port1, port2 } = new MessageChannel();
  const served = port1 as unknown as Port;
  serveModel(model, served);
  // The using end keeps the process alive while it waits; this end never has to.
  served.unref?.();
  return connectModel(port2 as unknown as Port);
}
