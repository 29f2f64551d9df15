import { afterEach, expect, test, vi } from "vitest";
import { need } from "./requirement.ts";

afterEach(() => vi.unstubAllEnvs());

function recordingContext() {
  const skipped: unknown[] = [];
  return { skipped, context: { skip: (...words: unknown[]) => skipped.push(words[0]) as never } };
}

test("does nothing when the thing is there", () => {
  const { skipped, context } = recordingContext();
  need(context, "chromium", true, "apt-get install -y chromium");
  expect(skipped).toEqual([]);
});

test("skips with what would help when it is not", () => {
  vi.stubEnv("TENFOLD_REQUIRE", "smollm2");
  const { skipped, context } = recordingContext();
  need(context, "chromium", false, "apt-get install -y chromium");
  expect(skipped).toEqual(["needs chromium: apt-get install -y chromium"]);
});

test("fails where it may not be skipped", () => {
  vi.stubEnv("TENFOLD_REQUIRE", "smollm2, chromium");
  const { context } = recordingContext();
  expect(() => need(context, "chromium", false, "apt-get install -y chromium")).toThrow("may not be skipped here");
});
