import { tinyLiteRtLmModel, tinyTfliteModel } from "@tenfold/adapter-testkit/models";
import { testKilledHosts } from "@tenfold/adapter-testkit/vitest";
import type { Adapter } from "@tenfold/core";
import { fullTests, needFullTests } from "@tenfold/tooling/requirement";
import { beforeEach, describe } from "vitest";
import { liteRtLmContext, needLiteRtLm } from "../test/litert-lm-context.ts";
import { liteRt, liteRtLm } from "./node.ts";

const rounds = fullTests ? 20 : 1;

describe("LiteRT", () => {
  beforeEach(needFullTests);
  testKilledHosts({ adapter: liteRt(), model: () => tinyTfliteModel(), rounds });
});

describe("LiteRT-LM", () => {
  beforeEach(needLiteRtLm);
  const adapter = liteRtLm();
  const withPart: Adapter = {
    ...adapter,
    load: (model, context, options) => adapter.load(model, { ...context, nativeParts: liteRtLmContext.nativeParts }, options),
  };
  testKilledHosts({ adapter: withPart, model: tinyLiteRtLmModel, rounds });
});
