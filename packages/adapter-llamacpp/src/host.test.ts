import { tinyModel } from "@tenfold/adapter-testkit/models";
import { nodeContext, testKilledHosts } from "@tenfold/adapter-testkit/vitest";
import { inHost } from "@tenfold/host/node";
import { fullTests } from "@tenfold/tooling/requirement";
import { expect, inject, it } from "vitest";
import { unvalidated } from "../test/unvalidated.ts";
import { llamaCpp } from "./node.ts";

const entry = inject("hostEntry");

testKilledHosts({ adapter: llamaCpp({ gpu: false, hostEntry: entry }), model: () => tinyModel("q8_0"), rounds: fullTests ? 50 : 4 });

it("a file that ends llama.cpp's process ends the host's alone", async () => {
  const adapter = inHost(unvalidated(), { module: "", name: "unvalidated", arguments: [], entry });
  const loading = adapter.load(await tinyModel("f32"), nodeContext(), {});
  await expect(loading).rejects.toMatchObject({ code: "crashed", details: { signal: expect.stringMatching(/^SIG(ABRT|FPE|SEGV)$/) } });
});
