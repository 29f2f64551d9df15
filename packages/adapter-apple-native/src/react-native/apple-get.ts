import type { Platform } from "@tenfold/core";
import type { TenfoldAppleModule } from "../native-module.ts";
import { fromModule } from "./from-module.ts";

type Get = NonNullable<Platform["get"]>;

/** Files over HTTP by the system's background transfers: what arrives while the application is suspended is there when core asks again. */
export function createAppleGet(module: TenfoldAppleModule): Get {
  return async (url, { headers, signal, redirect }) => {
    signal.throwIfAborted();
    const failed = (error: unknown) => {
      signal.throwIfAborted();
      throw fromModule(error, "network", `${url.host} cannot be reached`);
    };
    const get = await module.openGet(url.href, Object.fromEntries(headers), redirect === "follow").catch(failed);
    const cancel = () => module.cancelGet(get);
    if (signal.aborted) {
      cancel();
      signal.throwIfAborted();
    }
    signal.addEventListener("abort", cancel, { once: true });
    const ended = () => signal.removeEventListener("abort", cancel);
    const answer = await module.answerOfGet(get).catch((error: unknown) => {
      ended();
      return failed(error);
    });
    return {
      status: answer.status,
      statusText: answer.statusText,
      headers: new Headers(answer.headers),
      async read() {
        const bytes = await module.readGet(get).catch(failed);
        // What was cancelled ends like what is whole.
        signal.throwIfAborted();
        if (bytes === null) ended();
        return bytes ?? undefined;
      },
      async cancel() {
        ended();
        cancel();
      },
    };
  };
}
