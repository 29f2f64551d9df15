import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFile, tryLockFile } from "./file-lock.ts";

let folder: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-lock-"));
  path = join(folder, "lock");
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** Another process that runs the code with `lockFile` and `tryLockFile` at hand. */
function otherProcess(code: string): ChildProcess {
  const module = new URL("./file-lock.ts", import.meta.url).href;
  const script = `const { lockFile, tryLockFile } = await import(${JSON.stringify(module)}); const path = ${JSON.stringify(path)}; ${code}`;
  const child = spawn(process.execPath, ["--import", tsx, "--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return child;
}

async function saysHeld(child: ChildProcess): Promise<void> {
  const [data] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  expect(String(data)).toContain("held");
}

const holdForever = `await lockFile(path); console.log("held"); setInterval(() => {}, 1000);`;

describe("a file lock", () => {
  it("is held by one at a time and free after release", async () => {
    const first = await lockFile(path);
    expect(await tryLockFile(path)).toMatchObject({ owner: { pid: process.pid } });
    await first.release();
    const second = await tryLockFile(path);
    expect(second).toHaveProperty("release");
    expect(await readdir(folder)).toEqual(["lock"]);
  });

  it("keeps another process out while it is held, and names its owner", async () => {
    const other = otherProcess(holdForever);
    await saysHeld(other);
    expect(await tryLockFile(path)).toMatchObject({ owner: { pid: other.pid } });
  });

  it("is free again when its owner was killed without a chance to release", async () => {
    const other = otherProcess(holdForever);
    await saysHeld(other);
    other.kill("SIGKILL");
    await once(other, "exit");
    const lock = await lockFile(path);
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ pid: process.pid });
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it("is not fooled by another process that got the number of a dead owner", async () => {
    const owner = { host: (await import("node:os")).hostname(), pid: process.pid, startedAt: "not when this process started", token: "old" };
    await writeFile(path, JSON.stringify(owner));
    expect(await tryLockFile(path)).toHaveProperty("release");
  });

  it("waits until it is released, and says once that it waits", async () => {
    const first = await lockFile(path);
    let waits = 0;
    const second = lockFile(path, {
      onWait: () => {
        waits += 1;
        void first.release();
      },
    });
    await (await second).release();
    expect(waits).toBe(1);
  });

  it("stops waiting when aborted, with the reason", async () => {
    await lockFile(path);
    const abort = new AbortController();
    const reason = new Error("enough");
    await expect(lockFile(path, { signal: abort.signal, onWait: () => abort.abort(reason) })).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual(["lock"]);
  });

  it("gives the lock of a dead owner to one of many that want it", async () => {
    await writeFile(path, JSON.stringify({ host: (await import("node:os")).hostname(), pid: 2 ** 22 + 1, startedAt: "1", token: "dead" }));
    const results = await Promise.all(Array.from({ length: 20 }, () => tryLockFile(path)));
    expect(results.filter((result) => "release" in result)).toHaveLength(1);
  });

  it("never lets two processes in at once", async () => {
    const counter = join(folder, "counter");
    await writeFile(counter, "0");
    const code = `const { readFile, writeFile } = await import("node:fs/promises");
      for (let turn = 0; turn < 15; turn += 1) {
        const lock = await lockFile(path);
        await writeFile(${JSON.stringify(counter)}, String(Number(await readFile(${JSON.stringify(counter)}, "utf8")) + 1));
        await lock.release();
      }`;
    const others = [otherProcess(code), otherProcess(code), otherProcess(code)];
    expect(await Promise.all(others.map(async (other) => (await once(other, "exit"))[0]))).toEqual([0, 0, 0]);
    expect(await readFile(counter, "utf8")).toBe("45");
  });
});
