import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { expect, expectTypeOf, test } from "vitest";
import { plausibleModel } from "../test/plausible-model.ts";
import { accessKey } from "../test/scripted-pico.ts";
import * as browser from "./browser.ts";
import * as node from "./node.ts";
import * as unavailable from "./unavailable.ts";

test("every entry has the same shape", () => {
  for (const entry of [unavailable, browser]) {
    expectTypeOf(entry).toEqualTypeOf(node);
    expect(Object.keys(entry).sort()).toEqual(Object.keys(node).sort());
  }
  const [here, elsewhere] = [node.picoLlm(), unavailable.picoLlm()];
  expect(elsewhere.framework).toBe(here.framework);
  expect(elsewhere.formats).toEqual(here.formats);
});

test("outside of browsers the entry for them says why it does not run", async () => {
  const support = await browser.picoLlm({ accessKey }).probe(nodeContext());
  expect(support).toMatchObject({ available: false, reason: expect.stringContaining("browsers"), remedy: expect.stringMatching(/\.$/) });
});

test.each(["browser", "react-native", "node"] as const)("where there is no binding, probe and load say why (%s)", async (name) => {
  const context = { ...nodeContext(), platform: { name, os: "ios", architecture: "arm64" } };
  const adapter = unavailable.picoLlm();
  const support = await adapter.probe(context);
  expect(support).toMatchObject({ available: false, reason: expect.stringMatching(/\.$/), remedy: expect.stringMatching(/\.$/) });
  await expect(adapter.load(plausibleModel(), context, {})).rejects.toMatchObject({ code: "framework-unavailable" });
});

test("in React Native the way to the vendor's Swift library is named as not built yet", async () => {
  const context = { ...nodeContext(), platform: { name: "react-native", os: "ios", architecture: "arm64" } as const };
  expect(await unavailable.picoLlm().probe(context)).toMatchObject({
    reason: expect.stringContaining("not built yet"),
    remedy: expect.stringContaining("iOS"),
  });
});
