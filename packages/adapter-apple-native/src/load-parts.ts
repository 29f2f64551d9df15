import { type Accelerator, type FrameworkProfile, TenfoldError } from "@tenfold/catalog";
import { type Adapter, type InstalledFile, type InstalledModel, type LoadOptions, supportOf } from "@tenfold/core";
import type { Binding, Installation } from "./binding.ts";

/** The probe of an adapter over a binding. */
export function probeThrough({ find }: Binding, { name }: FrameworkProfile): Adapter["probe"] {
  return (context) =>
    supportOf(
      async () => {
        const { version, accelerators, notes } = await find(context);
        return { frameworkVersion: version, accelerators, notes };
      },
      (error) => TenfoldError.from(error, "framework-unavailable", `${name} does not run here`),
    );
}

/** @throws TenfoldError `unsupported-format` with a remedy of the adapter's. */
export function checkFormat({ framework, name, formats }: FrameworkProfile, { id, variant }: InstalledModel, remedy: string): void {
  if (formats.includes(variant.format)) return;
  const words = `${name} loads ${formats.join(" and ")}; ${id} is in the format ${variant.format}.`;
  throw new TenfoldError("unsupported-format", words, { framework, stage: "loading", remedy });
}

/** @throws TenfoldError `framework-unavailable` for one that the framework cannot use here. */
export function acceleratorOf({ framework, name }: FrameworkProfile, { accelerators }: Installation, wanted: LoadOptions["accelerator"] = "auto"): Accelerator {
  const [first] = accelerators;
  if (wanted === "auto") return first;
  const found = accelerators.find((one) => one === wanted);
  if (found) return found;
  throw new TenfoldError("framework-unavailable", `${name} cannot use ${wanted} here; it can use ${accelerators.join(" and ")}.`, { framework });
}

/** The files that a framework opens, under the names that it is shown them by. */
export function shownFiles(layout: ReadonlyMap<string, InstalledFile>): InstalledFile[] {
  return [...layout].map(([path, file]) => ({ ...file, path }));
}
