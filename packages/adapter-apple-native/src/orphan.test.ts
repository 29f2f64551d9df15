import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { mlxContext, needMlx } from "../test/here-mlx.ts";

const alive = (id: number) => {
  try {
    process.kill(id, 0);
    return !existsSync("/proc") || existsSync(`/proc/${id}/exe`);
  } catch {
    return false;
  }
};

test("no host outlives its parent, also one that is killed in the middle of an answer", async (context) => {
  needMlx(context);
  const program = fileURLToPath(new URL("../test/parent.mts", import.meta.url));
  const parent = spawn(process.execPath, ["--import", fileURLToPath(import.meta.resolve("tsx")), program, JSON.stringify([...mlxContext().nativeParts])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(parent.stdout)[Symbol.asyncIterator]();
  const host = Number((await lines.next()).value);
  expect(alive(host)).toBe(true);
  await lines.next();
  parent.kill("SIGKILL");
  // Its end closes the lifeline; the test's time limit is what bounds the wait.
  while (alive(host)) await new Promise((resolve) => setTimeout(resolve, 20));
});
