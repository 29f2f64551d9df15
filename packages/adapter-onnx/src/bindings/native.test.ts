import { tinyOnnxModel } from "@tenfold/adapter-testkit/models";
import { expect, test } from "vitest";
import type { NativeSession } from "../binding.ts";
import { readLayout } from "../layout.ts";
import { readModelFiles } from "../model-files.ts";
import { createSequence } from "../sequence.ts";
import { loadThroughCApi, type NativeRuntime } from "./native.ts";
import { startNative } from "./node.ts";

const tokens = Int32Array.of(1, 2, 3);
const one = Int32Array.of(4);

/** A sequence over the real library, and on which thread its passes ran. */
async function open(ownThread: boolean) {
  const runtime = await startNative();
  const passes: ("this" | "another")[] = [];
  const api: NativeRuntime["api"] = {
    ...runtime.api,
    call(name, ...values) {
      if (name === "Run") passes.push("this");
      runtime.api.call(name, ...values);
    },
    callAsync(name, ...values) {
      if (name === "Run") passes.push("another");
      return runtime.api.callAsync(name, ...values);
    },
  };
  const files = await readModelFiles(await tinyOnnxModel("onnx-gqa"));
  const { graph, weights } = files;
  const options = { graph, weights, accelerator: "cpu", threads: 1, optimization: "all", ownThread } as const;
  const session: NativeSession = await loadThroughCApi({ ...runtime, api }, graph.location?.() ?? "", options);
  const layout = readLayout(session, files, 0);
  if (layout.kind !== "decoder") throw new Error("The model computes no logits.");
  return { sequence: createSequence({ session, layout, contextSize: 512, sharesCache: true }), passes, dispose: () => session.dispose() };
}

test("in a process of its own a single token keeps the thread, and a prompt does not", async () => {
  const { sequence, passes, dispose } = await open(true);
  await sequence.forward(tokens, { logits: "none" });
  const here = Float32Array.from(await sequence.forward(one, { logits: "last" }));
  expect(passes).toEqual(["another", "this"]);

  const elsewhere = await open(false);
  await elsewhere.sequence.forward(tokens, { logits: "none" });
  expect(await elsewhere.sequence.forward(one, { logits: "last" })).toEqual(here);
  await Promise.all([dispose(), elsewhere.dispose()]);
});

test("in a process that is shared nothing keeps the thread", async () => {
  const { sequence, passes, dispose } = await open(false);
  await sequence.forward(tokens, { logits: "none" });
  await sequence.forward(one, { logits: "last" });
  expect(passes).toEqual(["another", "another"]);
  await dispose();
});

test("what is said while a token keeps the thread is heard before the next but one", async () => {
  const { sequence, passes, dispose } = await open(true);
  const controller = new AbortController();
  const reason = new Error("enough");
  const { port1, port2 } = new MessageChannel();
  port2.onmessage = () => controller.abort(reason);
  const answer = async () => {
    for (;;) {
      await sequence.forward(one, { logits: "last", signal: controller.signal });
      // In the middle of an answer.
      if (passes.length === 5) port1.postMessage("cancel");
    }
  };
  await expect(answer()).rejects.toBe(reason);
  expect(passes.length).toBeLessThanOrEqual(6);
  port1.close();
  await Promise.all([sequence.dispose(), dispose()]);
});
