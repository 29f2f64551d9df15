import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { need } from "../vitest/requirement.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const lockfile = readFileSync(join(root, "pnpm-lock.yaml"), "utf8");

function versionsOf(name: string): string[] {
  const snapshots = lockfile.slice(lockfile.indexOf("\nsnapshots:"));
  const pattern = new RegExp(`^  '?${name.replace("/", "\\/")}@([^('":]+)`, "gm");
  return [...new Set([...snapshots.matchAll(pattern)].map((match) => match[1] ?? ""))];
}

test("the lockfile names no host that packages come from", () => {
  expect(lockfile).not.toMatch(/tarball: ?['"]?https?:/);
});

test.each(["react", "react-dom", "zod", "typescript", "vitest"])("there is one version of %s", (name) => {
  expect(versionsOf(name)).toHaveLength(1);
});

test("no GPU build of llama.cpp is installed", () => {
  expect(lockfile).not.toMatch(/@node-llama-cpp\/[a-z0-9-]*(cuda|vulkan)[a-z-]*@/);
});

test("no tracked file is over 5 MB", (context) => {
  need(context, "git", existsSync(join(root, ".git")), "run the tests in a clone");
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter((file) => file !== "" && existsSync(join(root, file)));
  expect(tracked.filter((file) => statSync(join(root, file)).size > 5 * 1024 * 1024)).toEqual([]);
});
