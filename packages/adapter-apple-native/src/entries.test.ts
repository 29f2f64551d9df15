import { tinyCoreMlModel, tinyFolderModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { InstalledModel } from "@tenfold/core";
import { expect, expectTypeOf, test } from "vitest";
import * as node from "./node.ts";
import * as reactNative from "./react-native.ts";
import * as unavailable from "./unavailable.ts";

const models: Readonly<Record<"coreMl" | "mlx" | "swiftTransformers" | "foundationModels", () => Promise<InstalledModel>>> = {
  coreMl: tinyCoreMlModel,
  mlx: tinyFolderModel,
  swiftTransformers: tinyCoreMlModel,
  foundationModels: async () => ({ id: "a", variant: { id: "system", format: "system", artifacts: [] }, metadata: { format: "system" }, files: [] }),
};
const names = Object.keys(models) as (keyof typeof models)[];

const adaptersOf = ({ coreMl, mlx, swiftTransformers, foundationModels }: typeof node) => ({ coreMl, mlx, swiftTransformers, foundationModels });

test("every entry has the same shape", () => {
  for (const entry of [unavailable, reactNative]) {
    expectTypeOf(entry).toEqualTypeOf(node);
    expect(Object.keys(entry).sort()).toEqual(Object.keys(node).sort());
    for (const name of names) {
      const [here, elsewhere] = [adaptersOf(node)[name](), adaptersOf(entry)[name]()];
      expect([elsewhere.framework, elsewhere.formats]).toEqual([here.framework, here.formats]);
    }
  }
});

const platforms = ["browser", "react-native", "node"] as const;
const everywhere = platforms.flatMap((platform) => names.map((name) => [name, platform] as const));
test.each(everywhere)("where there is no binding for %s, probe and load say why (%s)", async (name, platform) => {
  const context = { ...nodeContext(), platform: { name: platform, os: "ios", architecture: "arm64" } };
  const adapter = adaptersOf(unavailable)[name]();
  const support = await adapter.probe(context);
  expect(support).toMatchObject({ available: false, reason: expect.stringMatching(/\.$/), remedy: expect.stringMatching(/\.$/) });
  await expect(adapter.load(await models[name](), context, {})).rejects.toMatchObject({ code: "framework-unavailable" });
});
