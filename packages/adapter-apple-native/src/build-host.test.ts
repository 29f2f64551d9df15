import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@tenfold/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildHost } from "./bindings/build-host.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-build-host-"));
  await mkdir(join(folder, "part"));
});
afterEach(() => rm(folder, { recursive: true }));

/** In the place of Swift's driver, which knows where it puts what it builds. */
async function fakeSwift(body: string): Promise<string> {
  const program = join(folder, "swift");
  await writeFile(program, `#!/bin/sh\nbin="$5/release"\ncase "$*" in *--show-bin-path*) echo "$bin"; exit 0;; esac\n${body}\n`);
  await chmod(program, 0o755);
  return program;
}
const build = (swift: string, signal?: AbortSignal) =>
  buildHost(join(folder, "part"), { program: "tenfold-apple-host", swift, sources: folder }, { log: silentLog, ...(signal ? { signal } : {}) });

test("the program and the bundles of its libraries are kept, and nothing else of the build", async () => {
  const make = 'mkdir -p "$bin/mlx.bundle"; echo "$@" > "$bin/tenfold-apple-host"; echo kernels > "$bin/mlx.bundle/default.metallib"; echo x > "$bin/other.o"';
  await build(await fakeSwift(make));
  expect((await readdir(join(folder, "part"))).sort()).toEqual(["mlx.bundle", "tenfold-apple-host"]);
  expect(await readFile(join(folder, "part/tenfold-apple-host"), "utf8")).toContain("--configuration release --product tenfold-apple-host");
  expect(await readFile(join(folder, "part/mlx.bundle/default.metallib"), "utf8")).toBe("kernels\n");
});

test("what the compiler says is told; without Swift, how to get it", async () => {
  const failing = await fakeSwift('echo "warning: old"; echo "CoreMLLoader.swift:3:1: error: no such module" >&2; exit 1');
  await expect(build(failing)).rejects.toMatchObject({
    code: "load-failed",
    message: expect.stringContaining("CoreMLLoader.swift:3:1: error: no such module"),
  });
  await expect(build(join(folder, "absent"))).rejects.toMatchObject({ code: "framework-unavailable", remedy: expect.stringContaining("xcode-select") });
});

test("a build ends when it is aborted, with the signal's reason", async () => {
  const abort = new AbortController();
  const swift = await fakeSwift(`touch '${join(folder, "begun")}'; exec sleep 600`);
  const building = expect(build(swift, abort.signal)).rejects.toThrow("enough");
  await expect.poll(() => readdir(folder)).toContain("begun");
  abort.abort(new Error("enough"));
  await building;
});
