import type { AdapterContext, LoadedModel } from "@tenfold/core";
import { assert, equal, refused, rejection } from "../assertions.ts";
import { collect } from "../collect.ts";
import { type ConformanceCase, needsChat } from "../conformance-case.ts";
import { greedy, story } from "../prompts.ts";

export const loadingCases: readonly ConformanceCase[] = [
  {
    id: "probe-never-throws",
    title: "probe says whether the framework runs, and never throws",
    async run({ adapter, context }) {
      const strange: AdapterContext = { ...context, platform: { name: "browser", os: "", architecture: "" }, nativeParts: new Map([["nothing", "/nowhere"]]) };
      for (const one of [context, strange]) {
        const support = await adapter.probe(one);
        if (support.available) {
          assert(support.frameworkVersion !== "", "the framework has no version");
          assert(support.accelerators.length > 0, "the framework runs but on no accelerator");
        } else assert(support.reason !== "" && support.remedy !== "", "the framework does not run, without a reason or a remedy");
      }
      assert((await adapter.probe(context)).available, "the framework does not run here, so nothing else can be told");
    },
  },
  {
    id: "unknown-format",
    title: "a format that the adapter does not know is refused",
    async run({ adapter, context, model }) {
      assert(!adapter.formats.includes("no-such-format"), "the adapter claims to know every format");
      const strange = { ...model, variant: { ...model.variant, format: "no-such-format" } };
      await refused(loadAndDispose(adapter.load(strange, context, {})), "loading an unknown format", "unsupported-format");
    },
  },
  {
    id: "unknown-option",
    title: "a framework option that does not exist is refused",
    async run({ adapter, context, model, loadOptions }) {
      const load = adapter.load(model, context, { ...loadOptions, frameworkOptions: { noSuchOption: true } });
      const error = await refused(loadAndDispose(load), "loading with an unknown option", "invalid-input");
      assert(error.message.includes("noSuchOption"), `the error does not name the option: ${error.message}`);
    },
  },
  {
    id: "load-progress",
    title: "load progress rises from 0 to 1 and ends at 1 before load resolves",
    async run({ load }) {
      const seen: number[] = [];
      await load({ onProgress: (fraction) => seen.push(fraction) });
      const before = [...seen];
      assert(before.length > 0, "there was no progress");
      assert(
        before.every((fraction, index) => fraction >= 0 && fraction <= 1 && fraction >= (before[index - 1] ?? 0)),
        `progress is not monotonic within 0 and 1: ${before.join(", ")}`,
      );
      equal(before.at(-1), 1, "the last progress");
    },
  },
  {
    id: "load-abort",
    title: "an aborted load rejects with the signal's reason and leaves nothing in the way",
    needs: needsChat,
    async run({ load }) {
      const reason = new Error("nobody wants it any more");
      equal((await rejection(load({ signal: AbortSignal.abort(reason) }), "loading with an aborted signal")) === reason, true, "rejecting with the reason");
      const controller = new AbortController();
      const aborted = load({ signal: controller.signal, onProgress: () => controller.abort(reason) });
      const error = await rejection(aborted, "a load aborted at its first progress");
      assert(error === reason, `an aborted load rejected with ${String(error)}, expected the signal's reason`);
      const model = await load();
      assert((await collect(model.generate(greedy(story, 4)))).text !== "", "nothing was generated after an aborted load");
    },
  },
];

/** A load that wrongly succeeds leaves nothing behind. */
async function loadAndDispose(load: Promise<LoadedModel>): Promise<string> {
  await (await load).dispose();
  return "a model";
}
