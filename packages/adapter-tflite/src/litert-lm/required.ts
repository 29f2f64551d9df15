import type { CApi, Pointer } from "./c-api.ts";

/** A pointer that the library gave, unless it gave none. @throws Error with the library's words. */
export function required(api: CApi, pointer: Pointer, what: string): Pointer {
  if (pointer) return pointer;
  throw failure(api, `LiteRT-LM could not make ${what}`);
}

/** The library keeps its words for the last failure of this thread; for those of others it has none. */
export function failure(api: CApi, what: string): Error {
  const words = api.call("get_last_error_message") as string | null;
  return new Error(words ? `${what}: ${words}` : `${what}.`);
}
