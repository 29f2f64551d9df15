import { TenfoldError } from "@tenfold/catalog";
import type { Binding } from "../binding.ts";

/** The first of several ways that is there. Where none is, the last says what would help. */
export function firstOf(bindings: readonly [Binding, ...Binding[]]): Binding {
  return {
    async find(context) {
      let failure: unknown;
      for (const binding of bindings) {
        try {
          return await binding.find(context);
        } catch (error) {
          if (!TenfoldError.is(error, "framework-unavailable")) throw error;
          failure = error;
        }
      }
      throw failure;
    },
  };
}
