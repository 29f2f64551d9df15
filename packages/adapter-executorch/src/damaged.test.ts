import { damagedCopy, tinyExecutorchModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { TenfoldError } from "@tenfold/catalog";
import { describeModel } from "@tenfold/host";
import { fullTests } from "@tenfold/tooling/requirement";
import { beforeEach, expect, test } from "vitest";
import { adapter, needsHost } from "../test/compiled-host.ts";
import { startHost } from "../test/start-host.ts";

beforeEach(needsHost);

const variants = ["xnnpack", "plain"] as const;

test.each(variants)("a %s program that ends anywhere is refused", async (variant) => {
  const whole = await tinyExecutorchModel(variant);
  for (const share of [0, 0.001, 0.1, 0.5, 0.9, 0.999_99]) {
    const { model, remove } = await damagedCopy(whole, (bytes) => bytes.slice(0, Math.floor(bytes.length * share)));
    await expect(adapter.load(model, nodeContext(), { threads: 1 }), `${share} of it`).rejects.toMatchObject({ code: "invalid-format" });
    await remove();
  }
});

/** The same bits on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}

// The host is given what validation would have refused: it may refuse, answer or die, and nothing else is touched.
test.each(variants)("bytes of a %s program that were flipped end the host at worst", async (variant) => {
  const whole = await tinyExecutorchModel(variant);
  const random = randomNumbers(9);
  const outcomes = new Map<string, number>();
  for (let round = 0; round < (fullTests ? 200 : 8); round += 1) {
    const { model, remove } = await damagedCopy(whole, (bytes) => {
      const copy = bytes.slice();
      // Mostly where the program is, which is the first of the file; weights are numbers whatever they are.
      for (let flips = 0; flips < 1 + (round % 16); flips += 1) {
        const at = random() % (round % 4 === 0 ? copy.length : 60_000);
        copy[at] = (copy[at] ?? 0) ^ (1 << (random() % 8));
      }
      return copy;
    });
    const host = startHost();
    const outcome = await (async () => {
      const answer = await host.load(await describeModel(model));
      if (answer.type === "refused") return "refused";
      const { type } = await host.call("forward", { sequence: 0, tokens: Int32Array.of(1, 2, 3), logits: "last" });
      return String(type);
    })().catch(() => "ended");
    await host.end();
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    await remove();
  }
  expect([...outcomes.keys()].filter((one) => !["refused", "result", "error", "ended"].includes(one))).toEqual([]);
  expect(outcomes.has("refused") || outcomes.has("ended")).toBe(true);
});

test.each(variants)("through the adapter, a flipped %s program gives a model or an error, and the next whole one loads", async (variant) => {
  const whole = await tinyExecutorchModel(variant);
  const random = randomNumbers(4);
  for (let round = 0; round < (fullTests ? 60 : 3); round += 1) {
    const { model, remove } = await damagedCopy(whole, (bytes) => {
      const copy = bytes.slice();
      for (let flips = 0; flips < 8; flips += 1) copy[random() % 60_000] = random() & 0xff;
      return copy;
    });
    const loaded = await adapter.load(model, nodeContext(), { threads: 1 }).catch((error: unknown) => error);
    if (loaded instanceof Error) expect(TenfoldError.is(loaded), String(loaded)).toBe(true);
    else await (loaded as Awaited<ReturnType<typeof adapter.load>>).dispose();
    await remove();
  }
  const model = await adapter.load(whole, nodeContext(), { threads: 1 });
  expect(model.contextSize).toBe(512);
  await model.dispose();
});

test("a program for a delegate that is not there is refused by its name, by the adapter and by the host", async () => {
  const { model, remove } = await damagedCopy(await tinyExecutorchModel(), (bytes) => renamed(bytes, "XnnpackBackend", "CoreMLishThing"));
  const refused = { code: "unsupported-format", message: expect.stringContaining("CoreMLishThing") };
  await expect(adapter.load(model, nodeContext(), { threads: 1 })).rejects.toMatchObject(refused);
  const host = startHost();
  expect(await host.load(await describeModel(model))).toMatchObject({ type: "refused", error: refused });
  await host.end();
  await remove();
});

/** Every place where a name stands, written over by another of the same length. */
function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) copy.write(to, at);
  return copy;
}
