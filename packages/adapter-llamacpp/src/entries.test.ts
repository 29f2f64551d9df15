import { tinyModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { expect, expectTypeOf, test } from "vitest";
import * as browser from "./browser.ts";
import * as node from "./node.ts";
import * as reactNative from "./react-native.ts";
import * as unavailable from "./unavailable.ts";

test("every entry has the same shape", () => {
  expectTypeOf(unavailable).toEqualTypeOf(node);
  expectTypeOf(browser).toEqualTypeOf(node);
  expectTypeOf(reactNative).toEqualTypeOf(node);
  for (const entry of [unavailable, browser, reactNative]) expect(Object.keys(entry).sort()).toEqual(Object.keys(node).sort());
  const [here, elsewhere] = [node.llamaCpp(), unavailable.llamaCpp()];
  expect(elsewhere.framework).toBe(here.framework);
  expect(elsewhere.formats).toEqual(here.formats);
});

test("outside of a page the entry for browsers says why it does not run", async () => {
  const support = await browser.llamaCpp().probe(nodeContext());
  expect(support).toMatchObject({ available: false, reason: expect.stringContaining("page"), remedy: expect.stringMatching(/\.$/) });
});

test("outside of React Native its entry says why it does not run", async () => {
  const support = await reactNative.llamaCpp().probe(nodeContext());
  expect(support).toMatchObject({ available: false, reason: expect.stringMatching(/\S/), remedy: expect.stringContaining("llama.rn") });
});

test.each(["browser", "react-native", "node"] as const)("where there is no binding, probe and load say why (%s)", async (name) => {
  const context = { ...nodeContext(), platform: { name, os: "ios", architecture: "arm64" } };
  const adapter = unavailable.llamaCpp();
  const support = await adapter.probe(context);
  expect(support).toMatchObject({ available: false, reason: expect.stringMatching(/\.$/), remedy: expect.stringMatching(/\.$/) });
  await expect(adapter.load(await tinyModel(), context, {})).rejects.toMatchObject({ code: "framework-unavailable" });
});
