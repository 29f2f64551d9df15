import { assert, refused, rejection } from "./assertions.ts";
import { loadingCases } from "./cases/loading.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { damagesOf } from "./damages.ts";

/** What an adapter refuses before it needs its framework: the cases that one without a binding meets already. */
export const refusalCases: readonly ConformanceCase[] = [
  ...loadingCases.filter(({ id }) => id === "unknown-format" || id === "unknown-option"),
  {
    id: "aborted-before",
    title: "a load that nobody wants any more rejects with the signal's reason",
    async run({ load }) {
      const reason = new Error("nobody wants it any more");
      assert((await rejection(load({ signal: AbortSignal.abort(reason) }), "loading with an aborted signal")) === reason, "it did not reject with the reason");
    },
  },
  {
    id: "numbers",
    title: "numbers that no framework can use are refused",
    async run({ load }) {
      for (const options of [{ contextSize: 0 }, { threads: -1 }, { parallel: 1.5 }, { batchSize: 0 }]) {
        await refused(load(options), `loading with ${JSON.stringify(options)}`, "invalid-input");
      }
    },
  },
  {
    id: "damaged-file",
    title: "a damaged file is refused",
    async run({ adapter, model, context, damage }) {
      for (const { title, change } of damagesOf(model.variant.format)) {
        const damaged = await damage?.(model, change);
        assert(damaged, "no damaged copy was made");
        try {
          await refused(adapter.load(damaged.model, context, {}), `loading a file with ${title}`, "invalid-format", "load-failed");
        } finally {
          await damaged.remove();
        }
      }
    },
  },
];
