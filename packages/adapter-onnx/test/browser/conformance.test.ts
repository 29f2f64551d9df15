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

for (const { name, path } of suites) describeConformanceInPage({ name, page: () => openConformance(path), beforeEach: needsChromium });
