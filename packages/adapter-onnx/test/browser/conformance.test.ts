import { describeConformanceInPage } from "@tenfold/adapter-testkit/vitest";
import { needsChromium } from "@tenfold/tooling/browser";
import { fullTests } from "@tenfold/tooling/requirement";
import { openConformance } from "./open-page.ts";

const suites = [
  { name: "tenfold-tiny onnx-gqa in a worker in Chromium", path: "/?tiny=onnx-gqa" },
  ...(fullTests
    ? [
        { name: "tenfold-tiny onnx in a page of Chromium", path: "/?tiny=onnx&isolation=none" },
        { name: "tenfold-tiny ort in a worker in Chromium", path: "/?tiny=ort" },
        { name: "tenfold-tiny onnx-gqa in Chromium with two threads", path: "/?tiny=onnx-gqa&threads=2" },
        { name: "tenfold-tiny onnx in a page that is not isolated", path: "/shared?tiny=onnx" },
      ]
    : []),
];

const form = {
  precision: "F32, GroupQueryAttention",
  platform: "Chromium",
  through: "WebAssembly",
  needs: "chromium",
  difference: 0.001,
  perplexity: 1.02,
} as const;

for (const [index, { name, path }] of suites.entries()) {
  const tabled = index === 0 ? { framework: "onnx-runtime", form } : {};
  describeConformanceInPage({ name, page: () => openConformance(path), beforeEach: needsChromium, ...tabled });
}
