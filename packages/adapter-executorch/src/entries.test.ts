import { tinyExecutorchModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { expect, expectTypeOf, test } from "vitest";
import * as node from "./node.ts";
import * as reactNative from "./react-native.ts";
import * as unavailable from "./unavailable.ts";

test("every entry has the same shape", () => {
  for (const entry of [unavailable, reactNative]) {
    expectTypeOf(entry).toEqualTypeOf(node);
    expect(Object.keys(entry).sort()).toEqual(Object.keys(node).sort());
  }
  const [here, elsewhere] = [node.executorch(), unavailable.executorch()];
  expect(elsewhere.framework).toBe(here.framework);
  expect(elsewhere.formats).toEqual(here.formats);
});

test.each(["browser", "react-native", "node"] as const)("where there is no binding, probe and load say why (%s)", async (name) => {
  const context = { ...nodeContext(), platform: { name, os: "ios", architecture: "arm64" } };
  const adapter = unavailable.executorch();
  const support = await adapter.probe(context);
  expect(support).toMatchObject({ available: false, reason: expect.stringMatching(/\.$/), remedy: expect.stringMatching(/\.$/) });
  await expect(adapter.load(await tinyExecutorchModel(), context, {})).rejects.toMatchObject({ code: "framework-unavailable" });
});
