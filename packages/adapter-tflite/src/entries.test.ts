import { tinyLiteRtLmModel, tinyModel, tinyTfliteModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { frameworkProfileSchema } from "@tenfold/catalog";
import { expect, expectTypeOf, test } from "vitest";
import * as browser from "./browser.ts";
import * as node from "./node.ts";
import { liteRtLmProfile, liteRtProfile } from "./profile.ts";
import * as reactNative from "./react-native.ts";
import * as unavailable from "./unavailable.ts";

test("every entry has the same shape", () => {
  for (const entry of [unavailable, browser, reactNative]) {
    expectTypeOf(entry).toEqualTypeOf(node);
    expect(Object.keys(entry).sort()).toEqual(Object.keys(node).sort());
  }
  const pairs = [
    [unavailable.liteRt(), node.liteRt()],
    [unavailable.liteRtLm(), node.liteRtLm()],
  ] as const;
  for (const [elsewhere, here] of pairs) {
    expect(elsewhere.framework).toBe(here.framework);
    expect(elsewhere.formats).toEqual(here.formats);
  }
});

test("the profiles are what a catalog takes", () => {
  for (const profile of [liteRtProfile, liteRtLmProfile]) expect(frameworkProfileSchema.parse(profile)).toEqual(profile);
});

test.each(["browser", "react-native", "node"] as const)("where there is no binding, probe and load say why (%s)", async (name) => {
  const context = { ...nodeContext(), platform: { name, os: "ios", architecture: "arm64" } };
  for (const adapter of [unavailable.liteRt(), unavailable.liteRtLm()]) {
    expect(await adapter.probe(context)).toMatchObject({ available: false, reason: expect.stringMatching(/\.$/), remedy: expect.stringMatching(/\.$/) });
    await expect(adapter.load(await tinyModel(), context, {})).rejects.toMatchObject({ code: "framework-unavailable" });
  }
});

test("outside of browsers the entry for them says why it does not run", async () => {
  expect(await browser.liteRt().probe(nodeContext())).toMatchObject({ available: false, reason: expect.stringContaining("browser") });
});

test("without its library LiteRT-LM names the command that brings it", async () => {
  const remedy = "Run `tenfold frameworks add litert-lm`.";
  expect(await node.liteRtLm().probe(nodeContext())).toMatchObject({ available: false, remedy });
  const loading = node.liteRtLm().load(await tinyLiteRtLmModel(), nodeContext(), { isolation: "none" });
  await expect(loading).rejects.toMatchObject({ code: "framework-unavailable", remedy });
});

test("an option that there is not, and an accelerator that it has not, are refused", async () => {
  const load = async (options: object) => node.liteRt().load(await tinyTfliteModel(), nodeContext(), { isolation: "none", ...options });
  await expect(load({ frameworkOptions: { delegate: "none" } })).rejects.toMatchObject({ code: "invalid-input" });
  await expect(load({ accelerator: "cuda" })).rejects.toMatchObject({ code: "framework-unavailable" });
});
