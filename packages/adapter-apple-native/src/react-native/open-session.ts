import { createPipePort } from "@tenfold/host";
import type { ModelHost } from "../binding.ts";
import type { TenfoldAppleModule } from "../native-module.ts";
import { fromModule } from "./from-module.ts";

/** A model's place in the Expo module, used as a host process is: the same frames, pulled and pushed in this process. */
export function openSession(module: TenfoldAppleModule): ModelHost {
  const session = module.openSession();
  let onData: (chunk: Uint8Array) => void = () => {};
  let onEnd = () => {};
  let failure: unknown;

  async function readAll(): Promise<void> {
    try {
      for (;;) {
        const bytes = await module.readSession(session);
        if (bytes === null) break;
        onData(bytes);
      }
    } catch (error) {
      failure = error;
    }
    onEnd();
    await module.closeSession(session, false);
  }

  const port = createPipePort({
    incoming: {
      on(event, listener) {
        if (event === "data") onData = listener as typeof onData;
        if (event === "end") onEnd = listener as typeof onEnd;
      },
    },
    outgoing: {
      write: (bytes) => module.writeSession(session, bytes),
      end: () => module.endSession(session),
      on() {},
    },
    whyEnded: async (broken) => fromModule(broken ?? failure, "crashed", "What ran the model in this application is gone"),
  });
  const gone = readAll();
  return { port, gone, kill: () => void module.closeSession(session, true) };
}
