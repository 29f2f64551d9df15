import { type Accelerator, TenfoldError } from "@tenfold/catalog";
import type { LoadOptions } from "@tenfold/core";
import type { PicoLibrary } from "./binding.ts";
import { framework } from "./errors.ts";

export interface Device {
  /** As picoLLM takes it: "cpu:2", "gpu:0". */
  name: string;
  accelerator: Accelerator;
}

/** What picoLLM can use here, best first. */
export function acceleratorsOf({ devices, gpu }: Pick<PicoLibrary, "devices" | "gpu">): readonly Accelerator[] {
  return devices.some((device) => device.startsWith("gpu")) ? [gpu, "cpu"] : ["cpu"];
}

/**
 * The devices to try, in order. "best" is left to us, so that `start` can say what it was.
 * @throws TenfoldError `framework-unavailable` for an accelerator that is not here.
 */
export function devicesToTry(
  library: PicoLibrary,
  asked: LoadOptions["accelerator"],
  named: string | undefined,
  threads: number,
): readonly [Device, ...Device[]] {
  const cpu: Device = { name: `cpu:${threads}`, accelerator: "cpu" };
  const accelerators = acceleratorsOf(library);
  const gpu = (name: string): Device => ({ name, accelerator: library.gpu });
  if (named?.startsWith("cpu")) return [named === "cpu" ? cpu : { ...cpu, name: named }];
  if (named?.startsWith("gpu")) {
    if (!accelerators.includes(library.gpu)) throw unavailable(named, library.devices);
    return [gpu(named)];
  }
  if (asked === "cpu") return [cpu];
  if (asked !== undefined && asked !== "auto") {
    if (!accelerators.includes(asked)) throw unavailable(asked, library.devices);
    return [gpu("gpu")];
  }
  return accelerators.includes(library.gpu) ? [gpu("gpu"), cpu] : [cpu];
}

function unavailable(asked: string, devices: readonly string[]): TenfoldError {
  return new TenfoldError("framework-unavailable", `picoLLM cannot use ${asked} here; it can use ${devices.join(", ") || "nothing"}.`, {
    framework,
    remedy: "Leave the accelerator at auto.",
  });
}
