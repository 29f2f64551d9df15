import { existsSync, readFileSync } from "node:fs";
import { inspect } from "node:util";
import * as vendor from "@picovoice/picollm-node";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { TenfoldError } from "@tenfold/catalog";
import type { Adapter, AdapterContext, LoadedModel } from "@tenfold/core";
import { expect, inject, test } from "vitest";
import { plausibleModel } from "../test/plausible-model.ts";
import { accessKey, ask, hello, scriptedPico } from "../test/scripted-pico.ts";
import { createAdapter } from "./adapter.ts";
import { fromVendor } from "./errors.ts";
import { hideKey } from "./hide-key.ts";
import { picoLlm } from "./node.ts";

/** All that an adapter says, and what its host processes show to everyone on the machine. */
function listening() {
  const said: unknown[] = [];
  const shown: string[] = [];
  const context: AdapterContext = {
    ...nodeContext(),
    log: (level, message, details) => {
      said.push(level, message, details);
      const host = `/proc/${details?.host}`;
      if (existsSync(host)) shown.push(readFileSync(`${host}/cmdline`, "utf8"), readFileSync(`${host}/environ`, "utf8"));
    },
  };
  return { said, shown, context };
}

/** Everything there is to find in a value: causes, stacks, details, hidden fields. */
const written = (value: unknown) => `${inspect(value, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null })}${JSON.stringify(value)}`;

test.each(["none", "host"] as const)("nothing that is logged or thrown by the real library tells the key (isolation %s)", async (isolation) => {
  const { said, shown, context } = listening();
  const adapter = picoLlm({ accessKey, hostEntry: inject("hostEntry") });
  said.push(await adapter.probe(context), adapter);
  for (const options of [{}, { accelerator: "cuda" as const }, { frameworkOptions: { device: accessKey } }])
    said.push(await adapter.load(plausibleModel(), context, { isolation, threads: 1, ...options }).catch((error: unknown) => error));
  const errors = said.filter((one) => one instanceof Error);
  expect(errors.map((error) => (error as TenfoldError).code)).toEqual(["load-failed", "framework-unavailable", "invalid-input"]);
  expect(written(said)).not.toContain(accessKey);
  if (isolation === "none") return;
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.join("\n")).not.toContain(accessKey);
});

/** An adapter whose native side repeats the key wherever it can. */
function leaking(): Adapter {
  const { binding } = scriptedPico();
  const adapter = createAdapter({ binding, accessKey, now: () => 0, random: Math.random, machine: () => ({ usableCores: 1, busy: 0 }) });
  const failure = () =>
    fromVendor(new vendor.PicoLLMActivationRefusedError(`${accessKey} is refused`, [`key=${encodeURIComponent(accessKey)}`]), vendor, "load-failed", accessKey);
  return {
    ...adapter,
    probe: async () => ({ available: false, reason: `bad ${accessKey}`, remedy: accessKey }),
    async load(model, context, options) {
      context.log("debug", `using ${accessKey}`, { lines: [accessKey], nested: { [accessKey]: accessKey } });
      if (options.threads === 1) throw failure();
      const loaded = await adapter.load(model, context, options);
      const rejects = async () => {
        throw failure();
      };
      const generate = async function* () {
        yield* loaded.generate(hello);
        throw failure();
      };
      return { ...loaded, generate, countTokens: rejects, embed: rejects, trim: rejects, dispose: rejects } satisfies LoadedModel;
    },
  };
}

test("what native code repeats of it is taken out, and the rest stays", async () => {
  const { said, context } = listening();
  const adapter = hideKey(leaking(), accessKey);
  expect(await adapter.probe(context)).toEqual({ available: false, reason: "bad [AccessKey]", remedy: "[AccessKey]" });
  const error = await adapter.load(plausibleModel(), context, { threads: 1 }).catch((failure: unknown) => failure);
  expect(error).toMatchObject({
    ...{ code: "unauthorized", retryable: false, framework: "picollm", message: "[AccessKey]: [AccessKey] is refused" },
    details: { messages: ["key=[AccessKey]"] },
    cause: { name: "Error" },
  });
  expect(TenfoldError.is(error)).toBe(true);
  const model = await adapter.load(plausibleModel(), context, { threads: 2 });
  const calls = [ask(model, hello), model.countTokens("a"), model.embed?.(["a"]), model.trim?.(), model.dispose()];
  said.push(...(await Promise.all(calls.map((one) => one?.catch((failure: unknown) => failure)))));
  said.push(error);
  expect(said.filter((one) => one instanceof Error)).toHaveLength(6);
  expect(written(said)).not.toContain(accessKey);
  expect(said).toContain("using [AccessKey]");
});

test("what has nothing to hide stays what it was, the reason of an abort above all", async () => {
  const { context } = listening();
  const reasons = [new Error("left"), { odd: new Map() }, new TenfoldError("disposed", "gone", { details: { count: 1 } })];
  for (const reason of reasons) {
    const adapter = hideKey<Adapter>({ ...leaking(), load: async () => Promise.reject(reason) }, accessKey);
    const told = await adapter.load(plausibleModel(), context, {}).catch((error: unknown) => error);
    if (reason instanceof Error) expect(told).toBe(reason);
    else expect(told).toEqual(reason);
  }
});
