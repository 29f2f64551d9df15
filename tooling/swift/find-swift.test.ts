import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findSwift, installCommand } from "./find-swift.mjs";

const place = { root: "/clone", directory: "/clone/package" };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "swift-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A machine with a `swift` that says so. */
function machine(version?: string): Record<string, string> {
  if (version !== undefined) {
    writeFileSync(join(folder, "swift"), `#!/bin/sh\necho "Swift version ${version} (swift-${version}-RELEASE)"\n`);
    chmodSync(join(folder, "swift"), 0o755);
  }
  return { PATH: folder, SWIFT_ROOT: join(folder, "root") };
}

test("takes the machine's own Swift where it is new enough", (context) => {
  if (process.platform === "win32") context.skip("Swift is looked for on macOS and Linux");
  const found = findSwift(machine("6.1.2"));
  expect(found.reason === undefined && found.command(["swift", "build"], place)).toEqual({ program: "swift", arguments: ["build"] });
});

test("says how to have it where there is none, or one that is too old", (context) => {
  if (process.platform !== "linux") context.skip("on Linux the remedy is a command of this repository");
  expect(findSwift(machine()).reason).toContain(installCommand);
  expect(findSwift(machine("5.10")).reason).toMatch(/^Swift 5 is older than 6: npm run swift -- install/);
});

test("runs commands in the folder that was installed, and shows them the clone alone", (context) => {
  if (process.platform !== "linux") context.skip("only Linux has such folders");
  const environment = machine();
  spawnSync("mkdir", [join(folder, "root")]);
  writeFileSync(join(folder, "root", ".ready"), "");
  const found = findSwift(environment);
  if (process.getuid?.() !== 0) return expect(found.reason).toContain("root only");
  if (found.reason !== undefined) throw new Error(found.reason);
  const { program, arguments: words } = found.command(["swift", "test"], place);
  expect(program).toBe("unshare");
  expect(words.slice(-5)).toEqual([join(folder, "root"), "/clone", "/clone/package", "swift", "test"]);
});

test("the command explains itself", () => {
  const { status, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL("../swift.mjs", import.meta.url)), "odd"], { encoding: "utf8" });
  expect([status, stderr]).toEqual([2, expect.stringContaining(installCommand)]);
});
