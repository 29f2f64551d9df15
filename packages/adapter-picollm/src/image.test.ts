import sharp from "sharp";
import { expect, test } from "vitest";
import { createNodeBinding } from "./bindings/node.ts";
import { withoutAlpha } from "./image.ts";

const { decodeImage } = await createNodeBinding().open();
const pixels = Uint8Array.from([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 0, 0, 0, 0]);
const encoded = (format: "png" | "webp") =>
  sharp(pixels, { raw: { width: 2, height: 2, channels: 4 } })
    .toFormat(format, { lossless: true })
    .toBuffer();
/** What is clear is white. */
const rgb = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];

test.each(["png", "webp"] as const)("a %s becomes three bytes for each pixel", async (format) => {
  expect(await decodeImage(await encoded(format), `image/${format}`)).toEqual({ width: 2, height: 2, data: Buffer.from(rgb) });
});

test("shades of grey become colours, and a camera that was held upright is believed", async () => {
  const grey = await sharp(Uint8Array.from([0, 255]), { raw: { width: 2, height: 1, channels: 1 } })
    .withMetadata({ orientation: 6 })
    .png()
    .toBuffer();
  expect(await decodeImage(grey, "image/png")).toEqual({ width: 1, height: 2, data: Buffer.from([0, 0, 0, 255, 255, 255]) });
});

test.each([
  ["nothing", async () => new Uint8Array()],
  ["noise", async () => new Uint8Array(500).fill(7)],
  ["half of an image", async () => (await encoded("png")).subarray(0, 60)],
])("%s is refused", async (_, bytes) => {
  await expect(decodeImage(await bytes(), "image/png")).rejects.toMatchObject({ code: "invalid-input", message: expect.stringContaining("image/png") });
});

test("pixels of a canvas lose their transparency on white, as files do", () => {
  expect([...withoutAlpha(Uint8ClampedArray.from(pixels))]).toEqual(rgb);
  expect([...withoutAlpha(Uint8ClampedArray.from([0, 0, 0, 128]))]).toEqual([127, 127, 127]);
});
