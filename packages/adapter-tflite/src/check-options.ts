import { type Accelerator, parse, TenfoldError } from "@tenfold/catalog";
import type { LoadOptions } from "@tenfold/core";
import { z } from "zod";

/** Neither of the two has settings of its own yet, and each has one accelerator. @throws TenfoldError `invalid-input`, `framework-unavailable`. */
export function checkOptions({ frameworkOptions, accelerator = "auto" }: LoadOptions, here: { accelerator: Accelerator; framework: string }): void {
  parse(z.strictObject({}), frameworkOptions ?? {}, `frameworkOptions for ${here.framework}`, "invalid-input");
  if (accelerator === "auto" || accelerator === here.accelerator) return;
  // WebAssembly is how a processor is used there.
  if (accelerator === "cpu") return;
  throw new TenfoldError("framework-unavailable", `${here.framework} cannot use ${accelerator} here; it can use ${here.accelerator}.`, {
    framework: here.framework,
    remedy: "Leave the accelerator at auto.",
  });
}
