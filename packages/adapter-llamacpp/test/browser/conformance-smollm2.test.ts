import { basename } from "node:path";
import { describeConformanceInPage } from "@tenfold/adapter-testkit/vitest";
import { needsChromium } from "@tenfold/tooling/browser";
import { fullTests, need, needFullTests } from "@tenfold/tooling/requirement";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { openConformance } from "./open-page.ts";

const { path, reason } = await smollm2();
const opens = fullTests && path !== undefined;

describeConformanceInPage({
  name: "SmolLM2 135M in Chromium",
  page: async () => (!opens ? undefined : openConformance(`/?model=${basename(path)}&threads=1`, [path])),
  beforeEach(context) {
    needFullTests(context);
    need(context, "smollm2", path !== undefined, reason ?? "");
    needsChromium(context);
  },
});
