import { tinyVariants } from "@tenfold/adapter-testkit/models";
import { describeConformanceInPage } from "@tenfold/adapter-testkit/vitest";
import { needsChromium } from "@tenfold/tooling/browser";
import { fullTests } from "@tenfold/tooling/requirement";
import { openConformance } from "./open-page.ts";

const suites = [
  ...(fullTests ? tinyVariants : (["q4_0"] as const)).map((variant) => ({ name: `tenfold-tiny ${variant} in Chromium`, variant, path: "/", threads: 1 })),
  // Threads that wait for each other's core take minutes on a busy machine; bundle.test.ts has one answer with two threads.
  ...(fullTests ? [{ name: "tenfold-tiny in Chromium with two threads", variant: "q8_0", path: "/", threads: 2 }] : []),
  ...(fullTests ? [{ name: "tenfold-tiny in a page that is not isolated", variant: "q8_0", path: "/shared", threads: 2 }] : []),
];

for (const { name, variant, path, threads } of suites) {
  describeConformanceInPage({
    name,
    page: () => openConformance(`${path}?model=tenfold-tiny-${variant}.gguf&reference&threads=${threads}`),
    beforeEach: needsChromium,
  });
}
