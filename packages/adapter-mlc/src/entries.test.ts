import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { frameworkProfileSchema, parse } from "@tenfold/catalog";
import { expect, expectTypeOf, test } from "vitest";
import { mlcFolder } from "../test/mlc-folder.ts";
import * as browser from "./browser.ts";
import * as node from "./node.ts";
import { mlcProfile } from "./profile.ts";
import * as reactNative from "./react-native.ts";
import * as unavailable from "./unavailable.ts";

test("every entry has the same shape", () => {
  for (const entry of [unavailable, browser, reactNative]) {
    expectTypeOf(entry).toEqualTypeOf(node);
    expect(Object.keys(entry).sort()).toEqual(Object.keys(node).sort());
  }
  const [here, elsewhere] = [node.mlc(), unavailable.mlc()];
  expect(elsewhere.framework).toBe(here.framework);
  expect(elsewhere.formats).toEqual(here.formats);
  expect(parse(frameworkProfileSchema, mlcProfile, "profile")).toEqual(mlcProfile);
});

test.each([
  ["browsers", browser, "browser"],
  ["React Native", reactNative, "react-native"],
  ["nothing", unavailable, "another platform"],
] as const)("elsewhere the entry for %s says why it does not run", async (_name, entry, words) => {
  const adapter = entry.mlc();
  const support = await adapter.probe(nodeContext());
  expect(support).toMatchObject({ available: false, reason: expect.any(String), remedy: expect.stringMatching(/\.$/) });
  if (words !== "react-native") expect(support).toMatchObject({ reason: expect.stringContaining(words) });
  const made = await mlcFolder();
  await expect(adapter.load(await made.open(), nodeContext(), {})).rejects.toMatchObject({ code: "framework-unavailable" });
  await made.remove();
});
