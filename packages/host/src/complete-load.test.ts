import { TenfoldError } from "@tenfold/catalog";
import type { LoadedModel } from "@tenfold/core";
import { expect, test } from "vitest";
import { scriptedModel } from "../test/scripted-model.mjs";
import { completeLoad } from "./complete-load.ts";

const told = (error: unknown) => TenfoldError.from(error, "load-failed", "acme cannot be used");

/** What a load does with the model that it is given. */
function parts(make: () => LoadedModel | Promise<LoadedModel>, signal?: AbortSignal) {
  const seen: string[] = [];
  return { seen, parts: { signal, make, told, report: (fraction: number) => seen.push(String(fraction)), release: () => void seen.push("released") } };
}

test("a model answers through a channel, and in a host as it is", async () => {
  const { model } = scriptedModel();
  const { seen, parts: given } = parts(() => model);
  const shown = await completeLoad(given);
  expect(shown).not.toBe(model);
  expect(shown.contextSize).toBe(model.contextSize);
  expect(await completeLoad({ ...given, hosted: true })).toBe(model);
  expect(seen).toEqual(["1", "1"]);
  await shown.dispose();
});

test("when no model comes of it, what native code holds is freed, and the error is told", async () => {
  const { seen, parts: given } = parts(() => Promise.reject(new Error("no logits")));
  await expect(completeLoad(given)).rejects.toMatchObject({ code: "load-failed", message: expect.stringContaining("no logits") });
  expect(seen).toEqual(["released"]);
});

test("an abort wins over what it broke, and is seen before anything is made", async () => {
  const reason = new Error("nobody wants it");
  const early = parts(() => scriptedModel().model, AbortSignal.abort(reason));
  await expect(completeLoad(early.parts)).rejects.toBe(reason);
  expect(early.seen).toEqual(["released"]);
  const controller = new AbortController();
  const late = parts(() => {
    controller.abort(reason);
    throw new Error("broken off");
  }, controller.signal);
  await expect(completeLoad(late.parts)).rejects.toBe(reason);
  expect(late.seen).toEqual(["released"]);
});
