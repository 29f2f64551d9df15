import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "../bootstrap/failure.mjs";
import { withFileLock } from "../bootstrap/file-lock.mjs";
import { insideRoot } from "./find-swift.mjs";

/** Swift 6.0.3 is in Debian 13. */
const release = "trixie";
const packages = ["swiftlang", "libstdc++-14-dev", "libc6-dev", "git", "tzdata", "ca-certificates"];
const everything = { root: "/", directory: "/" };

/**
 * Makes a Debian system with Swift in `root`, or does nothing when it is there: about 560 MB are fetched, 2.7 GB stay on disk. Two at once wait for one
 * another, and what an interrupted one left is made anew.
 */
export async function installSwift(root, log) {
  if (existsSync(join(root, ".ready"))) return;
  if (process.platform !== "linux") throw new Failure("This command is for Linux.", "Install Swift from swift.org, or Xcode.");
  if (process.getuid?.() !== 0) throw new Failure("Only root can make a system in a folder.", "Run it with sudo, or install Swift 6 or newer from swift.org.");
  await mkdir(dirname(root), { recursive: true });
  await withFileLock(`${root}.lock`, async () => {
    if (existsSync(join(root, ".ready"))) return;
    const part = `${root}.part`;
    await rm(part, { recursive: true, force: true });
    await rm(root, { recursive: true, force: true });
    if (!has("debootstrap")) {
      log("fetching debootstrap");
      run("apt-get", ["update", "-qq"]);
      run("apt-get", ["install", "-y", "-qq", "debootstrap"]);
    }
    log(`fetching Debian ${release}`);
    run("debootstrap", ["--variant=minbase", "--include=ca-certificates", release, part, mirror()]);
    log("fetching Swift");
    inside(part, ["apt-get", "update", "-qq"]);
    inside(part, ["apt-get", "install", "-y", "-qq", "--no-install-recommends", ...packages]);
    inside(part, ["apt-get", "clean"]);
    inside(part, ["swift", "--version"]);
    await writeFile(join(part, ".ready"), "");
    await rename(part, root);
  });
}

/** Where this machine has its own packages from, or Debian's public address. */
function mirror() {
  try {
    const sites = execFileSync("apt-get", ["indextargets", "--format", "$(SITE)", "Created-By: Packages"], { encoding: "utf8" }).split("\n");
    const own = sites.find((site) => /\/debian\/?$/.test(site));
    if (own !== undefined) return own;
  } catch {
    // A system without apt has debootstrap all the same.
  }
  return "http://deb.debian.org/debian";
}

const has = (program) => spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;

function inside(root, words) {
  const command = insideRoot(root, words, everything);
  run(command.program, command.arguments, words);
}

function run(program, words, told = [program, ...words]) {
  const { status, stdout, error } = spawnSync(program, words, {
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status === 0) return;
  throw new Failure(`${told.join(" ")} failed.`, "Read what it printed; then run the same command again.", error?.message ?? String(stdout).slice(-2000));
}
