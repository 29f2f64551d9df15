import { availableParallelism } from "node:os";
import { browserProgram, type OpenBrowser, openBrowser, type PageServer, softwareWebgpu } from "@tenfold/tooling/browser";
import { need } from "@tenfold/tooling/requirement";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { serveTestPage } from "./serve-test-page.ts";

let browser: OpenBrowser | undefined;
let pages: PageServer;
beforeAll(async () => {
  if (browserProgram !== undefined) pages = await serveTestPage();
});
afterAll(() => pages?.close());
beforeEach((context) => need(context, "chromium", browserProgram !== undefined, "apt-get install -y chromium"));
afterEach(async () => {
  await browser?.close();
  browser = undefined;
});

async function look(path: string, graphics?: readonly string[]) {
  browser = await openBrowser(browserProgram ?? "", graphics);
  const page = await browser.context.newPage();
  await page.goto(`${pages.origin}${path}`);
  return page.evaluate(() => globalThis.testPage.hardware());
}

describe("hardware in a browser", () => {
  it("has threads, vectors, a quota and no more memory than WebAssembly can address in an isolated page", async () => {
    const { hardware, state } = await look("/");
    expect(hardware.processor).toEqual({ logicalCores: availableParallelism(), features: ["wasm-simd", "wasm-threads"] });
    expect(hardware.memory.limitBytes).toBe(4 * 1024 ** 3);
    // A power of two, from a quarter of a GiB to 8 GiB, and more in newer versions.
    expect(Math.log2((hardware.memory.totalBytes ?? 0) / 1024 ** 3)).toBeGreaterThanOrEqual(-2);
    expect(Number.isInteger(Math.log2(hardware.memory.totalBytes ?? 0))).toBe(true);
    expect(hardware.storageQuotaBytes).toBeGreaterThan(0);
    expect(hardware.graphics).toEqual([]);
    expect(state).toEqual({ batteryLevel: 1, charging: true });
    expect(hardware.portable).toBe(false);
  });

  it("has one thread in a page that is not isolated", async () => {
    const { hardware } = await look("/shared");
    expect(hardware.processor).toEqual({ logicalCores: 1, features: ["wasm-simd"] });
  });

  it("tells what WebGPU allows", async () => {
    const { hardware } = await look("/", softwareWebgpu);
    expect(hardware.graphics).toEqual([
      {
        accelerator: "webgpu",
        name: expect.stringMatching(/swiftshader/i),
        maxBufferBytes: expect.any(Number),
        features: expect.arrayContaining(["core-features-and-limits"]),
      },
    ]);
    expect(hardware.graphics[0]?.maxBufferBytes).toBeGreaterThanOrEqual(256 * 1024 ** 2);
  });
});
