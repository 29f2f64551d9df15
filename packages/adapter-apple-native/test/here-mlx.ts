import type { Adapter } from "@tenfold/core";
import { need } from "@tenfold/tooling/requirement";
import { inject, type TestContext } from "vitest";
import { mlx } from "../src/node.ts";

const prepared = inject("mlx");

/** Skips the test, with the reason, where no Python with MLX could be made. */
export function needMlx(context: Pick<TestContext, "skip">): void {
  need(context, "mlx", "python" in prepared, "reason" in prepared ? prepared.reason : "");
}

/** The adapter over the Python that was prepared for the tests. */
export function hereMlx(): Adapter {
  return mlx({ python: herePython() });
}

export function herePython(): string {
  return "python" in prepared ? prepared.python : "python-that-is-not-there";
}
