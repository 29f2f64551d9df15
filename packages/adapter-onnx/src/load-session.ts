import { type Accelerator, TenfoldError } from "@tenfold/catalog";
import type { LoadOptions, Warning } from "@tenfold/core";
import type { NativeLibrary, NativeLoadOptions, NativeSession } from "./binding.ts";
import { fromNative } from "./errors.ts";
import { onnxProfile } from "./profile.ts";

export interface OpenSession {
  session: NativeSession;
  accelerator: Accelerator;
  /** Which accelerators did not take the model, and why. */
  warnings: Warning[];
}

/** Loads a graph on the first accelerator that takes it. @throws TenfoldError `load-failed`, or what the last one said. */
export async function loadSession(
  library: NativeLibrary,
  accelerators: readonly Accelerator[],
  options: Omit<NativeLoadOptions, "accelerator">,
  { model, signal }: { model: string; signal: AbortSignal | undefined },
): Promise<OpenSession> {
  const warnings: Warning[] = [];
  for (const [index, accelerator] of accelerators.entries()) {
    try {
      return { session: await library.load({ ...options, accelerator }), accelerator, warnings };
    } catch (error) {
      signal?.throwIfAborted();
      const failure = fromNative(error, "load-failed", `ONNX Runtime cannot load ${model}`);
      if (index === accelerators.length - 1) throw failure;
      warnings.push({ kind: "other", message: `${accelerator} does not take the model: ${failure.message}` });
    }
  }
  throw new TypeError("There is no accelerator to try.");
}

/**
 * The accelerators to try, in order.
 * @param wanted the framework option: an order of one's own.
 * @throws TenfoldError `framework-unavailable` for one that this build does not have.
 */
export function acceleratorsToTry({ accelerators }: NativeLibrary, asked: LoadOptions["accelerator"], wanted?: readonly Accelerator[]): readonly Accelerator[] {
  const order = asked === undefined || asked === "auto" ? wanted : [asked];
  if (!order) return accelerators.slice(0, accelerators.indexOf("cpu") + 1);
  const missing = order.filter((one) => !accelerators.includes(one));
  if (missing.length === 0) return order;
  throw new TenfoldError("framework-unavailable", `ONNX Runtime cannot use ${missing.join(", ")} here; it can use ${accelerators.join(", ")}.`, {
    framework: onnxProfile.framework,
    remedy: "Leave the accelerator at auto.",
  });
}
