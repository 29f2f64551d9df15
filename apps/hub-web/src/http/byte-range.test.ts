import { expect, test } from "vitest";
import { parseByteRange } from "./byte-range.ts";

test.each([
  ["bytes=0-9", { start: 0, end: 10 }],
  ["bytes=90-", { start: 90, end: 100 }],
  ["bytes=90-1000", { start: 90, end: 100 }],
  ["bytes=-10", { start: 90, end: 100 }],
  ["bytes=-1000", { start: 0, end: 100 }],
  ["bytes=99-99", { start: 99, end: 100 }],
  ["Bytes= 5-6 ", { start: 5, end: 7 }],
])("%s", (header, range) => {
  expect(parseByteRange(header, 100)).toEqual(range);
});

test.each(["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=9999999999999999-"])("%s cannot be satisfied", (header) => {
  expect(parseByteRange(header, 100)).toBe("unsatisfiable");
});

test.each([null, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0-1,5-6", "lines=0-1", "bytes=0x1-2", `bytes=${"9".repeat(5000)}-`])(
  "%s is passed over",
  (header) => {
    expect(parseByteRange(header, 100)).toBeUndefined();
  },
);
