import { tinyLiteRtLmModel, tinyReference } from "@tenfold/adapter-testkit/models";
import { describeConformance } from "@tenfold/adapter-testkit/vitest";
import { fullTests } from "@tenfold/tooling/requirement";
import { liteRtLmContext, needLiteRtLm } from "../test/litert-lm-context.ts";
import { liteRtLm } from "./node.ts";

describeConformance({
  name: "tenfold-tiny f16.litertlm through LiteRT-LM's library",
  adapter: liteRtLm(),
  model: tinyLiteRtLmModel,
  reference: await tinyReference(),
  loadOptions: { threads: 1, isolation: "none" },
  context: liteRtLmContext,
  ...(fullTests ? {} : { memoryLoads: 5 }),
  beforeEach: needLiteRtLm,
  form: { precision: "F16", platform: "Node", needs: "python", difference: 0, perplexity: 1 },
  known: {
    "prefix-reuse": "the first answer is cut off, and only sessions whose answer ended by itself go on",
    "cache-key": "the same prompt is asked again, and a session is not rewound",
  },
});
