import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { needFullTests } from "@tenfold/tooling/requirement";
import { expect, test } from "vitest";
import { fakeAppleHost } from "../test/fake-apple-host.ts";
import { measure } from "../verify/measure.ts";

test("verify:apple says what it needs where there is no Mac", (context) => {
  if (process.platform === "darwin") context.skip("this is a Mac");
  const program = fileURLToPath(new URL("../verify/verify-apple.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [program], { encoding: "utf8" });
  expect([status, stderr]).toEqual([2, expect.stringMatching(/needs a Mac: macOS 14 .* Xcode 26\.\nThis is /s)]);
});

const hostPath = fakeAppleHost();
test("what it measures is measured of whatever host there is, and what cannot be is said", { timeout: 600_000 }, async (context) => {
  needFullTests(context);
  const found = new Map<string, string>();
  for await (const { what, result } of measure({ hostPath, loads: 2, ceilingBytes: 2 * 1024 ** 3 })) found.set(what, result);
  for (const accelerator of ["core-ml", "neural-engine", "metal", "cpu"]) expect(found.get(`Core ML on ${accelerator}, speed`)).toMatch(/^[\d.]+ tokens\/s/);
  expect(found.get("MLX, memory of its process")).toMatch(/^\d+ MiB, 2048 MiB are the most$/);
  if (process.platform !== "darwin") expect(found.get("Core ML, leaks over 2 loads")).toContain("there is no `leaks` here");
});
