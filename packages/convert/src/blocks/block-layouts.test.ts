import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { dequantizeBlocks, unpackBlocks } from "./block-layout.ts";
import { blockLayouts } from "./block-layouts.ts";
import { fromFloat16, toBfloat16, toFloat16 } from "./float16.ts";

/** SHA-256 of the 32-bit floats that gguf-py 0.19 (`gguf.quants.dequantize`) makes of the bytes of `seededBytes`. */
const expected = new Map([
  ["Q8_0", "e14c0eeb986468559f73432d12a3f78609906ac1687eddb0311fa9c033aa54c2"],
  ["Q4_0", "fad5473e052568f0dcb507ab28d37e109f1ebde1475f11df35bbec3a50373232"],
  ["Q4_1", "63132c58369fc11fdaf860fec0e852e58a5756ecf46f5ff6ffec3ca7b37ba1f1"],
  ["Q5_0", "46342ff98faefa4b437ab713b09b5a2f576699fbe6c933cba229ad6622e39291"],
  ["Q5_1", "edcba134bab16f56371e01c8d906765e3fd16e813aa2944099e837e4f845c4c1"],
  ["IQ4_NL", "f2a68f38471a3c85d935dff94a24bcc5c76068968ab7a78a795e649f3684b0d0"],
  ["IQ4_XS", "8bbb5da2e6f8c79f7374cda8122388cf2e3eaa9a556f61a82440a1c3306f8299"],
  ["Q2_K", "eb2367a22b2955065f566c00e508437ac737b70e97b3b7d65dd6153f0ae13800"],
  ["Q3_K", "13830ff43a64feab69cde79be51dcc7521c1ef96429842d48ce3a57f3a6cfaf7"],
  ["Q4_K", "831ea8642c704881a2905c6f788b84e07970d2fb0aaf4935f81ecc73cc61d6de"],
  ["Q5_K", "7a0157ff15f6d147567f3b187c183ff2a21a5c9ea09bb638a419b9e7bea4f76c"],
  ["Q6_K", "b956c55758c7c7d9f96017b972240fe1e09a1d36fa469e4c57f4f61a5d11573b"],
]);

/** Scales lie at even places, so this keeps them from being infinite. */
function seededBytes(sizeBytes: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: sizeBytes }, (_, index) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 24) & (index % 2 ? 0xbf : 0xff);
  });
}

test("every type that is known has been compared", () => {
  expect([...blockLayouts.keys()].sort()).toEqual([...expected.keys()].sort());
});

test.each([...blockLayouts.values()])("$type becomes the numbers that ggml means, bit by bit", (layout) => {
  const values = dequantizeBlocks(layout, unpackBlocks(layout, seededBytes(layout.fileBytes * 64)));
  // Zero has one sign here, as it had there.
  const digest = createHash("sha256").update(new Uint8Array(values.map((value) => value + 0).buffer));
  expect(digest.digest("hex")).toBe(expected.get(layout.type));
});

test("16-bit floats survive the way through 32 bits, all of them", () => {
  for (let bits = 0; bits < 65_536; bits += 1) {
    const value = fromFloat16(bits);
    if (!Number.isNaN(value)) expect(toFloat16(value)).toBe(bits);
    else expect(fromFloat16(toFloat16(value))).toBeNaN();
  }
});

test("narrowing takes the nearest, ties to even", () => {
  const pairs: [number, number][] = [
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [1 + 2 ** -11 + 2 ** -20, 0x3c01],
    [65_519, 0x7bff],
    [65_520, 0x7c00],
    [2 ** -25, 0],
    [2 ** -25 * 1.5, 1],
    [-(2 ** -14) + 2 ** -26, 0x8400],
  ];
  for (const [value, bits] of pairs) expect(toFloat16(value)).toBe(bits);
  expect(toBfloat16(1 + 2 ** -8)).toBe(0x3f80);
  expect(toBfloat16(1 + 3 * 2 ** -8)).toBe(0x3f82);
  expect(toBfloat16(Number.NaN) & 0x7fff).toBeGreaterThan(0x7f80);
});
