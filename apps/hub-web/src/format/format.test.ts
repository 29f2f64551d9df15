import { expect, test } from "vitest";
import { describeEvidence } from "./describe-evidence.ts";
import { fieldText } from "./field-text.ts";
import { formatByteRange, formatBytes } from "./format-bytes.ts";
import { formatParameters, formatPlural } from "./format-count.ts";
import { formatDate } from "./format-date.ts";
import { sourceLink } from "./source-link.ts";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [98_362_432, "98.4 MB"],
  [999_999, "1 MB"],
  [3_388_604_416, "3.39 GB"],
  [Number.MAX_SAFE_INTEGER, "9.01 PB"],
])("%d bytes read as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("a range of sizes that read alike is one size", () => {
  expect(formatByteRange({ smallest: 730_336, largest: 4_494_560 })).toBe("730 kB – 4.49 MB");
  expect(formatByteRange({ smallest: 1_000_000, largest: 1_000_100 })).toBe("1 MB");
});

test.each([
  [1_115_520, "1.12M"],
  [134_515_008, "135M"],
  [999_885_952, "1B"],
  [7_248_023_552, "7.25B"],
  [1234, "1,234"],
])("%d parameters read as %s", (count, text) => {
  expect(formatParameters(count)).toBe(text);
});

test("counts and dates read as they are said", () => {
  expect([formatPlural(0, "model"), formatPlural(1, "model"), formatPlural(1234, "entry", "entries")]).toEqual(["0 models", "1 model", "1,234 entries"]);
  expect(formatDate("2026-11-24T23:59:59.999Z")).toBe("24 November 2026");
});

test("a field reads as in a form, evidence and sources in words", () => {
  const evidence = { kind: "claimed", by: "huggingface.co", at: "2026-11-24T10:00:00Z" };
  const source = { kind: "hugging-face", repository: "a/b", path: "c.gguf", revision: { value: "0da2cff471f2bd05c702c7889e73b3e51c5ee047", evidence } };
  expect(["", undefined, 7, ["en", "de"], [3, 4], null, { a: 1 }].map(fieldText)).toEqual([
    "(empty)",
    "(nothing)",
    "7",
    "en, de",
    "3, 4",
    "null",
    '{\n  "a": 1\n}',
  ]);
  expect(fieldText(evidence)).toBe("claimed by huggingface.co on 24 November 2026");
  expect(fieldText([{ kind: "hub" }, { kind: "https", url: "https://files.example/c.gguf" }, source])).toBe(
    "this hub\nhttps://files.example/c.gguf\nHugging Face a/b at 0da2cff: c.gguf (claimed by huggingface.co on 24 November 2026)",
  );
});

test("evidence says who, when and with what", () => {
  expect(describeEvidence({ kind: "verified", by: "hub", at: "2026-11-24T00:00:00Z", tool: "tenfold-hub 0.1.0" })).toBe(
    "verified by hub on 24 November 2026 with tenfold-hub 0.1.0",
  );
  expect(describeEvidence({ kind: "claimed", by: "an index" })).toBe("claimed by an index");
});

test("a source leads to where a person can fetch the file", () => {
  const commit = "c".repeat(40);
  const revision = { value: commit, evidence: { kind: "claimed", by: "an index" } } as const;
  expect(sourceLink({ kind: "hub" }, "ab")).toEqual({ label: "this hub", href: "/artifacts/sha256/ab" });
  expect(sourceLink({ kind: "hub" }, undefined)).toEqual({ label: "this hub" });
  expect(sourceLink({ kind: "https", url: "https://files.example/a" }, undefined)).toEqual({ label: "files.example", href: "https://files.example/a" });
  expect(sourceLink({ kind: "hugging-face", repository: "a/b", path: "x y/z.gguf" }, undefined).href).toBe(
    "https://huggingface.co/a/b/resolve/main/x%20y/z.gguf",
  );
  expect(sourceLink({ kind: "hugging-face", repository: "a/b", path: "z", revision }, undefined)).toEqual({
    label: "Hugging Face a/b at ccccccc",
    href: `https://huggingface.co/a/b/resolve/${commit}/z`,
  });
});
