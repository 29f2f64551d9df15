import { needsChromium, type OpenPage, openPage } from "@tenfold/tooling/browser";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { vendorErrorNames } from "../../src/errors.ts";
import { accessKey } from "../scripted-pico.ts";

const open = (path: string) => openPage(path, { scripts: [new URL("./page.ts", import.meta.url)] });
let isolated: OpenPage | undefined;
beforeAll(async () => {
  isolated = await open("/");
});
afterAll(() => isolated?.close());
beforeEach(needsChromium);

const page = () => {
  if (!isolated) throw new Error("There is no page.");
  return isolated.page;
};

// No token is generated here: that takes a key. What comes before it is the vendor's own WebAssembly.
describe("picoLLM in Chromium", () => {
  it("starts its WebAssembly and names the devices", async () => {
    expect(await page().evaluate((key) => globalThis.picoPage.probe(key), accessKey)).toMatchObject({
      ...{ available: true, accelerators: ["cpu"], frameworkVersion: "2.1" },
      notes: ["@picovoice/picollm-web", expect.stringMatching(/^cpu/)],
    });
  });

  it("says that a key is missing", async () => {
    expect(await page().evaluate(() => globalThis.picoPage.probe())).toMatchObject({ available: false, remedy: expect.stringContaining("Picovoice Console") });
  });

  it.each([
    ["is not isolated", "/shared", "isolated", "Cross-Origin-Opener-Policy"],
    ["forbids workers", "/no-workers", "policy", "worker-src blob:"],
  ])("says what a page lacks that %s", async (_, path, reason, remedy) => {
    const other = await open(path);
    try {
      const support = await other?.page.evaluate((key) => globalThis.picoPage.probe(key), accessKey);
      expect(support).toMatchObject({ available: false, reason: expect.stringContaining(reason), remedy: expect.stringContaining(remedy) });
    } finally {
      await other?.close();
    }
  });

  it("refuses a file that is none of its models, in its worker, and does not tell the key", async () => {
    const error = await page().evaluate((key) => globalThis.picoPage.load(key), accessKey);
    expect(error).toMatchObject({ code: "load-failed", message: expect.stringContaining("nitialization failed"), remedy: expect.stringMatching(/\.$/) });
    expect(error.details?.vendorError).toMatch(/^PicoLLM\w+Error$/);
    expect(error.written).not.toContain(accessKey);
  });

  it("refuses keys that are none, and devices that are not there", async () => {
    expect(await page().evaluate(() => globalThis.picoPage.load("no key!"))).toMatchObject({ code: "unauthorized" });
    const onGpu = await page().evaluate((key) => globalThis.picoPage.load(key, { accelerator: "webgpu" }), accessKey);
    expect(onGpu).toMatchObject({ code: "framework-unavailable" });
  });

  it("gives up when it is told to, while its worker starts", async () => {
    expect(await page().evaluate((key) => globalThis.picoPage.giveUp(key), accessKey)).toBe(true);
  });

  it("streams what a worker says, and fails what waits for one that breaks down", async () => {
    const generate = (prompt: string) => page().evaluate((one) => globalThis.picoPage.throughWorker(one), prompt);
    expect(await generate("Hi")).toEqual({ pieces: ["Hello"], outcome: "Hello", dialog: "Instruct: Hi\nOutput:" });
    const crashed = await generate("crash");
    expect(crashed.pieces).toEqual(["Hello"]);
    expect(crashed.outcome).toMatch(/^crashed: .*memory access out of bounds/);
  });

  it("turns each of the vendor's errors into the contract's", async () => {
    const codes = Object.fromEntries(await page().evaluate(() => globalThis.picoPage.errors()));
    expect(Object.keys(codes).sort()).toEqual([...vendorErrorNames].sort());
    expect(codes).toMatchObject({
      PicoLLMActivationLimitReachedError: "unauthorized",
      PicoLLMOutOfMemoryError: "out-of-memory",
      PicoLLMIOError: "load-failed",
    });
  });

  it("decodes images, and refuses what is none", async () => {
    const pixels = Uint8Array.from([255, 0, 0, 255, 0, 0, 0, 0]);
    const png = await sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    const decode = (base64: string) => page().evaluate((bytes) => globalThis.picoPage.decode(bytes, "image/png"), base64);
    expect(await decode(png.toString("base64"))).toEqual({ width: 2, height: 1, data: [255, 0, 0, 255, 255, 255] });
    await expect(decode("AAAA")).rejects.toThrow(/cannot be decoded/);
  });
});
