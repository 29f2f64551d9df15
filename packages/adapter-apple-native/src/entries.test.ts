import { tinyFolderModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { expect, expectTypeOf, test } from "vitest";
import * as node from "./node.ts";
import * as unavailable from "./unavailable.ts";

test("every entry has the same shape", () => {
  expectTypeOf(unavailable).toEqualTypeOf(node);
  expect(Object.keys(unavailable).sort()).toEqual(Object.keys(node).sort());
  const [here, elsewhere] = [node.mlx(), unavailable.mlx()];
  expect(elsewhere.framework).toBe(here.framework);
  expect(elsewhere.formats).toEqual(here.formats);
});

test.each(["browser", "react-native", "node"] as const)("where there is no binding, probe and load say why (%s)", async (name) => {
  const context = { ...nodeContext(), platform: { name, os: "ios", architecture: "arm64" } };
  const adapter = unavailable.mlx();
  expect(await adapter.probe(context)).toMatchObject({ available: false, reason: expect.stringMatching(/\.$/), remedy: expect.stringMatching(/\.$/) });
  await expect(adapter.load(await tinyFolderModel(), context, {})).rejects.toMatchObject({ code: "framework-unavailable" });
});
