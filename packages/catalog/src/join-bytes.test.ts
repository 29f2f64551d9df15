import { expect, test } from "vitest";
import { joinBytes } from "./join-bytes.ts";

test("pieces are joined in their order, empty ones too", () => {
  expect(joinBytes([Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)])).toEqual(Uint8Array.of(1, 2, 3));
  expect(joinBytes([])).toEqual(new Uint8Array(0));
});

test("a piece that is a window of a larger buffer counts as long as it is", () => {
  const window = Uint8Array.of(9, 1, 2, 9).subarray(1, 3);
  expect(joinBytes([window, window])).toEqual(Uint8Array.of(1, 2, 1, 2));
  expect(joinBytes([window])).toBe(window);
});
