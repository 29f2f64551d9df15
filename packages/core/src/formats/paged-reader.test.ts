import { expect, test } from "vitest";
import { modelFile, refusalOf } from "../../test/model-files.ts";
import { createRefusal } from "./invalid-format.ts";
import { createPagedReader } from "./paged-reader.ts";

const pageBytes = 65_536;
const bytes = new Uint8Array(70 * pageBytes).map((_, index) => index % 251);
const refuse = createRefusal("test");
const reader = (options = {}) => createPagedReader(modelFile("a", bytes), { refuse, ...options });

test.each([
  ["inside a page", 10, 20],
  ["across two pages", pageBytes - 3, pageBytes + 3],
  ["of a whole page that begins within one", 5, pageBytes + 5],
  ["of several pages", 100, 3 * pageBytes],
  ["of nothing, at the edge of a page", pageBytes, pageBytes],
  ["of nothing, at the end", bytes.length, bytes.length],
  ["at the end", bytes.length - 4, bytes.length],
])("reads a range %s", async (_, start, end) => {
  expect(Buffer.compare(await reader().bytes(start, end, "it"), bytes.subarray(start, end))).toBe(0);
});

test("has at hand what lies in a page that was read, and forgets pages that were read long ago", async () => {
  const read = reader();
  expect(read.peek(10, 20)).toBeUndefined();
  await read.bytes(0, 1, "it");
  expect(read.peek(10, 20)).toEqual(bytes.subarray(10, 20));
  expect(read.peek(pageBytes - 1, pageBytes + 1)).toBeUndefined();
  for (let page = 1; page < 70; page += 1) await read.bytes(page * pageBytes, page * pageBytes + 1, "it");
  expect(read.peek(10, 20)).toBeUndefined();
});

test("refuses what lies beyond the file, and to read more than it may", async () => {
  expect(await refusalOf(reader().bytes(0, bytes.length + 1, "the list"))).toContain("the list ends at");
  expect(await refusalOf(reader({ budgetBytes: pageBytes }).bytes(0, 2 * pageBytes, "the list"))).toContain("takes more than 65536 bytes");
});
