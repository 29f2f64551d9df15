import { join } from "node:path";
import { need } from "@tenfold/tooling/requirement";
import { inject, type TestContext } from "vitest";
import { executorch } from "../src/node.ts";
import { hostProgram } from "../src/parts.ts";

const { folder = "/nowhere", reason } = inject("executorchHost");

/** The folder of the compiled host, as a store would have it. */
export const hostFolder = folder;
export const hostPath = join(folder, hostProgram);

/** For `beforeEach`: skips the test where the host could not be made, or fails it where it had to be. */
export function needsHost(context: Pick<TestContext, "skip">): void {
  need(context, "executorch", reason === undefined, `python3 with pip and g++ or clang++ (${reason})`);
}

export const adapter = executorch({ hostPath });
