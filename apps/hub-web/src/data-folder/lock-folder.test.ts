import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { lockFolder } from "./lock-folder.ts";

const program = fileURLToPath(new URL("../../test/hold-lock.mjs", import.meta.url));

async function holdElsewhere(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, folder], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return child;
}

test("one process holds a folder, and the next is told which", async () => {
  const folder = await temporaryFolder();
  const child = await holdElsewhere(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({
    code: "store-locked",
    message: expect.stringContaining(`process ${child.pid} since 20`),
    details: { pid: child.pid },
  });
});

test.each(["SIGKILL", "SIGTERM"] as const)("the folder is free once its holder has ended by %s", async (signal) => {
  const folder = await temporaryFolder();
  const child = await holdElsewhere(folder);
  child.kill(signal);
  await once(child, "exit");
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: "store-locked", details: { pid: process.pid } });
  await lock.release();
  await (await lockFolder(folder)).release();
});

test("of several that come at once, one gets it", async () => {
  const folder = await temporaryFolder();
  const tries = await Promise.allSettled(Array.from({ length: 5 }, () => lockFolder(folder)));
  const held = tries.filter((one) => one.status === "fulfilled");
  expect(held).toHaveLength(1);
  await held[0]?.value.release();
});

test("what an old lock file says does not matter", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "hub.lock"), "x".repeat(10_000));
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(`process ${process.pid}`);
  await lock.release();
});
