import { tinyVariants } from "@tenfold/adapter-testkit/models";
import { describeConformanceInPage } from "@tenfold/adapter-testkit/vitest";
import { needsChromium } from "@tenfold/tooling/browser";
import { fullTests } from "@tenfold/tooling/requirement";
import { openConformance } from "./open-page.ts";

const suites = [
  ...(fullTests ? tinyVariants : (["q4_0"] as const)).map((variant) => ({ name: `tenfold-tiny ${variant} in Chromium`, variant, path: "/", threads: 1 })),
  // Threads that wait for each other's core take minutes on a busy machine; bundle.test.ts has one answer with two threads.
  ...(fullTests ? [{ name: "tenfold-tiny in Chromium with two threads", variant: "q8_0" as const, path: "/", threads: 2 }] : []),
  ...(fullTests ? [{ name: "tenfold-tiny in a page that is not isolated", variant: "q8_0" as const, path: "/shared", threads: 2 }] : []),
];

/** The cache is in 16-bit floats, as it is by default. */
const forms = {
  f32: { precision: "F32, F16 cache", difference: 0.05, perplexity: 1.02 },
  f16: { precision: "F16", difference: 0.05, perplexity: 1.02 },
  q8_0: { precision: "Q8_0", difference: 0.5, perplexity: 1.02 },
  q4_1: { precision: "Q4_1", difference: 1.5, perplexity: 1.05 },
  q4_0: { precision: "Q4_0", difference: 1.5, perplexity: 1.05 },
} as const;
const here = { platform: "Chromium", through: "WebAssembly", needs: "chromium" } as const;

for (const { name, variant, path, threads } of suites) {
  describeConformanceInPage({
    name,
    ...(path === "/" && threads === 1 ? { framework: "llama.cpp", form: { ...forms[variant], ...here } } : {}),
    page: () => openConformance(`${path}?model=tenfold-tiny-${variant}.gguf&reference&threads=${threads}`),
    beforeEach: needsChromium,
  });
}
