import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Platform } from "@tenfold/core";
import { addNativePart } from "@tenfold/core/native-parts";
import { executorchPart } from "../src/parts.ts";

const run = promisify(execFile);

/** Compiles sides/loop.cpp over the same wheel once more, with the headers that a part does without. */
export async function compileLoop(platform: Platform): Promise<string> {
  const { build: _, ...wheel } = executorchPart;
  const { folder } = await addNativePart(platform, { ...wheel, id: "executorch-headers" });
  const program = join(folder, "loop");
  const include = join(folder, "executorch/include");
  const libraries = wheel.wheels["linux-x64"].members.filter((member) => member.endsWith(".so")).map((member) => join(folder, member));
  await run("g++", [
    ...[
      "-O2",
      "-std=c++20",
      "-DC10_USING_CUSTOM_GENERATED_MACROS",
      "-isystem",
      include,
      "-isystem",
      join(include, "executorch/runtime/core/portable_type/c10"),
    ],
    ...[
      fileURLToPath(new URL("./sides/loop.cpp", import.meta.url)),
      "-o",
      program,
      "-Wl,--no-as-needed",
      ...libraries,
      "-Wl,-rpath,$ORIGIN/executorch/lib",
      "-pthread",
    ],
  ]);
  await access(program);
  return program;
}
