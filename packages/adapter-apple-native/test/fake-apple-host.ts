import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, inject } from "vitest";
import { tinyPath } from "./write-form.ts";

/** A program in the place of `tenfold-apple-host`, for tests on systems without Apple's frameworks. Gone when the file's tests are done. */
export function fakeAppleHost(body = `exec '${process.execPath}' '${inject("hostEntry")}' '${tinyPath()}' "$@"`): string {
  const folder = mkdtempSync(join(tmpdir(), "tenfold-apple-host-"));
  const program = join(folder, "tenfold-apple-host");
  writeFileSync(program, `#!/bin/sh\n${body}\n`);
  chmodSync(program, 0o755);
  afterAll(() => rmSync(folder, { recursive: true }));
  return program;
}
